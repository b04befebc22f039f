import { type Vendor, openaiOnly } from "../vendor.ts";

/** Together AI. DeepSeek R1 comes with its reasoning between tags. */
export const together: Vendor = {
  id: "together",
  aliases: ["together_ai", "together-ai", "togetherai"],
  name: "Together AI",
  baseUrl: "https://api.together.xyz/v1",
  keyVariables: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    reasoning: "reasoning",
    thinkTags: true,
    unsupported: [...openaiOnly, "metadata", "service_tier"],
    extensions: ["top_k"],
  },
};
