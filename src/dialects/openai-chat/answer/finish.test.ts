import { expect, test } from "bun:test";
import { unifyFinishReason } from "./finish.ts";

const reasons: readonly [raw: string, unified: string][] = [
  ["stop", "stop"],
  ["length", "length"],
  ["tool_calls", "tool_calls"],
  ["content_filter", "content_filter"],
  ["function_call", "function_call"],
  ["eos", "stop"],
  ["end_turn", "stop"],
  ["max_tokens", "length"],
  ["MAX_TOKENS", "length"],
  ["model_length", "length"],
  ["tool_use", "tool_calls"],
  ["SAFETY", "content_filter"],
  ["constructor", "stop"],
];

for (const [raw, reason] of reasons) {
  test(`the finish reason ${raw} is ${reason}`, () => expect(unifyFinishReason(raw)).toBe(reason as never));
}
