import { type Vendor, openaiOnly } from "../vendor.ts";

/** Perplexity (Sonar). Every frame of a stream has the usage so far. */
export const perplexity: Vendor = {
  id: "perplexity",
  aliases: ["pplx"],
  name: "Perplexity",
  baseUrl: "https://api.perplexity.ai",
  keyVariables: ["PERPLEXITY_API_KEY", "PPLX_API_KEY"],
  auth: "bearer",
  modelsPath: null,
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    streamUsage: "always",
    thinkTags: true,
    unsupported: [
      ...openaiOnly.filter((name) => name !== "web_search_options"),
      "function_call",
      "functions",
      "logit_bias",
      "logprobs",
      "n",
      "parallel_tool_calls",
      "seed",
      "tool_choice",
      "tools",
      "top_logprobs",
    ],
    extensions: ["top_k"],
  },
};
