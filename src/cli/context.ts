import type { CommandContext } from "@stricli/core";
import { type Loaded, type LoadOptions, loadConfiguration, type Surroundings } from "../config.ts";

/** What every command is given. */
export interface Context extends CommandContext {
  readonly process: CommandContext["process"] & {
    readonly env: Surroundings["environment"];
    /** What the process ends with: 0 done, 1 failed, 2 wrong usage. */
    exitCode?: number;
  };
  readonly surroundings: Surroundings;
  /** True where standard output is a terminal. */
  readonly terminal: boolean;
  /** Words that may complete the last input. */
  readonly complete: (inputs: readonly string[]) => Promise<readonly string[]>;
}

/** Prints one line, or several, on standard output. */
export function print({ process }: Context, text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints what went wrong and sets the exit code to 1. */
export function fail({ process }: Context, text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

/** Loads the configuration with the vendors this program knows. Throws ConfigurationError. */
export async function load(
  { surroundings }: Pick<Context, "surroundings">,
  options: Pick<LoadOptions, "file" | "flags"> = {},
): Promise<Loaded> {
  // The roster is looked at only by commands that need it: `health` and `version` start without.
  const { roster } = await import("../providers/roster.ts");
  return loadConfiguration({ ...options, surroundings, vendors: roster });
}
