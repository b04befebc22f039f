import type { Vendor } from "../vendor.ts";

/** Hugging Face, by its router; which fields are known depends on the provider behind it. */
export const huggingface: Vendor = {
  id: "huggingface",
  aliases: ["hf", "hugging_face", "hugging-face"],
  name: "Hugging Face",
  baseUrl: "https://router.huggingface.co/v1",
  keyVariables: ["HF_TOKEN", "HUGGINGFACE_API_KEY"],
  auth: "bearer",
  traits: { outputLimit: "max_tokens", developerRole: false, extensions: ["top_k"] },
};
