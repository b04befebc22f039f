import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Configuration, Flags, KnownVendor, Surroundings } from "./config/configuration.ts";
import { settingsFiles } from "./config/folders.ts";
import { ConfigurationError, type Problem } from "./config/problem.ts";
import { resolveSettings } from "./config/resolve.ts";

export type {
  Configuration,
  Flags,
  KnownVendor,
  LogSettings,
  ProviderConnection,
  Surroundings,
} from "./config/configuration.ts";
export { secretsOf } from "./config/configuration.ts";
export { type DaemonRecord, readDaemonRecord, removeDaemonRecord, writeDaemonRecord } from "./config/daemon-file.ts";
export { whyNotWritable, writeSettingsFile } from "./config/files.ts";
export { readSurroundings, usualDataFolder } from "./config/folders.ts";
export { ConfigurationError, formatProblem, type Problem } from "./config/problem.ts";

/** What a configuration is made from. */
export interface LoadOptions {
  /** `--config`: this file and no other. Relative to the working folder. */
  readonly file?: string;
  readonly surroundings: Surroundings;
  /** The vendors that a key in the environment switches on and that the file may name. */
  readonly vendors: readonly KnownVendor[];
  readonly flags?: Flags;
}

/** A configuration, the file it came from, and what is worth knowing about it. */
export interface Loaded {
  readonly configuration: Configuration;
  /** Absolute path; absent where there is no file. */
  readonly file?: string;
  readonly warnings: readonly Problem[];
}

/** Finds and reads the configuration. Throws ConfigurationError with everything that is wrong with it. */
export async function loadConfiguration({
  file: named,
  surroundings,
  vendors,
  flags = {},
}: LoadOptions): Promise<Loaded> {
  const given = { surroundings, vendors, flags };
  const file =
    named === undefined ? settingsFiles(surroundings).find(isFile) : resolve(surroundings.workingFolder, named);
  if (file === undefined) return withoutFile(given);
  const text = readText(file);
  // YAML and schema cost milliseconds at every start: only those who have a file pay them.
  const { readSettings } = await import("./config/read.ts");
  return { ...readSettings(text, file, given), file };
}

const into =
  (list: Problem[]) =>
  (path: string, { message, hint }: Pick<Problem, "message" | "hint">) =>
    void list.push({ path, message, hint });

function withoutFile(given: {
  readonly surroundings: Surroundings;
  readonly vendors: readonly KnownVendor[];
  readonly flags: Flags;
}): Loaded {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const configuration = resolveSettings(
    {},
    { ...given, variables: new Map(), report: into(problems), warn: into(warnings) },
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { configuration, warnings };
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = code === "ENOENT" ? "there is no such file" : `the file cannot be read (${code})`;
    throw new ConfigurationError([
      { file, path: "", message, hint: "name another with --config, or let `perdix init` write one" },
    ]);
  }
}
