import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a new file of the user's. False where one stands there already and must not be replaced. */
export function writeSettingsFile(path: string, text: string, replace: boolean): boolean {
  if (!replace && existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
  return true;
}

/** What stops a folder from being written to, in words; undefined where nothing does. Makes nothing. */
export function whyNotWritable(folder: string): string | undefined {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
