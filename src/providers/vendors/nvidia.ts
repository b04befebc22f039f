import { type Vendor, openaiOnly } from "../vendor.ts";

/** NVIDIA NIM. */
export const nvidia: Vendor = {
  id: "nvidia",
  aliases: ["nvidia_nim", "nim"],
  name: "NVIDIA NIM",
  baseUrl: "https://integrate.api.nvidia.com/v1",
  keyVariables: ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"],
  auth: "bearer",
  traits: { outputLimit: "max_tokens", developerRole: false, unsupported: openaiOnly, extensions: ["top_k"] },
};
