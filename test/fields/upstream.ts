import type { JsonObject } from "./row.ts";

/** One request as it arrived. */
export interface Arrival {
  readonly url: URL;
  readonly headers: Headers;
  readonly body: JsonObject;
}

/** An upstream that answers everything and remembers it; below `/missing` it knows no model. */
export interface Upstream {
  /** Without `/v1`. */
  readonly url: string;
  /** What arrived since it was last asked. */
  take(): readonly Arrival[];
  stop(): Promise<void>;
}

const reply = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "hello", refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const chunk = {
  ...reply,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { role: "assistant", content: "hello" }, logprobs: null, finish_reason: "stop" }],
  usage: null,
};
const frames = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;

/** Starts an upstream on a free port. */
export function startUpstream(): Upstream {
  let arrivals: Arrival[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const body = (await request.json()) as JsonObject;
      arrivals.push({ url, headers: request.headers, body });
      if (url.pathname.startsWith("/missing")) {
        return Response.json({ error: { message: "no such model", code: "model_not_found" } }, { status: 404 });
      }
      if (body["stream"] !== true) return Response.json(reply);
      return new Response(frames, { headers: { "content-type": "text/event-stream" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    take() {
      const taken = arrivals;
      arrivals = [];
      return taken;
    },
    stop: () => server.stop(true),
  };
}
