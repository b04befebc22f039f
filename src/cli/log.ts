import type { LogSettings } from "../config.ts";
import type { Log, LogFields, LogLevel } from "../spec/log.ts";
import type { Redactor } from "./redactor.ts";

/** What a log is made with. */
export interface LogOptions {
  readonly settings: LogSettings;
  /** True where people read it as it is written. */
  readonly terminal: boolean;
  readonly colour: boolean;
  readonly redactor: Redactor;
  /** Takes one line with its line break. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

/** The sink of all log lines. */
export interface LogSink {
  readonly log: Log;
  /** Other settings from the next line on. */
  configure(settings: LogSettings): void;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const colours: Readonly<Record<LogLevel, number>> = { debug: 90, info: 36, warn: 33, error: 31 };

/** Makes the sink: lines for people on a terminal, JSON elsewhere, secrets taken out of either. */
export function createLog({ settings, terminal, colour, redactor, write, now }: LogOptions): LogSink {
  let current = settings;
  function log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (ranks[level] < ranks[current.level]) return;
    const isPretty = current.format === "pretty" || (current.format === "auto" && terminal);
    const line = { time: now(), level, message, fields };
    if (isPretty) return write(prettyLine(redactLine(line, redactor), colour));
    const json = jsonLine(line);
    write(redactor.isHarmless(json) ? json : jsonLine(redactLine(line, redactor)));
  }
  return { log, configure: (next) => void (current = next) };
}

interface Line {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

// Before a value is escaped: a key with a quote in it would not be recognised afterwards.
function redactLine(line: Line, { redact }: Redactor): Line {
  const fields: { [name: string]: LogFields[string] } = {};
  for (const [name, value] of Object.entries(line.fields)) {
    if (value !== undefined) fields[name] = typeof value === "string" ? redact(value) : value;
  }
  return { ...line, message: redact(line.message), fields };
}

function jsonLine({ time, level, message, fields }: Line): string {
  return `${JSON.stringify({ time: time.toISOString(), level, message, ...fields })}\n`;
}

function prettyLine({ time, level, message, fields }: Line, colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const clock = time.toTimeString().slice(0, 8);
  const values = Object.entries(fields).map(([name, value]) => paint(90, `${name}=`) + plainValue(value));
  return `${[paint(90, clock), paint(colours[level], level.padEnd(5)), onOneLine(message), ...values].join(" ")}\n`;
}

function plainValue(value: LogFields[string]): string {
  return typeof value === "string" && !/^[^\s"=\p{Cc}]+$/u.test(value) ? JSON.stringify(value) : String(value);
}

/** Nobody can fake a line or move the cursor from within a message. */
const onOneLine = (text: string) => text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
