import { type Vendor, openaiOnly } from "../vendor.ts";

/** xAI (Grok). Reasoning models refuse penalties and `stop`, others take them, so that those are sent. */
export const xai: Vendor = {
  id: "xai",
  aliases: ["x-ai", "grok"],
  name: "xAI",
  baseUrl: "https://api.x.ai/v1",
  keyVariables: ["XAI_API_KEY"],
  auth: "bearer",
  traits: {
    developerRole: false,
    unsupported: [...openaiOnly, "logit_bias", "metadata"],
    extensions: ["search_parameters", "deferred"],
  },
};
