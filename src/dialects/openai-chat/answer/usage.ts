import type { JsonObject } from "../../../spec/json.ts";
import type { Usage } from "../../../spec/usage.ts";
import { asNumber, asObject } from "./json-shape.ts";

/** The usage object of an answer or frame, wherever the vendor puts it; undefined where it tells none. */
export function findUsage(body: JsonObject): JsonObject | undefined {
  return asObject(body["usage"]) ?? asObject(asObject(body["x_groq"])?.["usage"]);
}

/** Sorts a vendor's usage into buckets that do not overlap. What is not told counts as 0. */
export function readUsage(raw: JsonObject): Usage {
  const prompt = asObject(raw["prompt_tokens_details"]) ?? {};
  const completion = asObject(raw["completion_tokens_details"]) ?? {};
  const total = count(raw["prompt_tokens"], raw["input_tokens"]);
  const cacheRead = Math.min(
    total,
    count(
      prompt["cached_tokens"],
      raw["prompt_cache_hit_tokens"], // DeepSeek
      raw["cached_tokens"], // Together, Moonshot
      raw["num_cached_tokens"], // Mistral
      raw["cache_read_input_tokens"],
    ),
  );
  const written = count(
    prompt["cache_write_tokens"],
    prompt["cache_creation_tokens"],
    raw["cache_creation_input_tokens"],
  );
  const cacheWrite = Math.min(total - cacheRead, written);
  const output = count(raw["completion_tokens"], raw["output_tokens"]);
  return {
    input: total - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output,
    reasoning: count(completion["reasoning_tokens"], raw["reasoning_tokens"]),
    inputAudio: count(prompt["audio_tokens"]),
    outputAudio: count(completion["audio_tokens"]),
  };
}

/** Usage as replies and frames tell it: the vendor's own where it has the three sums, else made from the buckets. */
export function writeUsage(usage: Usage, raw: JsonObject): JsonObject {
  const told = ["prompt_tokens", "completion_tokens", "total_tokens"].every((key) => asNumber(raw[key]) !== undefined);
  if (told) return raw;
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: usage.inputAudio },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: usage.outputAudio },
  };
}

/** The first of the values that is a number, and no less than 0. */
function count(...values: readonly unknown[]): number {
  for (const value of values) {
    const number = asNumber(value);
    if (number !== undefined) return Math.max(0, number);
  }
  return 0;
}
