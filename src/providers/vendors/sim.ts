import type { Vendor } from "../vendor.ts";

/** The simulator in this program. */
export const sim: Vendor = {
  id: "sim",
  name: "Simulator",
  // Never looked up: the simulator answers inside the process.
  baseUrl: "http://simulator.invalid/v1",
  keyVariables: [],
  auth: "none",
  traits: { unsupported: ["audio", "function_call", "functions", "modalities", "prediction", "web_search_options"] },
};
