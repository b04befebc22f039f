import { type Vendor, openaiOnly } from "../vendor.ts";

/** LM Studio on this machine. */
export const lmstudio: Vendor = {
  id: "lmstudio",
  aliases: ["lm_studio", "lm-studio"],
  name: "LM Studio",
  baseUrl: "http://127.0.0.1:1234/v1",
  keyVariables: ["LM_STUDIO_API_KEY"],
  auth: "bearer",
  keyOptional: true,
  traits: { outputLimit: "max_tokens", developerRole: false, unsupported: openaiOnly, extensions: ["top_k"] },
  localPorts: [1234],
};
