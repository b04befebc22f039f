import type { Vendor } from "../vendor.ts";

/** OpenRouter. It drops or translates what the model behind it does not know. */
export const openrouter: Vendor = {
  id: "openrouter",
  aliases: ["open_router", "open-router"],
  name: "OpenRouter",
  baseUrl: "https://openrouter.ai/api/v1",
  keyVariables: ["OPENROUTER_API_KEY"],
  auth: "bearer",
  traits: { reasoning: "reasoning", extensions: ["top_k", "cache_control"] },
};
