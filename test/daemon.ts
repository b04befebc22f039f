import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A running daemon, started for one test file. */
export interface Daemon {
  /** Without `/v1`. */
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  /** What it wrote to its log so far. */
  log(): string;
  /** Ends it and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number>;
}

/** How a daemon is started. */
export interface DaemonOptions {
  /** Text of `perdix.yaml`. */
  readonly configuration?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Command line beside `serve --port 0 --data-dir …`. */
  readonly flags?: readonly string[];
}

/** The binary the conformance tests run against; `bun run build` makes it. */
export const binary = join(import.meta.dir, "..", "dist", "perdix");

/** Starts the built binary in an empty folder with nothing of this environment but PATH. */
export async function startDaemon({
  configuration = "{}",
  environment = {},
  flags = [],
}: DaemonOptions = {}): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), "perdix-test-"));
  await Bun.write(join(folder, "perdix.yaml"), configuration);
  const child = Bun.spawn([binary, "serve", "--port", "0", "--data-dir", join(folder, "data"), ...flags], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let log = "";
  const drained = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) log += decoder.decode(chunk, { stream: true });
  })();
  const url = await readAddress(child.stdout, () => log);
  return {
    url,
    pid: child.pid,
    folder,
    log: () => log,
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const code = await child.exited;
      await drained;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** The address in the one line that a daemon prints when it accepts connections. */
async function readAddress(output: ReadableStream<Uint8Array>, log: () => string): Promise<string> {
  const reader = output.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the daemon ended before it listened: ${text}${log()}`);
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return (JSON.parse(text.slice(0, text.indexOf("\n"))) as { readonly url: string }).url;
}
