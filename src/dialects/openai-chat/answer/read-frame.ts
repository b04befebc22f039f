import type { JsonObject } from "../../../spec/json.ts";
import { isComment, isWhole, parseFrame } from "../../sse.ts";
import { decodeError, isErrorBody } from "./decode-error.ts";
import { describeBody, incompleteAnswer, invalidAnswer } from "./faults.ts";
import { asObject, parseJson } from "./json-shape.ts";

/** Reads raw frames as the parts of a streamed answer. */
export interface FrameReader {
  /**
   * The JSON of a frame, `done` for `[DONE]`, undefined where the frame says nothing (comments, keep-alives).
   * Throws GatewayError `upstream_error` for an error event, `upstream_invalid` for what is no JSON,
   * `upstream_incomplete` for a frame that was cut.
   */
  read(raw: Uint8Array): JsonObject | "done" | undefined;
  /** Throws where the stream was no event stream at all: `upstream_error` for a body that is an error, else `upstream_invalid`. */
  assertStream(): void;
}

// How much of a body that is no event stream is kept to tell what it is, in characters.
const STRAY_LIMIT = 64 * 1024;

/** Makes the frame reader of one stream. */
export function createFrameReader(provider: string): FrameReader {
  const decoder = new TextDecoder();
  let stray = "";
  let streamed = false;
  return {
    read(raw) {
      const frame = parseFrame(raw);
      if (frame === undefined) {
        if (isComment(raw)) streamed = true;
        else if (!streamed && stray.length < STRAY_LIMIT) stray += decoder.decode(raw);
        return undefined;
      }
      streamed = true;
      const data = frame.data.trim();
      if (data === "[DONE]") return "done";
      if (frame.event === "error") throw decodeError({ provider, text: data });
      if (data === "") return undefined;
      const json = parseJson(data);
      if (json === undefined && !isWhole(raw)) throw incompleteAnswer(provider);
      if (Array.isArray(json) && isErrorBody(json)) throw decodeError({ provider, text: data });
      const body = asObject(json);
      if (body === undefined) throw invalidAnswer(provider, `an event with ${describeBody(data, json)}`);
      const odd = frame.event !== undefined && body["choices"] === undefined && !isErrorBody(body);
      return odd ? undefined : body;
    },
    assertStream() {
      if (streamed) return;
      const json = parseJson(stray);
      if (json !== undefined && isErrorBody(json)) throw decodeError({ provider, text: stray });
      throw invalidAnswer(provider, describeBody(stray, json));
    },
  };
}
