import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { defaults, type Surroundings } from "./configuration.ts";

/** The environment, home and working folder of this process. */
export function readSurroundings(): Surroundings {
  return { environment: process.env, home: homedir(), workingFolder: process.cwd() };
}

/** Where a `perdix.yaml` is looked for, in this order. */
export function settingsFiles({ environment, home, workingFolder }: Surroundings): readonly string[] {
  const folder = absolute(environment["XDG_CONFIG_HOME"]) ?? join(home, ".config");
  return [join(workingFolder, "perdix.yaml"), join(folder, "perdix", "perdix.yaml")];
}

/** Where data is kept when nobody says otherwise. */
export function usualDataFolder({ environment, home }: Surroundings): string {
  return join(absolute(environment["XDG_DATA_HOME"]) ?? join(home, ".local", "share"), defaults.dataFolder);
}

/** A written path as an absolute one: `~` is the home folder, anything relative starts at `base`. */
export function resolvePath(written: string, home: string, base: string): string {
  return resolve(
    base,
    written.replace(/^~(?=\/|$)/, () => home),
  );
}

// The XDG rules: a relative path is to be ignored.
const absolute = (path: string | undefined) => (path !== undefined && isAbsolute(path) ? path : undefined);
