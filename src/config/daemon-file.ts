import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a running daemon leaves in its data folder, so that other commands find it. */
export interface DaemonRecord {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  /** ISO 8601 */
  readonly started: string;
  /** Counts the configurations that held, from 1. */
  readonly generation: number;
  /** Absolute path of the configuration file; absent where there is none. */
  readonly file?: string;
  /** What became of the last reload; absent before the first. */
  readonly reload?: ReloadOutcome;
}

/** What became of a reload. */
export interface ReloadOutcome {
  readonly ok: boolean;
  readonly message: string;
  /** Counts the reloads that were tried, from 1. */
  readonly attempt: number;
}

const NAME = "daemon.json";

/** Writes the record, readable by its owner alone. Throws what the file system throws. */
export function writeDaemonRecord(folder: string, record: DaemonRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, NAME);
  // A reader must never see half a record.
  const draft = `${path}.${record.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** The record of the daemon that works with this folder; undefined where there is none or it cannot be read. */
export function readDaemonRecord(folder: string): DaemonRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(join(folder, NAME), "utf8"));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the record unless another daemon has written its own meanwhile. */
export function removeDaemonRecord(folder: string, pid: number): void {
  if (readDaemonRecord(folder)?.pid === pid) rmSync(join(folder, NAME), { force: true });
}

function isRecord(value: unknown): value is DaemonRecord {
  if (typeof value !== "object" || value === null) return false;
  const { pid, url } = value as { readonly pid?: unknown; readonly url?: unknown };
  return Number.isInteger(pid) && (pid as number) > 0 && typeof url === "string" && URL.canParse(url);
}
