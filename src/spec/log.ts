/** How grave a log line is. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Values of a log line. Never prompt text, never a credential; the sink redacts what looks like one. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the house reports what it does. One line a call. */
export interface Log {
  (level: LogLevel, message: string, fields?: LogFields): void;
}
