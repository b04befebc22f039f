import { GatewayError } from "../spec/error.ts";
import type { Call } from "./call.ts";

/** Whose answer is read, and under which deadlines. */
export interface Reading {
  readonly provider: string;
  readonly call: Call;
}

/**
 * The answer's bytes as they come, pulled one read at a time. Throws what ended the call, or GatewayError
 * `upstream_incomplete` where the connection breaks. Leaves the rest of the body where a reader stops early.
 */
export async function* readChunks({ body }: Response, reading: Reading): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return;
  const reader = body.getReader();
  const read = () => reader.read();
  try {
    for (;;) {
      const { done, value } = await reading.call.wait("idle", read).catch(() => broken(reading));
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

// An answer's `[DONE]` and the end of its body often come in two packets; a connection closed between them is not used again.
const PARTING_SECONDS = 1;
const PARTING_READS = 16;

/** Closes a call whose answer is complete, after a short wait for the end of the body, so that its connection can be kept. */
export async function letGo({ body }: Response, call: Call): Promise<void> {
  const timer = setTimeout(() => call.close(), PARTING_SECONDS * 1000);
  try {
    const rest = body?.getReader();
    for (let reads = 0; reads < PARTING_READS; reads++) if ((await rest?.read())?.done !== false) break;
  } catch {
    // It was complete already: how the connection ends is of no interest.
  } finally {
    clearTimeout(timer);
    call.close();
  }
}

// Up to so many announced bytes a body is read in one go, which is faster.
const SMALL_BODY = 1024 * 1024;

/** The whole answer as text. Throws as `readChunks`, and `upstream_invalid` past `limit` bytes. */
export async function readText(response: Response, limit: number, reading: Reading): Promise<string> {
  const { provider, call } = reading;
  if (isSmall(response.headers)) return call.wait("idle", () => response.text()).catch(() => broken(reading));
  const { text, whole } = await collect(readChunks(response, reading), limit);
  if (whole) return text;
  throw new GatewayError("upstream_invalid", `${provider} sent more than ${limit >> 20} MiB`, {
    upstream: { provider },
  });
}

/** True where the length is announced and not that of a compressed body, which may unfold to any. */
function isSmall(headers: Headers): boolean {
  return Number(headers.get("content-length") ?? Infinity) <= SMALL_BODY && !headers.has("content-encoding");
}

/** As much of an error's text as comes, at most `limit` bytes: half an explanation is better than none. */
export async function readErrorText(response: Response, limit: number, reading: Reading): Promise<string> {
  const { text } = await collect(tolerate(readChunks(response, reading)), limit);
  return text;
}

async function* tolerate(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "upstream_incomplete") throw error;
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>, limit: number) {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) return { text, whole: false };
    text += decoder.decode(chunk, { stream: true });
  }
  return { text: text + decoder.decode(), whole: true };
}

/** Why reading failed: what ended the call, or else the upstream did. */
function broken({ provider, call }: Reading): never {
  if (call.signal.aborted) throw call.signal.reason;
  const message = `${provider} closed the connection in the middle of its answer`;
  throw new GatewayError("upstream_incomplete", message, { upstream: { provider } });
}
