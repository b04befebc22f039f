import { expect, test } from "bun:test";
import type { JsonObject } from "../../../spec/json.ts";
import { findUsage, readUsage, writeUsage } from "./usage.ts";

const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
const zero = { input: 10, cacheRead: 0, cacheWrite: 0, output: 4, reasoning: 0, inputAudio: 0, outputAudio: 0 };
const shapes: readonly [name: string, body: JsonObject, buckets: object][] = [
  ["plain", { usage }, zero],
  [
    "nulls",
    { usage: { ...usage, prompt_tokens_details: null, completion_tokens_details: { reasoning_tokens: null } } },
    zero,
  ],
  [
    "cached",
    { usage: { ...usage, prompt_tokens_details: { cached_tokens: 6, audio_tokens: 1 } } },
    { ...zero, input: 4, cacheRead: 6, inputAudio: 1 },
  ],
  [
    "cache writes",
    { usage: { ...usage, prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 3 } } },
    { ...zero, input: 1, cacheRead: 6, cacheWrite: 3 },
  ],
  [
    "DeepSeek",
    { usage: { ...usage, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 4 } },
    { ...zero, input: 4, cacheRead: 6 },
  ],
  ["Together", { usage: { ...usage, cached_tokens: 6 } }, { ...zero, input: 4, cacheRead: 6 }],
  [
    "reasoning and sound",
    { usage: { ...usage, completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 1 } } },
    { ...zero, reasoning: 3, outputAudio: 1 },
  ],
  [
    "more cached than sent",
    { usage: { ...usage, prompt_tokens_details: { cached_tokens: 60 } } },
    { ...zero, input: 0, cacheRead: 10 },
  ],
  ["Groq", { x_groq: { usage } }, zero],
];

for (const [name, body, buckets] of shapes) {
  test(`usage, ${name}`, () => expect(readUsage(findUsage(body) ?? {})).toEqual(buckets as never));
}

test("there is none where none is told", () => {
  expect(findUsage({ usage: null, x_groq: { id: "x" } })).toBeUndefined();
  expect(readUsage({})).toEqual({ ...zero, input: 0, output: 0 });
});

test("the vendor's own goes out where it has the three sums", () => {
  expect(writeUsage(zero, usage)).toBe(usage);
  expect(writeUsage({ ...zero, cacheRead: 2 }, { input_tokens: 1 })).toMatchObject({
    prompt_tokens: 12,
    total_tokens: 16,
  });
});
