import type { Vendor } from "../vendor.ts";

/** GitHub Models. */
export const github: Vendor = {
  id: "github",
  aliases: ["github_models", "github-models"],
  name: "GitHub Models",
  baseUrl: "https://models.github.ai/inference",
  // GITHUB_TOKEN is a key to everything: nobody sets it to have models answered with it.
  keyVariables: ["GITHUB_MODELS_TOKEN"],
  auth: "bearer",
  modelsPath: "/catalog/models",
  traits: {},
};
