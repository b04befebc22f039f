import {
  type Configuration,
  ConfigurationError,
  type DaemonRecord,
  formatProblem,
  type Loaded,
  removeDaemonRecord,
  secretsOf,
  writeDaemonRecord,
} from "../config.ts";
import type { Server } from "../http/server.ts";
import type { LogSink } from "./log.ts";
import type { Redactor } from "./redactor.ts";
import type { Wiring } from "./wiring.ts";

/** What a daemon is started with. */
export interface DaemonOptions {
  /** Reads the configuration, at the start and at each reload. Throws ConfigurationError. */
  readonly load: () => Promise<Loaded>;
  readonly first: Loaded;
  readonly wiring: Wiring;
  readonly sink: LogSink;
  readonly redactor: Redactor;
  readonly version: string;
  readonly pid: number;
}

/** A daemon that accepts connections. */
export interface Daemon {
  readonly url: string;
  /** Reads the configuration anew and lets it hold from the next request on; keeps the old one where it is wrong. Never throws. */
  reload(): Promise<void>;
  /** Lets requests in flight end, as long as the configuration allows. */
  stop(): Promise<void>;
}

/** Opens the house and the street. Throws Error with what to do where the address cannot be had. */
export function startDaemon(options: DaemonOptions): Daemon {
  const { first, wiring, sink, version, pid } = options;
  const { host, port, dataFolder } = first.configuration;
  const { log } = sink;
  let current = furnish(first, options);
  let record: DaemonRecord;
  let reloading = Promise.resolve();

  const server = openStreet();
  keep({ pid, url: server.url, version, started: new Date().toISOString(), generation: 1, ...fileOf(first) });

  function openStreet(): Server {
    try {
      return wiring.listen({ hostname: host, port, log, version, house: () => current.house });
    } catch (error) {
      throw explainAddress(error, first.configuration);
    }
  }

  function keep(next: DaemonRecord): void {
    record = next;
    try {
      writeDaemonRecord(dataFolder, next);
    } catch (error) {
      const consequence = "`perdix reload` and `perdix models` will not find this daemon";
      log("warn", "data folder cannot be written", { folder: dataFolder, error: String(error), consequence });
    }
  }

  async function reload(): Promise<void> {
    const attempt = (record.reload?.attempt ?? 0) + 1;
    try {
      const next = await options.load();
      const furnished = furnish(next, options);
      const remarks = needsRestart(current.configuration, next.configuration);
      current = furnished;
      sink.configure(next.configuration.log);
      for (const remark of remarks) log("warn", "needs a restart", { setting: remark });
      const message = ["reloaded", ...remarks.map((remark) => `${remark} holds only after a restart`)].join("; ");
      const generation = record.generation + 1;
      log("info", "configuration reloaded", { generation, file: next.file });
      const { file: _, ...rest } = record;
      keep({ ...rest, ...fileOf(next), generation, reload: { ok: true, message, attempt } });
    } catch (error) {
      const problems = explain(error);
      for (const problem of problems) log("error", "configuration not reloaded, the old one stays", { problem });
      keep({ ...record, reload: { ok: false, message: problems.join("\n"), attempt } });
    }
  }

  async function stop(): Promise<void> {
    log("info", "draining", { requests: server.inFlight() });
    await server.stop(current.configuration.limits.drain * 1000);
    removeDaemonRecord(dataFolder, pid);
    log("info", "stopped");
  }

  return {
    url: server.url,
    reload: () => (reloading = reloading.then(reload)),
    stop,
  };
}

/** Builds all that a configuration needs before anything of the old one is given up. */
function furnish({ configuration, warnings }: Loaded, { wiring, sink, redactor }: DaemonOptions) {
  for (const secret of secretsOf(configuration)) redactor.add(secret);
  const house = wiring.openHouse(configuration, { log: sink.log });
  for (const warning of warnings) sink.log("warn", "configuration", { problem: formatProblem(warning) });
  return { configuration, house };
}

const fileOf = ({ file }: Loaded) => (file === undefined ? {} : { file });

function needsRestart(old: Configuration, next: Configuration): readonly string[] {
  const moved = old.host !== next.host || old.port !== next.port;
  return [...(moved ? ["listen"] : []), ...(old.dataFolder === next.dataFolder ? [] : ["data_dir"])];
}

function explain(error: unknown): readonly string[] {
  if (error instanceof ConfigurationError) return error.problems.map(formatProblem);
  return [error instanceof Error ? error.message : String(error)];
}

const reasons: Readonly<Record<string, (place: string) => string>> = {
  EADDRINUSE: (place) =>
    `${place} is taken by another program: stop that, or choose another port with --port (0 picks a free one)`,
  EACCES: (place) => `${place} may not be used by this user: choose a port above 1023 with --port`,
  EADDRNOTAVAIL: (place) => `${place} is no address of this machine: listen on 127.0.0.1`,
};

function explainAddress(error: unknown, { host, port }: Configuration): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = reasons[code]?.(`Port ${port} on ${host}`);
  return reason === undefined ? error : new Error(reason, { cause: error });
}
