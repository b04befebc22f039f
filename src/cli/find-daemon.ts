import {
  ConfigurationError,
  type Configuration,
  type DaemonRecord,
  readDaemonRecord,
  usualDataFolder,
} from "../config.ts";
import { type Context, load } from "./context.ts";
import { explainFetch } from "./explain-fetch.ts";

/** Where to look for a daemon. */
export interface Whereabouts {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
}

/** The daemon that works with a data folder, and the folder. */
export interface FoundDaemon {
  readonly folder: string;
  /** Absent where the folder tells of none, or of one that does not run any more. */
  readonly record?: DaemonRecord;
  /** Absent where the configuration is wrong; the daemon may still run with an earlier one. */
  readonly configuration?: Configuration;
}

/** Looks into the data folder of the configuration for a daemon that runs. */
export async function findDaemon(context: Context, { config, dataDir }: Whereabouts): Promise<FoundDaemon> {
  const options = {
    ...(config !== undefined && { file: config }),
    flags: dataDir === undefined ? {} : { dataFolder: dataDir },
  };
  const configuration = await load(context, options).then((loaded) => loaded.configuration, ignoreFaults);
  const folder = configuration?.dataFolder ?? dataDir ?? usualDataFolder(context.surroundings);
  const record = readDaemonRecord(folder);
  return { folder, ...(configuration && { configuration }), ...(record && isAlive(record.pid) && { record }) };
}

function ignoreFaults(error: unknown): undefined {
  if (!(error instanceof ConfigurationError)) throw error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** What stops a daemon from answering, in words; undefined where it answers `GET /health`. */
export async function whyUnhealthy(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL("health", url.endsWith("/") ? url : `${url}/`), {
      signal: AbortSignal.timeout(3000),
    });
    if (!response.ok) return `it answers with status ${response.status}`;
    const health: unknown = await response.json();
    const isHealthy = typeof health === "object" && health !== null && "status" in health && health.status === "ok";
    return isHealthy ? undefined : "what answers there is not perdix";
  } catch (error) {
    return explainFetch(error);
  }
}
