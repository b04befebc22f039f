import { Elysia } from "elysia";
import { createFrameEncoder } from "../dialects/openai-chat/answer/encode-frames.ts";
import { encodeReply } from "../dialects/openai-chat/answer/encode-reply.ts";
import { readRequest } from "../dialects/openai-chat/request/read-request.ts";
import { createAssembly } from "../engine/assemble.ts";
import type { Call } from "../engine/call.ts";
import { answerStream, answerWhole } from "../engine/gateway.ts";
import type { Opening } from "../spec/event.ts";
import type { BroughtKey, ChatRequest } from "../spec/request.ts";
import type { Settlement } from "../spec/settlement.ts";
import { readBody } from "./body.ts";
import { beforeHeaders, createEventStream } from "./event-stream.ts";
import type { Held, Street, Visit } from "./street.ts";

/** `POST /v1/chat/completions` */
export const chat = (street: Street) =>
  new Elysia().post("/v1/chat/completions", ({ request }) => street.serve(request, completeChat), { parse: "none" });

async function completeChat(visit: Visit): Promise<Response | Held> {
  const { request, house, requestId, record } = visit;
  const { headers } = request;
  const chatRequest = readRequest({
    text: await readBody(request, house.bodyLimit),
    userAgent: headers.get("user-agent") ?? undefined,
    providerModel: headers.get("x-provider-model") ?? undefined,
    strict: house.gateway.strict,
    ...readBroughtKey(headers),
  });
  const call = {
    requestId,
    request: chatRequest,
    signal: request.signal,
    settle: (settlement: Settlement) => record(toFields(settlement)),
  };
  return chatRequest.stream ? streamAnswer(visit, call) : plainAnswer(visit, call);
}

/** A key the client brings for one provider (protocol.md §6.1). */
function readBroughtKey(headers: Headers): { readonly brought?: BroughtKey } {
  const key = headers.get("x-provider-key");
  const provider = headers.get("x-provider");
  return key === null ? {} : { brought: { key, ...(provider !== null && { provider: provider.toLowerCase() }) } };
}

async function plainAnswer(visit: Visit, call: Call): Promise<Response> {
  const events = await answerWhole(visit.house.gateway, call);
  const opening = events.find((event) => event.type === "opening");
  const headers = { ...visit.headers, ...answerHeaders(call.request, opening) };
  const relayed = events.find((event) => event.type === "body");
  if (relayed) return new Response(relayed.text, { headers });
  const assembly = createAssembly();
  for (const event of events) assembly.add(event);
  return new Response(JSON.stringify(encodeReply(assembly.answer())), { headers });
}

async function streamAnswer(visit: Visit, call: Call): Promise<Held> {
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>();
  const encoder = createFrameEncoder({ includeUsage: call.request.includeUsage });
  let opening: Opening | undefined;
  function opened(event: Opening): void {
    opening = event;
    resolve();
  }
  const { body, done, announce } = createEventStream({
    events: answerStream(visit.house.gateway, { ...call, opened }),
    toFrame(event) {
      if (event.type === "frames") return event.bytes;
      return opening?.lane === "events" ? encoder.encode(event) : "";
    },
    lastFrame: () => (opening?.lane === "events" ? encoder.finish() : ""),
    errorFrame(error) {
      reject(error);
      // Named, so that Dedalus SDKs notice it; OpenAI's read the `error` in it (protocol.md §2.2).
      return `event: error\ndata: ${JSON.stringify(visit.fault(error).body)}\n\n`;
    },
  });
  await beforeHeaders(begun);
  announce();
  const headers = { ...visit.headers, ...answerHeaders(call.request, opening) };
  return { response: new Response(body, { headers }), done };
}

function answerHeaders({ stream, warnings }: ChatRequest, opening: Opening | undefined): Record<string, string> {
  const remarks = [...warnings, ...(opening?.warnings ?? [])];
  return {
    ...opening?.headers,
    ...(stream ? streamHeaders : plainHeaders),
    ...(opening && { "x-perdix-model": opening.candidate }),
    ...(remarks.length > 0 && { "x-perdix-warnings": remarks.join("; ").replaceAll(/[^\x20-\x7e]/g, "?") }),
  };
}

const plainHeaders = { "content-type": "application/json" };
// A proxy in between must neither keep nor gather the frames.
const streamHeaders = { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" };

function toFields({ candidate, lane, outcome, finishReason, usage, timeToFirstToken, attempts }: Settlement) {
  return {
    model: candidate,
    lane,
    outcome,
    finish: finishReason,
    input: usage && usage.input + usage.cacheRead + usage.cacheWrite,
    output: usage?.output,
    first_ms: timeToFirstToken === undefined ? undefined : Math.round(timeToFirstToken),
    attempts: attempts.length > 0 ? attempts.length : undefined,
  };
}
