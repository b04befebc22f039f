import type { Flags, KnownVendor, Surroundings } from "./configuration.ts";
import type { Fault } from "./document.ts";

/** What turns settings into a configuration, beside the settings themselves. */
export interface ResolveContext {
  readonly surroundings: Surroundings;
  readonly vendors: readonly KnownVendor[];
  readonly flags: Flags;
  /** Absolute path of the file the settings come from. */
  readonly file?: string;
  /** Variables that were filled in, by the JSON pointer of the value. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** Hears of what is wrong; a pointer that starts with `--` is a flag. */
  readonly report: (pointer: string, fault: Fault) => void;
  readonly warn: (pointer: string, fault: Fault) => void;
}

/** The vendor that is called so, in any of its spellings. */
export function findVendor(vendors: readonly KnownVendor[], spelling: string): KnownVendor | undefined {
  const name = spelling.toLowerCase();
  return vendors.find(({ id, aliases = [] }) => id === name || aliases.includes(name));
}
