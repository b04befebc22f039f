import { type Vendor, openaiOnly } from "../vendor.ts";

/** Cerebras. System messages have the weight of developer messages there. */
export const cerebras: Vendor = {
  id: "cerebras",
  name: "Cerebras",
  baseUrl: "https://api.cerebras.ai/v1",
  keyVariables: ["CEREBRAS_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_completion_tokens",
    developerRole: false,
    reasoning: "reasoning",
    thinkTags: true,
    unsupported: [...openaiOnly, "frequency_penalty", "logit_bias", "presence_penalty"],
  },
};
