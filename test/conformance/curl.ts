import { foldChunks } from "./fold.ts";
import { type Loose, loose } from "./shape.ts";
import { callerKey } from "./stage.ts";
import { chunksOf, readFrames } from "./stream-shape.ts";

/** An answer as it is on the wire, a stream folded into the form of a plain one. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
  /** The chunks of a stream; empty for plain answers. */
  readonly chunks: readonly Loose[];
}

/** Asks without any client library. */
export async function complete(
  url: string,
  body: Loose,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireAnswer> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${callerKey}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const chunks = isStream ? chunksOf(readFrames(text)) : [];
  return {
    status: response.status,
    headers: response.headers,
    body: isStream ? foldChunks(chunks) : loose(JSON.parse(text)),
    chunks,
  };
}
