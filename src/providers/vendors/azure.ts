import type { Vendor } from "../vendor.ts";

/** Azure OpenAI. Without an `api-version` by the newer `/openai/v1/`, with one by deployment; models are deployments. */
export const azure: Vendor = {
  id: "azure",
  aliases: ["azure_openai", "azure-openai"],
  name: "Azure OpenAI",
  keyVariables: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"],
  baseUrlVariables: ["AZURE_OPENAI_ENDPOINT", "AZURE_API_BASE"],
  auth: "api-key",
  chatPath: "/openai/v1/chat/completions",
  // What a resource lists are all models of its region, not its deployments.
  modelsPath: null,
  versioned: {
    chatPath: "/openai/deployments/{model}/chat/completions",
    variables: ["AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION", "AZURE_API_VERSION"],
  },
  traits: {},
};
