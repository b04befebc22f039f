import { type Vendor, openaiOnly } from "../vendor.ts";

/** DeepSeek. Its prompt cache works by itself. */
export const deepseek: Vendor = {
  id: "deepseek",
  name: "DeepSeek",
  baseUrl: "https://api.deepseek.com",
  keyVariables: ["DEEPSEEK_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    unsupported: [
      ...openaiOnly,
      "logit_bias",
      "metadata",
      "n",
      "parallel_tool_calls",
      "prompt_cache_key",
      "seed",
      "service_tier",
    ],
    extensions: ["thinking"],
  },
};
