import { type Vendor, openaiOnly } from "../vendor.ts";

/** Z.ai (GLM). */
export const zai: Vendor = {
  id: "zai",
  aliases: ["z-ai", "z.ai", "zhipu"],
  name: "Z.ai",
  baseUrl: "https://api.z.ai/api/paas/v4",
  keyVariables: ["ZAI_API_KEY", "Z_AI_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    unsupported: [
      ...openaiOnly,
      "frequency_penalty",
      "logit_bias",
      "logprobs",
      "n",
      "presence_penalty",
      "seed",
      "top_logprobs",
    ],
    extensions: ["thinking"],
  },
};
