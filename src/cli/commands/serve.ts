import { buildCommand, numberParser } from "@stricli/core";
import type { Flags } from "../../config.ts";
import type { Context } from "../context.ts";
import { load, print } from "../context.ts";
import type { Daemon } from "../daemon.ts";
import type { LogSink } from "../log.ts";
import { version } from "../version.ts";

interface ServeFlags {
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
}

/** `perdix serve` */
export const serve = buildCommand<ServeFlags, [], Context>({
  func: runServe,
  parameters: {
    flags: {
      config: {
        kind: "parsed",
        parse: String,
        brief: "Use this file instead of perdix.yaml",
        placeholder: "FILE",
        optional: true,
      },
      port: {
        kind: "parsed",
        parse: readPort,
        brief: "Listen on this port; 0 picks a free one",
        placeholder: "N",
        optional: true,
      },
      host: {
        kind: "parsed",
        parse: String,
        brief: "Listen on this loopback address",
        placeholder: "H",
        optional: true,
      },
      dataDir: { kind: "parsed", parse: String, brief: "Keep data in this folder", placeholder: "DIR", optional: true },
    },
  },
  docs: { brief: "Start the daemon" },
});

const FLUSH_DEADLINE = 1000;

function readPort(text: string): number {
  const port = numberParser(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new RangeError("a port is a whole number from 0 to 65535");
}

async function runServe(this: Context, { config, port, host, dataDir }: ServeFlags): Promise<void> {
  const flags: Flags = {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(dataDir !== undefined && { dataFolder: dataDir }),
  };
  const reload = () => load(this, { flags, ...(config !== undefined && { file: config }) });
  const first = await reload();
  const [{ openLog }, { startDaemon }, { wiring }] = await Promise.all([
    import("../open-log.ts"),
    import("../daemon.ts"),
    import("../wiring.ts"),
  ]);
  const { sink, redactor, flush } = openLog(first.configuration.log, this.surroundings.environment);
  keepServing(sink);
  const daemon = startDaemon({ load: reload, first, wiring, sink, redactor, version, pid: process.pid });
  const stopped = untilStopped(daemon);
  announce(this, daemon);
  await stopped;
  await flush(FLUSH_DEADLINE);
  // Idle connections of upstreams and clients would hold the process for minutes.
  process.exit(0);
}

/** Nothing that was forgotten somewhere may end the daemon in silence, or at all. */
function keepServing({ log }: LogSink): void {
  let count = 0;
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (error: unknown) => {
      count += 1;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log("error", "a fault nobody handled; please report it", { event, error: text, count });
    });
  }
}

function announce(context: Context, { url }: Daemon): void {
  const example = `curl ${url}/v1/chat/completions -d '{"model":"sim/echo","messages":[{"role":"user","content":"hello"}]}'`;
  const forPeople = `perdix ${version} listening on ${url} — try: ${example}`;
  print(context, context.terminal ? forPeople : JSON.stringify({ event: "listening", url, pid: process.pid, version }));
}

/** Reloads on SIGHUP, drains on the first SIGTERM or SIGINT and ends at once on the second. */
function untilStopped(daemon: Daemon): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    daemon.stop().then(resolve, reject);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("SIGHUP", () => void daemon.reload());
  return promise;
}
