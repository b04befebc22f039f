import type { StreamEvent } from "../../../spec/event.ts";
import { readFrames } from "../../sse.ts";
import type { Answering } from "./answering.ts";
import { createAnswerDecoder } from "./decode-answer.ts";
import { createFrameReader } from "./read-frame.ts";

/**
 * Reads a streamed answer. Ends with `[DONE]` or with the stream once every choice has its finish reason; the usage
 * is told once, at the end, also of an answer that fails. What throws is the upstream's own error
 * (`upstream_error`), what is no chat completion (`upstream_invalid`), and what was cut (`upstream_incomplete`).
 */
export async function* decodeFrames(
  chunks: AsyncIterable<Uint8Array>,
  answering: Answering,
): AsyncGenerator<StreamEvent, void, void> {
  const reader = createFrameReader(answering.provider);
  const decoder = createAnswerDecoder(answering, false);
  try {
    for await (const raw of readFrames(chunks, answering.provider)) {
      const body = reader.read(raw);
      if (body === "done") break;
      if (body !== undefined) yield* decoder.read(body);
    }
    reader.assertStream();
    decoder.assertComplete();
  } catch (error) {
    yield* decoder.end();
    throw answering.hush(error);
  }
  yield* decoder.end();
}
