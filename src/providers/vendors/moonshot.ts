import { type Vendor, openaiOnly } from "../vendor.ts";

/** Moonshot AI (Kimi). */
export const moonshot: Vendor = {
  id: "moonshot",
  aliases: ["moonshotai", "moonshot-ai", "kimi"],
  name: "Moonshot AI",
  baseUrl: "https://api.moonshot.ai/v1",
  keyVariables: ["MOONSHOT_API_KEY", "MOONSHOTAI_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    unsupported: [...openaiOnly, "logit_bias", "logprobs", "metadata", "service_tier", "top_logprobs"],
    extensions: ["thinking"],
  },
};
