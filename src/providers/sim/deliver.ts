import type { Json, JsonObject } from "../../spec/json.ts";
import { type Conversation, length } from "./conversation.ts";
import { TOKEN_LENGTH } from "./echo.ts";
import type { Part, Play, PlayedCall, PlayedError } from "./play.ts";

/** What every frame of an answer has. */
export interface Head {
  /** Made from a hash of the request: the same request has the same ids. */
  readonly hash: string;
  /** Unix seconds. */
  readonly created: number;
}

/** Puts an answer on the wire, plain or streamed; an abort of `signal` stops it. */
export async function deliver(
  play: Play,
  conversation: Conversation,
  { signal, ...head }: Head & Aborting,
): Promise<Response> {
  await sleep(play.delay ?? 0, signal);
  const { error, cutAfter } = play;
  if (error && !(conversation.stream && play.parts.some(({ text }) => text))) return refusal(error);
  if (conversation.stream) return streamed(frames(play, conversation, head), { play, signal });
  if (play.tokensPerSecond !== undefined) await sleep((countOutput(play.parts) * 1000) / play.tokensPerSecond, signal);
  const text = JSON.stringify(reply(play, conversation, head));
  if (cutAfter === undefined) return new Response(text, { headers: { "content-type": "application/json" } });
  return new Response(cut(text.slice(0, cutAfter)), { headers: { "content-type": "application/json" } });
}

interface Aborting {
  readonly signal: AbortSignal;
}

/** An error in the shape OpenAI gives it. */
export function refusal(
  { status, message, type, code, retryAfter }: PlayedError,
  param: string | null = null,
): Response {
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return Response.json({ error: { message, type, code: code ?? null, param } }, { status, headers });
}

function reply(play: Play, conversation: Conversation, { hash, created }: Head): JsonObject {
  const choices = play.parts.map((part, index) => ({
    index,
    message: {
      role: "assistant",
      content: part.text ?? null,
      refusal: null,
      ...(part.reasoning !== undefined && { reasoning_content: part.reasoning }),
      ...(part.calls && { tool_calls: part.calls.map((call, place) => wireCall(call, `${hash}_${index}_${place}`)) }),
    },
    logprobs: conversation.logprobs ? { content: tokensOf(part.text ?? "").map(logprob), refusal: null } : null,
    finish_reason: part.finish,
  }));
  return {
    ...envelope("chat.completion", { hash, created }, conversation),
    choices,
    usage: countUsage(play, conversation),
  };
}

const envelope = (object: string, { hash, created }: Head, { model }: Conversation) => ({
  id: `chatcmpl-sim-${hash}`,
  object,
  created,
  model,
  system_fingerprint: "sim",
});

/** A frame to send, and how many tokens and characters of text it carries. */
interface Frame {
  readonly body: JsonObject | "[DONE]";
  readonly tokens: number;
  readonly characters: number;
}

function* frames(play: Play, conversation: Conversation, head: Head): Generator<Frame, void, void> {
  const base = envelope("chat.completion.chunk", head, conversation);
  const chunk = (choice: JsonObject, text = ""): Frame => ({
    body: { ...base, choices: [choice], ...(conversation.includeUsage && { usage: null }) },
    tokens: text === "" ? 0 : 1,
    characters: length(text),
  });
  for (const [index, part] of play.parts.entries()) {
    const delta = (value: JsonObject, text?: string, more?: JsonObject) =>
      chunk({ index, delta: value, logprobs: null, finish_reason: null, ...more }, text);
    yield delta({ role: "assistant", content: part.calls && part.text === undefined ? null : "" });
    for (const token of tokensOf(part.reasoning ?? "")) yield delta({ reasoning_content: token }, token);
    for (const token of tokensOf(part.text ?? "")) {
      const logprobs = { logprobs: { content: [logprob(token)], refusal: null } };
      yield delta({ content: token }, token, conversation.logprobs ? logprobs : {});
    }
    if (play.error) return yield { body: { error: wireError(play.error) }, tokens: 0, characters: 0 };
    yield* callFrames(part, `${head.hash}_${index}`, delta);
    yield chunk({ index, delta: {}, logprobs: null, finish_reason: part.finish });
  }
  const usage = { ...base, choices: [], usage: countUsage(play, conversation) };
  if (conversation.includeUsage) yield { body: usage, tokens: 0, characters: 0 };
  yield { body: "[DONE]", tokens: 0, characters: 0 };
}

