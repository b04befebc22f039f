/** One thing that is wrong in a configuration, or worth a warning. */
export interface Problem {
  /** Path of the file; absent where a flag or the environment is at fault. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
  /** Where in the configuration: `providers.openai.api_key`, `--port`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
  /** The variable that is not set, where that is the fault: another process may well have it. */
  readonly unset?: string;
}

/** A configuration that cannot be used. Holds every problem that was found. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** `perdix.yaml:3:5: providers.openai.apikey: unknown key; write api_key` */
export function formatProblem({ file, line, column, path, message, hint }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const said = hint === "" ? message : `${message}; ${hint}`;
  return [place, path, said].filter((part) => part !== "").join(": ");
}

/** A JSON pointer as people read it: `/models/0/name` → `models[0].name`. */
export function readablePath(pointer: string): string {
  return segmentsOf(pointer).reduce((path, segment) => path + readableSegment(segment, path === ""), "");
}

function readableSegment(segment: string, first: boolean): string {
  if (/^\d+$/.test(segment)) return `[${segment}]`;
  if (!/^[\w-]+$/.test(segment)) return `[${JSON.stringify(segment)}]`;
  return first ? segment : `.${segment}`;
}

/** The parts of a JSON pointer. */
export function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The pointer of a child. */
export function childOf(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The pointer of the parent; `""` is the root and its own parent. */
export function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(pointer.lastIndexOf("/"), 0));
}
