import { type Vendor, openaiOnly } from "../vendor.ts";

/** Cohere, by its compatibility endpoint; models are listed by its own API only. */
export const cohere: Vendor = {
  id: "cohere",
  name: "Cohere",
  baseUrl: "https://api.cohere.ai/compatibility/v1",
  keyVariables: ["CO_API_KEY", "COHERE_API_KEY"],
  auth: "bearer",
  modelsPath: "/v1/models",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    unsupported: [
      ...openaiOnly,
      "logit_bias",
      "metadata",
      "n",
      "parallel_tool_calls",
      "service_tier",
      "top_logprobs",
      "user",
    ],
  },
};
