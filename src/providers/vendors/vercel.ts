import type { Vendor } from "../vendor.ts";

/** Vercel AI Gateway. */
export const vercel: Vendor = {
  id: "vercel",
  aliases: ["vercel_ai_gateway", "ai-gateway"],
  name: "Vercel AI Gateway",
  baseUrl: "https://ai-gateway.vercel.sh/v1",
  keyVariables: ["AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY"],
  auth: "bearer",
  traits: { reasoning: "reasoning", extensions: ["top_k", "cache_control"] },
};
