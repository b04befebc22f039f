import { type Vendor, openaiOnly } from "../vendor.ts";

/** Mistral AI. It answers 422 to every field it does not know. */
export const mistral: Vendor = {
  id: "mistral",
  name: "Mistral AI",
  baseUrl: "https://api.mistral.ai/v1",
  keyVariables: ["MISTRAL_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    streamUsage: "always",
    contentParts: true,
    requiredChoice: "any",
    renames: { seed: "random_seed" },
    unsupported: [
      ...openaiOnly.filter((name) => name !== "prediction"),
      "logit_bias",
      "logprobs",
      "service_tier",
      "top_logprobs",
      "user",
    ],
    extensions: ["safe_prompt", "prompt_mode"],
  },
};
