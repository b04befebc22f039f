import type { Vendor } from "../vendor.ts";

/** OpenAI itself, the measure of all others. */
export const openai: Vendor = {
  id: "openai",
  name: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  keyVariables: ["OPENAI_API_KEY"],
  auth: "bearer",
  traits: {},
};
