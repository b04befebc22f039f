import { expect, test } from "bun:test";
import type { Opening, StreamEvent } from "../spec/event.ts";
import { createAssembly } from "./assemble.ts";

const opening: Opening = {
  type: "opening",
  candidate: "box/m",
  id: "c1",
  created: 5,
  model: "m",
  headers: {},
  warnings: [],
  lane: "events",
  extra: { a: 1 },
};
const fold = (...events: readonly StreamEvent[]) => {
  const assembly = createAssembly();
  for (const event of [opening, ...events]) assembly.add(event);
  return assembly.answer();
};
const message = (value: Opening["extra"]): StreamEvent => ({
  type: "extra",
  choice: 0,
  origin: { message: value ?? {} },
});

test("text, reasoning and refusals grow", () => {
  const { choices } = fold(
    { type: "reasoning-delta", choice: 0, block: 0, text: "r1" },
    { type: "text-delta", choice: 0, block: 1, text: "a" },
    { type: "reasoning-delta", choice: 0, block: 2, text: "r2" },
    { type: "text-delta", choice: 0, block: 3, text: "b" },
    { type: "refusal-delta", choice: 0, block: 4, text: "no" },
  );
  expect(choices).toMatchObject([{ index: 0, text: "ab", reasoning: "r1r2", refusal: "no", toolCalls: [] }]);
});

test("choices stand in the order of their index, calls in that of their blocks", () => {
  const { choices } = fold(
    { type: "text-delta", choice: 1, block: 0, text: "b" },
    { type: "tool-call-start", choice: 0, block: 1, id: "y", name: "g", kind: "custom" },
    { type: "tool-call-start", choice: 0, block: 0, id: "x", name: "f", kind: "function", extra: { s: 1 } },
    { type: "tool-call-delta", choice: 0, block: 0, input: "{" },
    { type: "tool-call-delta", choice: 0, block: 1, input: "free" },
    { type: "tool-call-delta", choice: 0, block: 0, input: "}", extra: { t: 2 } },
    { type: "finish", choice: 0, reason: "tool_calls", rawReason: "tool_use" },
  );
  expect(choices).toEqual([
    {
      index: 0,
      text: null,
      extra: {},
      messageExtra: {},
      finish: { reason: "tool_calls", rawReason: "tool_use" },
      toolCalls: [
        { id: "x", name: "f", kind: "function", input: "{}", extra: { s: 1, t: 2 } },
        { id: "y", name: "g", kind: "custom", input: "free" },
      ],
    },
    { index: 1, text: "b", toolCalls: [], extra: {}, messageExtra: {} },
  ]);
});

test("unknown fields gather where they stood", () => {
  const { extra, choices } = fold(
    { type: "extra", choice: 0, origin: { answer: { b: 1 }, choice: { c: 1 } } },
    { type: "extra", choice: 0, origin: { answer: { b: 2 }, choice: { d: 1 } } },
  );
  expect(extra).toEqual({ a: 1, b: 2 });
  expect(choices[0]?.extra).toEqual({ c: 1, d: 1 });
});

test("sound, lists and the vendor's reasoning grow; other fields are replaced", () => {
  const { choices } = fold(
    message({ audio: { id: "x", data: "AA", transcript: "he" }, annotations: [1], reasoning: "r", channel: "a" }),
    message({ audio: { data: "BB", transcript: "y", expires_at: 9 }, annotations: [2], reasoning: "s", channel: "b" }),
  );
  expect(choices[0]?.messageExtra).toEqual({
    audio: { id: "x", data: "AABB", transcript: "hey", expires_at: 9 },
    annotations: [1, 2],
    reasoning: "rs",
    channel: "b",
  });
});

test("log probabilities are merged", () => {
  const { choices } = fold(
    { type: "logprobs", choice: 0, value: { content: [1], refusal: null } },
    { type: "logprobs", choice: 0, value: { content: [2], refusal: null } },
  );
  expect(choices[0]?.logprobs).toEqual({ content: [1, 2], refusal: null });
});

test("the last usage counts, extensions are merged", () => {
  const buckets = { input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0, inputAudio: 0, outputAudio: 0 };
  const answer = fold(
    { type: "usage", usage: buckets, raw: { a: 1 } },
    { type: "usage", usage: buckets, raw: { a: 2 } },
    { type: "extension", fields: { turns_consumed: 1 } },
    { type: "extension", fields: { agents_used: ["m"] } },
  );
  expect(answer.usage).toEqual({ buckets, raw: { a: 2 } });
  expect(answer.extensions).toEqual({ turns_consumed: 1, agents_used: ["m"] });
});

test("another opening begins anew", () => {
  const second = { ...opening, candidate: "box/n", extra: { z: 1 } };
  const answer = fold(message({ x: 1 }), { type: "extension", fields: { y: 1 } }, second);
  expect(answer).toEqual({ opening: second, choices: [], extra: { z: 1 }, extensions: {} });
});

test("nothing can be asked of an answer that has not opened", () => {
  expect(() => createAssembly().answer()).toThrow("before it opened");
});
