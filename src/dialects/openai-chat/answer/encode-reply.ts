import type { Answer, AnswerChoice } from "../../../spec/answer.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { writeUsage } from "./usage.ts";
import { isLegacyCall, writeCall, writeLegacyCall } from "./write-calls.ts";

/** Writes an answer as one `chat.completion`. */
export function encodeReply({ opening, choices, usage, extra, extensions }: Answer): JsonObject {
  return {
    ...extra,
    id: opening.id,
    object: "chat.completion",
    created: opening.created,
    model: opening.model,
    choices: choices.map(writeChoice),
    ...(usage === undefined ? {} : { usage: writeUsage(usage.buckets, usage.raw) }),
    ...extensions,
  };
}

/** The vendor's own finish reason, where ours differs from it. */
export function writeNativeReason({ reason, rawReason }: NonNullable<AnswerChoice["finish"]>): JsonObject {
  return reason === rawReason ? {} : { native_finish_reason: rawReason };
}

function writeChoice(choice: AnswerChoice): JsonObject {
  const told = typeof choice.extra["native_finish_reason"] === "string";
  return {
    ...choice.extra,
    index: choice.index,
    message: writeMessage(choice),
    finish_reason: choice.finish?.reason ?? null,
    ...(choice.logprobs === undefined ? {} : { logprobs: choice.logprobs }),
    ...(choice.finish === undefined || told ? {} : writeNativeReason(choice.finish)),
  };
}

function writeMessage({ text, reasoning, refusal, toolCalls, messageExtra }: AnswerChoice): JsonObject {
  const calls = toolCalls.filter((call) => !isLegacyCall(call));
  const legacy = toolCalls.find(isLegacyCall);
  return {
    content: null,
    refusal: null,
    ...messageExtra,
    role: "assistant",
    ...(text === null ? {} : { content: text }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(writeCall) }),
    ...(legacy === undefined ? {} : { function_call: writeLegacyCall(legacy) }),
  };
}
