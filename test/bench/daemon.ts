import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memory, median, pinned, start, type Running } from "./measure.ts";

const binary = join(import.meta.dir, "../../dist/perdix");
const STARTS = 15;

/** How to run the daemon: in its own folder, on a processor of its own where it is loaded. */
export interface Place {
  readonly folder: string;
  readonly upstream: string;
  readonly processor?: 0 | 1;
}

/** Starts the built daemon with two providers on one upstream: `box` is relayed, `tagged` is translated. */
export async function startDaemon({ folder, upstream, processor }: Place): Promise<Running> {
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
  return start(processor === undefined ? command : pinned(processor, command), listeningPort);
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
export async function startUp(place: Place): Promise<{ readonly median: number; readonly least: number }> {
  const times: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const begun = performance.now();
    const daemon = await startDaemon(place);
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
export async function idleMemory(place: Place): Promise<number> {
  const daemon = await startDaemon(place);
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
