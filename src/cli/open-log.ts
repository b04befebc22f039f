import type { LogSettings, Surroundings } from "../config.ts";
import { createLineWriter } from "./line-writer.ts";
import { createLog, type LogSink } from "./log.ts";
import { createRedactor, type Redactor } from "./redactor.ts";

/** The log of a daemon, on standard error. */
export interface OpenLog {
  readonly sink: LogSink;
  readonly redactor: Redactor;
  /** Resolves when every line is written, or after `deadline` milliseconds. */
  readonly flush: (deadline: number) => Promise<void>;
}

/** Opens the log: with colour where standard error is a terminal that has some. */
export function openLog(settings: LogSettings, environment: Surroundings["environment"]): OpenLog {
  const redactor = createRedactor();
  const terminal = process.stderr.isTTY;
  const writer = createLineWriter(Bun.stderr.writer(), (lines) =>
    sink.log("warn", "log lines were dropped", { lines }),
  );
  const sink = createLog({
    settings,
    terminal,
    colour: terminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb",
    redactor,
    write: writer.write,
    now: () => new Date(),
  });
  return { sink, redactor, flush: writer.flush };
}
