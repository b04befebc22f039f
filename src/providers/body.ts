import { GatewayError } from "../spec/error.ts";
import type { Call } from "./call.ts";

/** Whose answer is read, and under which deadlines. */
export interface Reading {
  readonly provider: string;
  readonly call: Call;
}

const over = { done: true, value: undefined } as const;

/**
 * The answer's bytes as they come, pulled one read at a time. Throws what ended the call, or GatewayError
 * `upstream_incomplete` where the connection breaks. A reader that stops early lets the rest go.
 */
export function readChunks({ body }: Response, reading: Reading): AsyncIterableIterator<Uint8Array, void, void> {
  const { call } = reading;
  const reader = body?.getReader();
  let isOver = reader === undefined;
  // An object by hand where a generator would do: this is the innermost loop of every stream.
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (isOver || !reader) return over;
      call.expect("idle");
      try {
        const result = await reader.read();
        call.received();
        if (!result.done) return result;
      } catch {
        isOver = true;
        const error = whyBroken(reading);
        call.close();
        throw error;
      }
      isOver = true;
      call.complete();
      return over;
    },
    async return() {
      if (!isOver && reader) void letGo(reader, call);
      isOver = true;
      return over;
    },
  };
}

// An answer's `[DONE]` and the end of its body often come in two packets; a connection closed between them is not used again.
const PARTING_SECONDS = 1;
const PARTING_READS = 16;

/** Closes a call whose answer is complete, after a short wait for the end of the body, so that its connection can be kept. */
async function letGo(reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read">, call: Call): Promise<void> {
  const timer = setTimeout(() => call.close(), PARTING_SECONDS * 1000);
  try {
    for (let reads = 0; reads < PARTING_READS; reads++) {
      const { done } = await reader.read();
      if (done) return call.complete();
    }
  } catch {
    // It was complete already: how the connection ends is of no interest.
  } finally {
    clearTimeout(timer);
  }
  call.close();
}

// Up to so many announced bytes a body is read as one part, which costs a tenth of a whole request less.
const SMALL_BODY = 16 * 1024;

/** The whole answer as text. Throws as `readChunks`, and `upstream_invalid` past `limit` bytes. */
export async function readText(response: Response, limit: number, reading: Reading): Promise<string> {
  if (isSmall(response.headers)) {
    reading.call.expect("idle");
    const text = await response.text().catch(() => {
      throw whyBroken(reading);
    });
    reading.call.complete();
    return text;
  }
  const { text, whole } = await collect(readChunks(response, reading), limit);
  if (whole) return text;
  const { provider } = reading;
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
function whyBroken({ provider, call }: Reading): unknown {
  if (call.signal.aborted) return call.signal.reason;
  const message = `${provider} closed the connection in the middle of its answer`;
  return new GatewayError("upstream_incomplete", message, { upstream: { provider } });
}
