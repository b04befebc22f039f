import { buildCommand } from "@stricli/core";
import { type Context, print } from "../context.ts";

/** `perdix __complete -- WORDS`: what the scripts of `perdix completions` ask; the last word is the one to complete. */
export const complete = buildCommand<Record<never, never>, string[], Context>({
  async func(this: Context, _: object, ...words: string[]) {
    const found = await this.complete(words.length === 0 ? [""] : words);
    if (found.length > 0) print(this, found.join("\n"));
  },
  parameters: {
    positional: { kind: "array", parameter: { parse: String, brief: "Words of a command line", placeholder: "WORD" } },
  },
  docs: { brief: "Complete a command line" },
});
