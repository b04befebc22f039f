import { type Vendor, openaiOnly } from "../vendor.ts";

/** Fireworks AI. The last frame of a stream has the usage, asked for or not. */
export const fireworks: Vendor = {
  id: "fireworks",
  aliases: ["fireworks_ai", "fireworks-ai"],
  name: "Fireworks AI",
  baseUrl: "https://api.fireworks.ai/inference/v1",
  keyVariables: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"],
  auth: "bearer",
  traits: {
    developerRole: false,
    streamUsage: "always",
    unsupported: openaiOnly.filter((name) => name !== "prediction"),
    extensions: ["top_k", "thinking"],
  },
};
