import { type Vendor, openaiOnly } from "../vendor.ts";

/** Alibaba Model Studio (Qwen), the international endpoint. */
export const alibaba: Vendor = {
  id: "alibaba",
  aliases: ["dashscope", "qwen"],
  name: "Alibaba Model Studio",
  baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
  keyVariables: ["DASHSCOPE_API_KEY", "ALIBABA_API_KEY"],
  auth: "bearer",
  traits: {
    outputLimit: "max_tokens",
    developerRole: false,
    unsupported: openaiOnly.filter((name) => name !== "modalities" && name !== "audio"),
    extensions: ["top_k"],
  },
};
