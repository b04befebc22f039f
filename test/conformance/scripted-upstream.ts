import { list, type Loose, loose } from "./shape.ts";

/** What the upstream does when it hears a prompt: speaks, or refuses. */
export interface Script {
  /** The plain answer, beside what every answer has. */
  readonly reply?: Loose;
  /** The chunks of the streamed answer, each beside what every chunk has; one with an `error` stands alone. */
  readonly chunks?: readonly Loose[];
  readonly usage?: Loose;
  /** The stream goes on with its last chunk until its reader leaves. */
  readonly endless?: boolean;
  /** Refuses with this status and body. */
  readonly refusal?: {
    readonly status: number;
    readonly body: Loose;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

/** A request as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Loose;
  /** Resolves when the answer was given to its end or its reader has left. */
  readonly closed: Promise<"finished" | "left">;
}

/** An upstream of the OpenAI shape, for what `aimock` cannot do. */
export interface ScriptedUpstream {
  /** With `/v1`. */
  readonly url: string;
  /** What came with this prompt, in order. */
  received(prompt: string): readonly Received[];
  stop(): Promise<void>;
}

const unscripted: Script = {
  refusal: { status: 418, body: { error: { message: "nobody scripted this", type: "test", code: null } } },
};
const head = { id: "chatcmpl-scripted", created: 1_795_000_000 };
const PAUSE = 20; // ms between the chunks of an endless stream

/** Starts one that knows these prompts (the text of the last user message, or `text @model`) and lists these models. */
export function startScriptedUpstream(
  scripts: Readonly<Record<string, Script>>,
  models: readonly string[],
): ScriptedUpstream {
  const heard = new Map<string, Received[]>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/v1/models") return Response.json({ object: "list", data: models.map(toModel) });
      const body = loose(await request.json());
      const prompt = promptOf(body);
      const { promise: closed, resolve: close } = Promise.withResolvers<"finished" | "left">();
      const received: Received = { path: `${pathname}${search}`, headers: request.headers, body, closed };
      heard.set(prompt, [...(heard.get(prompt) ?? []), received]);
      const script = scripts[`${prompt} @${String(body["model"])}`] ?? scripts[prompt];
      return perform(script ?? unscripted, body, close);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    received: (prompt) => heard.get(prompt) ?? [],
    stop: () => server.stop(true),
  };
}

const toModel = (id: string) => ({ id, object: "model", created: 1_700_000_000, owned_by: "script" });

/** The text of the last user message. */
function promptOf(body: Loose): string {
  const last = list(body["messages"])
    .map(loose)
    .findLast(({ role }) => role === "user");
  const content = last?.["content"];
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => String(loose(part)["text"] ?? ""))
    .join("");
}

function perform(script: Script, body: Loose, close: (how: "finished" | "left") => void): Response {
  const { refusal, reply, usage } = script;
  if (refusal) return Response.json(refusal.body, { status: refusal.status, headers: refusal.headers ?? {} });
  if (body["stream"] === true) {
    return new Response(streamOf(script, body, close), { headers: { "content-type": "text/event-stream" } });
  }
  close("finished");
  return Response.json({ ...head, object: "chat.completion", model: body["model"], ...reply, ...(usage && { usage }) });
}

function streamOf(script: Script, body: Loose, close: (how: "finished" | "left") => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const frames = framesOf(script, body);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await frames.next();
      if (!done) return controller.enqueue(encoder.encode(`data: ${value}\n\n`));
      close("finished");
      controller.close();
    },
    async cancel() {
      close("left");
      await frames.return();
    },
  });
}

async function* framesOf(
  { chunks = [], usage, endless = false }: Script,
  body: Loose,
): AsyncGenerator<string, void, void> {
  const wants = loose(body["stream_options"])["include_usage"] === true;
  const common = { ...head, object: "chat.completion.chunk", model: body["model"] };
  for (const chunk of chunks) {
    yield JSON.stringify("error" in chunk ? chunk : { ...common, ...(wants && { usage: null }), ...chunk });
  }
  if (endless) yield* repeat(JSON.stringify({ ...common, ...chunks.at(-1) }));
  if (wants && usage) yield JSON.stringify({ ...common, choices: [], usage });
  yield "[DONE]";
}

/** Until its reader leaves. */
async function* repeat(frame: string): AsyncGenerator<string, never, void> {
  for (;;) {
    await Bun.sleep(PAUSE);
    yield frame;
  }
}

/** A choice of a plain answer. */
export function choice(message: Loose, rest: Loose = {}): Loose {
  const calls = message["tool_calls"];
  const said = { role: "assistant", content: null, refusal: null, ...message };
  return {
    index: 0,
    message: said,
    finish_reason: Array.isArray(calls) ? "tool_calls" : "stop",
    logprobs: null,
    ...rest,
  };
}

/** A chunk with one choice; `rest` stands in the choice, `beside` next to the choices. */
export function delta(said: Loose, rest: Loose = {}, beside: Loose = {}): Loose {
  return { choices: [{ index: 0, delta: said, finish_reason: null, logprobs: null, ...rest }], ...beside };
}

/** A plain and a streamed answer of this text, word by word. */
export function saying(text: string): Script {
  const words = text.split(/(?<= )/);
  const chunks = words.map((content, place) => delta({ ...(place === 0 && { role: "assistant" }), content }));
  const usage = { prompt_tokens: 5, completion_tokens: words.length, total_tokens: 5 + words.length };
  return {
    reply: { choices: [choice({ content: text })] },
    chunks: [...chunks, delta({}, { finish_reason: "stop" })],
    usage,
  };
}
