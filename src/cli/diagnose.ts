import {
  type Configuration,
  ConfigurationError,
  type DaemonRecord,
  formatProblem,
  type Loaded,
  type Surroundings,
  whyNotWritable,
} from "../config.ts";
import type { LocalServer } from "./discover.ts";
import { findKeys } from "./find-keys.ts";

/** One thing that was looked at. `fail` stops the daemon, `warn` does not. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
}

/** A vendor as far as a diagnosis needs it. */
interface VendorFacts {
  readonly id: string;
  readonly baseUrl?: string;
  readonly keyVariables: readonly string[];
  readonly keyOptional?: boolean;
}

/** The ways in which a diagnosis looks at the world. */
export interface Senses {
  readonly load: () => Promise<Loaded>;
  readonly findServers: () => Promise<readonly LocalServer[]>;
  /** Why an address does not answer at all; undefined where anything answers. */
  readonly whyUnreachable: (url: string) => Promise<string | undefined>;
  /** Why a port cannot be listened on; undefined where it can. */
  readonly whyTaken: (host: string, port: number) => string | undefined;
  readonly daemon: () => Promise<DaemonRecord | undefined>;
}

/** Looks at configuration, data folder, port, keys, providers and local servers. */
export async function diagnose(
  senses: Senses,
  vendors: readonly VendorFacts[],
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  const loaded = await senses.load().catch((error: unknown) => {
    if (error instanceof ConfigurationError) return error;
    throw error;
  });
  const keys = findKeys(vendors, surroundings).map(({ vendor, variable }): Finding => ({
    name: `key ${vendor}`,
    state: "ok",
    detail: `${variable} is set`,
  }));
  const [rest, servers] = await Promise.all([diagnoseLoaded(loaded, senses, vendors), senses.findServers()]);
  const none: Finding = { name: "keys", state: "warn", detail: "no variable of a provider's key is set" };
  return [...rest, ...(keys.length > 0 ? keys : [none]), ...servers.map(describeServer)];
}

async function diagnoseLoaded(
  loaded: Loaded | ConfigurationError,
  senses: Senses,
  vendors: readonly VendorFacts[],
): Promise<readonly Finding[]> {
  if (loaded instanceof ConfigurationError) {
    return loaded.problems.map((problem) => ({ name: "configuration", state: "fail", detail: formatProblem(problem) }));
  }
  const { configuration, file, warnings } = loaded;
  const found: Finding = { name: "configuration", state: "ok", detail: file ?? "no perdix.yaml; what is usual holds" };
  return [
    found,
    ...warnings.map((warning): Finding => ({ name: "configuration", state: "warn", detail: formatProblem(warning) })),
    diagnoseFolder(configuration.dataFolder),
    diagnosePort(configuration, senses, await senses.daemon()),
    ...(await Promise.all(configuration.providers.map((provider) => diagnoseProvider(provider, senses, vendors)))),
  ];
}

function diagnoseFolder(folder: string): Finding {
  const fault = whyNotWritable(folder);
  // The daemon answers without it; it only cannot be found by other commands.
  return { name: "data folder", state: fault === undefined ? "ok" : "warn", detail: fault ?? folder };
}

function diagnosePort({ host, port }: Configuration, { whyTaken }: Senses, daemon: DaemonRecord | undefined): Finding {
  const name = `port ${port}`;
  if (daemon) return { name, state: "ok", detail: `perdix itself runs at ${daemon.url} (process ${daemon.pid})` };
  const fault = port === 0 ? undefined : whyTaken(host, port);
  if (fault === undefined) return { name, state: "ok", detail: `free on ${host}` };
  return { name, state: "fail", detail: `${fault}; stop what uses it, or choose another with listen or --port` };
}

async function diagnoseProvider(
  { id, vendor, baseUrl, keyFrom }: Configuration["providers"][number],
  { whyUnreachable }: Senses,
  vendors: readonly VendorFacts[],
): Promise<Finding> {
  const facts = vendors.find((known) => known.id === vendor);
  const name = `provider ${id}`;
  const url = baseUrl ?? facts?.baseUrl;
  if (url === undefined) return { name, state: "warn", detail: "it has no base_url; add one to perdix.yaml" };
  const needsKey = facts !== undefined && !facts.keyOptional && facts.keyVariables.length > 0;
  if (keyFrom === undefined && needsKey) {
    return { name, state: "warn", detail: `it has no key; set ${facts.keyVariables.join(" or ")}` };
  }
  const fault = await whyUnreachable(url);
  const key = keyFrom === undefined ? "without key" : `key from ${keyFrom}`;
  if (fault === undefined) return { name, state: "ok", detail: `${url} is reachable, ${key}` };
  return { name, state: "warn", detail: `${url} cannot be reached: ${fault}` };
}

function describeServer({ vendor, baseUrl, models }: LocalServer): Finding {
  return { name: `local ${vendor}`, state: "ok", detail: `${baseUrl} lists ${models.length} models` };
}
