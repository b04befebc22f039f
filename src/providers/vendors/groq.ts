import { type Vendor, openaiOnly } from "../vendor.ts";

/** Groq. Reasoning stands in its own field or, with `reasoning_format: raw`, between tags. */
export const groq: Vendor = {
  id: "groq",
  name: "Groq",
  baseUrl: "https://api.groq.com/openai/v1",
  keyVariables: ["GROQ_API_KEY"],
  auth: "bearer",
  traits: {
    developerRole: false,
    reasoning: "reasoning",
    thinkTags: true,
    unsupported: [...openaiOnly, "logit_bias", "logprobs", "n", "top_logprobs"],
  },
};