function* callFrames({ calls = [] }: Part, id: string, delta: (value: JsonObject, text?: string) => Frame) {
  for (const [index, call] of calls.entries()) {
    const { [call.kind]: body, ...start } = wireCall({ ...call, input: "" }, `${id}_${index}`);
    yield delta({ tool_calls: [{ index, ...start, [call.kind]: body }] });
    const field = call.kind === "custom" ? "input" : "arguments";
    for (const token of tokensOf(call.input)) {
      yield delta({ tool_calls: [{ index, [call.kind]: { [field]: token } }] }, token);
    }
  }
}

function wireCall({ kind, name, input }: PlayedCall, id: string): JsonObject {
  const body = kind === "custom" ? { name, input } : { name, arguments: input };
  return { id: `call_${id}`, type: kind, [kind]: body };
}

const wireError = ({ message, type, code }: PlayedError) => ({ message, type, code: code ?? null, param: null });

const encoder = new TextEncoder();

function streamed(source: Generator<Frame>, { play, signal }: Aborting & { readonly play: Play }): Response {
  const { tokensPerSecond, cutAfter = Infinity } = play;
  const start = performance.now();
  let tokens = 0;
  let characters = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = source.next();
      if (done) return controller.close();
      if (tokensPerSecond !== undefined) {
        await sleep(start + (tokens * 1000) / tokensPerSecond - performance.now(), signal);
      }
      signal.throwIfAborted();
      tokens += value.tokens;
      characters += value.characters;
      if (characters > cutAfter) throw new Error("the script cuts the answer here");
      const data = value.body === "[DONE]" ? value.body : JSON.stringify(value.body);
      controller.enqueue(encoder.encode(`data: ${data}\n\n`));
    },
    cancel: () => void source.return(undefined),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function cut(text: string): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) throw new Error("the script cuts the answer here");
      sent = true;
      controller.enqueue(encoder.encode(text));
    },
  });
}

/** Waits so many milliseconds; rejects with the signal's reason as soon as it is aborted. */
async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (milliseconds <= 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** The text in pieces of four characters. */
function tokensOf(text: string): readonly string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / TOKEN_LENGTH) }, (_, index) =>
    characters.slice(index * TOKEN_LENGTH, (index + 1) * TOKEN_LENGTH).join(""),
  );
}

/** Every token is certain: the simulator never chose. */
function logprob(token: string): JsonObject {
  const fact = { token, logprob: 0, bytes: [...encoder.encode(token)] };
  return { ...fact, top_logprobs: [fact] as Json };
}

const countTokens = (characters: number) => Math.ceil(characters / TOKEN_LENGTH);
const countReasoning = (parts: readonly Part[]) => sum(parts, ({ reasoning = "" }) => countTokens(length(reasoning)));
const sum = (parts: readonly Part[], count: (part: Part) => number) =>
  parts.reduce((total, part) => total + count(part), 0);

function countOutput(parts: readonly Part[]): number {
  const said = sum(parts, ({ text = "", calls = [] }) =>
    [text, ...calls.map(({ name, input }) => name + input)].reduce(
      (total, piece) => total + countTokens(length(piece)),
      0,
    ),
  );
  return said + countReasoning(parts);
}

/** The rule: four characters are a token, each text rounded up. The input counts as the JSON of messages and tools. */
function countUsage({ usage, parts }: Play, { characters }: Conversation): JsonObject {
  if (usage) return usage;
  const prompt = countTokens(characters);
  const completion = countOutput(parts);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    completion_tokens_details: { reasoning_tokens: countReasoning(parts) },
  };
}
