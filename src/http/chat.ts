import { Elysia } from "elysia";
import { createFrameEncoder } from "../dialects/openai-chat/encode-frames.ts";
import { encodeReply } from "../dialects/openai-chat/encode-reply.ts";
import { readRequest } from "../dialects/openai-chat/read-request.ts";
import { createAssembly } from "../engine/assemble.ts";
import { answer } from "../engine/gateway.ts";
import type { Opening, StreamEvent } from "../spec/event.ts";
import type { BroughtKey, ChatRequest } from "../spec/request.ts";
import type { Settlement } from "../spec/settlement.ts";
import { readBody } from "./body.ts";
import { beforeHeaders, createEventStream } from "./event-stream.ts";
import { toWireFault } from "./fault.ts";
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
  const settle = (settlement: Settlement) => record(toFields(settlement));
  const events = answer(house.gateway, { requestId, request: chatRequest, signal: request.signal, settle });
  return chatRequest.stream ? streamAnswer(chatRequest, events) : plainAnswer(chatRequest, events);
}

/** A key the client brings for one provider (protocol.md §6.1). */
function readBroughtKey(headers: Headers): { readonly brought?: BroughtKey } {
  const key = headers.get("x-provider-key");
  const provider = headers.get("x-provider");
  return key === null ? {} : { brought: { key, ...(provider !== null && { provider: provider.toLowerCase() }) } };
}

async function plainAnswer({ warnings }: ChatRequest, events: AsyncIterable<StreamEvent>): Promise<Response> {
  const assembly = createAssembly();
  let opening: Opening | undefined;
  let relayed: string | undefined;
  for await (const event of events) {
    if (event.type === "opening") opening = event;
    else if (event.type === "body") relayed = event.text;
    if (opening?.lane === "events") assembly.add(event);
  }
  const headers = answerHeaders("application/json", warnings, opening);
  return new Response(relayed ?? JSON.stringify(encodeReply(assembly.answer())), { headers });
}

async function streamAnswer(
  { includeUsage, warnings }: ChatRequest,
  events: AsyncGenerator<StreamEvent>,
): Promise<Held> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  const encoder = createFrameEncoder({ includeUsage });
  let opening: Opening | undefined;

  async function* encode(): AsyncGenerator<string | Uint8Array, void, void> {
    for await (const event of events) {
      if (event.type === "opening") {
        opening = event;
        resolve();
      }
      if (event.type === "frames") yield event.bytes;
      else if (opening?.lane === "events") yield encoder.encode(event);
    }
    if (opening?.lane === "events") yield encoder.finish();
  }
  function errorFrame(error: unknown): string {
    reject(error);
    return toErrorFrame(error);
  }
  const { body, done, announce } = createEventStream({ frames: encode(), errorFrame });
  await beforeHeaders(opened);
  announce();
  return { response: new Response(body, { headers: answerHeaders("text/event-stream", warnings, opening) }), done };
}

/** Named, so that Dedalus SDKs notice it; OpenAI's read the `error` in it (protocol.md §2.2). */
const toErrorFrame = (error: unknown) => `event: error\ndata: ${JSON.stringify(toWireFault(error).body)}\n\n`;

function answerHeaders(type: string, warnings: readonly string[], opening: Opening | undefined): Headers {
  const headers = new Headers(opening?.headers);
  headers.set("content-type", type);
  if (type === "text/event-stream") {
    headers.set("cache-control", "no-cache");
    headers.set("x-accel-buffering", "no");
  }
  if (opening) headers.set("x-perdix-model", opening.candidate);
  const remarks = [...warnings, ...(opening?.warnings ?? [])];
  if (remarks.length > 0) headers.set("x-perdix-warnings", remarks.join("; ").replace(/[^\x20-\x7e]/g, "?"));
  return headers;
}

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
