import { join } from "node:path";

/** What a load generator is to do. */
export interface Load {
  readonly port: number;
  /** The process whose processor time is counted. */
  readonly pid: number;
  readonly body: string;
  readonly connections: number;
  /** Count chunks of endless streams, not answers. */
  readonly stream: boolean;
  readonly seconds: number;
}

/** What a load generator saw. An item is an answer, or a chunk of a stream. */
export interface Measured {
  /** Items a second. */
  readonly perSecond: number;
  /** Processor time of the loaded process, µs an item. */
  readonly processor: number;
  /** Microseconds from request to whole answer; 0 for streams. */
  readonly p50: number;
  readonly p99: number;
}

/** A server that is being measured. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const pins = Bun.which("taskset") !== null && navigator.hardwareConcurrency > 1;

/** Puts a command on one processor where the machine can: the proxy on 0, everything around it on 1. */
export function pinned(processor: 0 | 1, command: readonly string[]): string[] {
  return pins ? ["taskset", "-c", String(processor), ...command] : [...command];
}

const PATIENCE = 10_000; // ms for a server to say where it listens

/** Starts a command and waits for the first line it prints, which `portOf` reads. Throws where none comes in time. */
export async function start(command: readonly string[], portOf: (line: string) => number): Promise<Running> {
  const child = Bun.spawn([...command], { stdio: ["ignore", "pipe", "ignore"] });
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
  };
  const impatience = setTimeout(stop, PATIENCE);
  try {
    const line = await firstLine(child.stdout);
    if (line === "") throw new Error(`${command.join(" ")} did not say where it listens`);
    return { port: portOf(line), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(impatience);
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1).join();
}

/** Starts one of the programs beside this file, which print their port. */
export async function startScript(name: string, processor: 0 | 1, ...args: readonly string[]): Promise<Running> {
  return start(pinned(processor, [process.execPath, join(import.meta.dir, name), ...args]), Number);
}

/** Runs one load to its end. */
export async function measure(load: Load): Promise<Measured> {
  const command = [process.execPath, join(import.meta.dir, "load.ts"), JSON.stringify(load)];
  const child = Bun.spawn(pinned(1, command), { stdio: ["ignore", "pipe", "inherit"] });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`the load on port ${load.port} failed`);
  return JSON.parse(output) as Measured;
}

/** The middle value; of an even count the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A field of `/proc/PID/status` in MB, such as `VmRSS`. */
export async function memory(pid: number, field: string): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
}
