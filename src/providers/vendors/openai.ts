import type { Vendor } from "../vendor.ts";

/** OpenAI itself, the measure of all others. */
export const openai: Vendor = {
  id: "openai",
  name: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  keyVariables: ["OPENAI_API_KEY"],
  auth: "bearer",
  // Its reasoning models refuse the older `max_tokens`; all of its models take the newer name.
  traits: { outputLimit: "max_completion_tokens" },
};
