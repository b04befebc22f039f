import type { StreamEvent } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import type { Answering } from "./answering.ts";
import { createAnswerDecoder } from "./decode-answer.ts";
import { decodeError, isErrorBody } from "./decode-error.ts";
import { describeBody, invalidAnswer } from "./faults.ts";
import { asObject, parseJson } from "./json-shape.ts";

/**
 * Reads a plain answer. Throws GatewayError `upstream_error` where the body is an error whatever its status,
 * `upstream_invalid` where it is no chat completion.
 */
export function* decodeReply(text: string, answering: Answering): Generator<StreamEvent, void, void> {
  const decoder = createAnswerDecoder(answering, true);
  yield* decoder.read(parseReply(text, answering.provider));
  yield* decoder.end();
}

/** The JSON object of a plain answer. Throws as `decodeReply`. */
export function parseReply(text: string, provider: string): JsonObject {
  const json = parseJson(text);
  if (json !== undefined && isErrorBody(json)) throw decodeError({ provider, text });
  const body = asObject(json);
  if (body === undefined) throw invalidAnswer(provider, describeBody(text, json));
  return body;
}
