import { type Vendor, openaiOnly } from "../vendor.ts";

/** vLLM on this machine. Its reasoning stood in `reasoning_content` once. */
export const vllm: Vendor = {
  id: "vllm",
  name: "vLLM",
  baseUrl: "http://127.0.0.1:8000/v1",
  keyVariables: ["VLLM_API_KEY"],
  auth: "bearer",
  keyOptional: true,
  traits: { reasoning: "reasoning", unsupported: openaiOnly, extensions: ["top_k"] },
  localPorts: [8000],
};
