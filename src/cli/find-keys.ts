import type { Surroundings } from "../config.ts";
import type { FoundKey } from "./settings-template.ts";

/** A vendor and the variables its key may stand in. */
interface KeyedVendor {
  readonly id: string;
  readonly keyVariables: readonly string[];
}

/** The vendors whose key stands in the environment, by the variable that counts. */
export function findKeys(vendors: readonly KeyedVendor[], { environment }: Surroundings): readonly FoundKey[] {
  return vendors.flatMap(({ id: vendor, keyVariables }) => {
    const variable = keyVariables.find((name) => (environment[name] ?? "").trim() !== "");
    return variable === undefined ? [] : [{ vendor, variable }];
  });
}
