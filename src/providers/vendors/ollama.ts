import { type Vendor, openaiOnly } from "../vendor.ts";

/** Ollama on this machine. */
export const ollama: Vendor = {
  id: "ollama",
  name: "Ollama",
  baseUrl: "http://127.0.0.1:11434/v1",
  keyVariables: ["OLLAMA_API_KEY"],
  auth: "bearer",
  keyOptional: true,
  traits: { outputLimit: "max_tokens", reasoning: "reasoning", unsupported: [...openaiOnly, "logit_bias", "n"] },
  localPorts: [11434],
};
