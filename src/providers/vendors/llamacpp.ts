import { type Vendor, openaiOnly } from "../vendor.ts";

/** llama.cpp (llama-server) on this machine. */
export const llamacpp: Vendor = {
  id: "llamacpp",
  aliases: ["llama.cpp", "llama_cpp", "llama-cpp", "llama-server"],
  name: "llama.cpp",
  baseUrl: "http://127.0.0.1:8080/v1",
  keyVariables: ["LLAMA_API_KEY"],
  auth: "bearer",
  keyOptional: true,
  traits: { developerRole: false, unsupported: openaiOnly.filter((name) => name !== "audio"), extensions: ["top_k"] },
  localPorts: [8080],
};
