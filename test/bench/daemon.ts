import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memory, median, pinned, start, type Running } from "./measure.ts";

const binary = join(import.meta.dir, "../../dist/perdix");
const STARTS = 15;

/** Starts the built daemon as a new user does, without a configuration. */
function startBare(folder: string): Promise<Running> {
  return start([binary, "serve", "--port", "0", "--data-dir", join(folder, "data")], listeningPort);
}

/** Starts the built daemon on processor 0 with two providers on one upstream: `box` is relayed, `tagged` is translated. */
export async function startDaemon(folder: string, upstream: string): Promise<Running> {
  const config = join(folder, "perdix.yaml");
  await mkdir(folder, { recursive: true });
  await writeFile(
    config,
    `providers:
  box: { type: openai-compatible, base_url: "${upstream}", models: [m] }
  tagged: { type: openai-compatible, base_url: "${upstream}", models: [m], quirks: { think_tags: true } }
`,
  );
  const command = [binary, "serve", "--port", "0", "--config", config, "--data-dir", join(folder, "data")];
  return start(pinned(0, command), listeningPort);
}

function listeningPort(line: string): number {
  const said = JSON.parse(line) as { readonly url: string };
  return Number(new URL(said.url).port);
}

async function converse({ port }: Running): Promise<void> {
  const body = JSON.stringify({ model: "sim/echo", messages: [{ role: "user", content: "hello" }] });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: "POST", body, headers });
  if (reply.status !== 200) throw new Error(`sim/echo answered ${reply.status}: ${await reply.text()}`);
  await reply.text();
}

/** Milliseconds from spawn to the first answered chat completion: the median and the least of 15 starts. */
export async function startUp(folder: string): Promise<{ readonly median: number; readonly least: number }> {
  const times: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const begun = performance.now();
    const daemon = await startBare(folder);
    try {
      await converse(daemon);
      times.push(performance.now() - begun);
    } finally {
      await daemon.stop();
    }
  }
  return { median: median(times), least: Math.min(...times) };
}

/** MB resident two seconds after the first answer. */
export async function idleMemory(folder: string): Promise<number> {
  const daemon = await startBare(folder);
  try {
    await converse(daemon);
    await Bun.sleep(2000);
    return await memory(daemon.pid, "VmRSS");
  } finally {
    await daemon.stop();
  }
}

/** Size of the built binary in MB. */
export function binarySize(): number {
  return Bun.file(binary).size / 1e6;
}
