/**
 * What the daemon costs, beside a pass-through that looks at nothing. Loopback only; about two minutes.
 * Processor time repeats to a few percent even on a busy machine; latency does not. Nothing is asserted.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binarySize, idleMemory, startDaemon, startUp } from "./daemon.ts";
import { measure, median, startScript, type Measured, type Running } from "./measure.ts";

const ROUNDS = 3;

/** A way for a request to go: which server, asked for which model. */
interface Way {
  readonly name: string;
  readonly server: Running;
  readonly model: string;
}

type Scene = "plain" | "alone" | "stream";

const SCENES: Readonly<
  Record<Scene, { readonly connections: number; readonly stream: boolean; readonly seconds: number }>
> = {
  plain: { connections: 32, stream: false, seconds: 2.5 },
  alone: { connections: 1, stream: false, seconds: 1 },
  stream: { connections: 50, stream: true, seconds: 3 },
};

function requestBody(model: string, stream: boolean): string {
  const messages = [{ role: "user", content: "word ".repeat(190) }];
  return JSON.stringify({ model, messages, ...(stream ? { stream } : {}) });
}

/** Every way in turn, round by round, so that a noisy minute hits all of them. */
async function measureWays(ways: readonly Way[], scene: Scene): Promise<ReadonlyMap<string, Measured>> {
  const rows = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]));
  // The round before the first warms up and does not count.
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { name, server, model } of ways) {
      const plan = SCENES[scene];
      const body = requestBody(model, plan.stream);
      const measured = await measure({ ...plan, port: server.port, pid: server.pid, body });
      if (round >= 0) rows.get(name)?.push(measured);
    }
  }
  return new Map([...rows].map(([name, measured]) => [name, middle(measured)]));
}

function middle(rows: readonly Measured[]): Measured {
  const of = (key: keyof Measured): number => median(rows.map((row) => row[key]));
  return { perSecond: of("perSecond"), processor: of("processor"), p50: of("p50"), p99: of("p99") };
}

function printLoad(title: string, measured: ReadonlyMap<string, Measured>, target: string): void {
  const floor = measured.get("raw");
  console.log(`\n${title}${target}`);
  console.table(
    [...measured].map(([way, { perSecond, processor, p50, p99 }]) => ({
      way,
      "a second": Math.round(perSecond),
      "CPU µs each": way === "direct" ? "-" : processor.toFixed(1),
      "x raw": floor === undefined || way === "direct" ? "-" : (processor / floor.processor).toFixed(2),
      ...(p50 > 0 ? { "p50 µs": Math.round(p50), "p99 µs": Math.round(p99) } : {}),
    })),
  );
}

function printAlone(measured: ReadonlyMap<string, Measured>): void {
  const direct = measured.get("direct")?.p50 ?? 0;
  console.log("\n1 KB request, 2 KB answer, one connection: added latency");
  console.table(
    [...measured].map(([way, { p50, p99 }]) => ({
      way,
      "p50 µs": Math.round(p50),
      "p99 µs": Math.round(p99),
      "added p50 µs": Math.round(p50 - direct),
    })),
  );
}

async function printStart(folder: string): Promise<void> {
  const start = await startUp(folder);
  const idle = await idleMemory(folder);
  console.log("\nThe binary at rest");
  console.table([
    { what: "start to first answer, ms (median of 15)", measured: start.median.toFixed(1), target: "<= 30" },
    { what: "start to first answer, ms (least)", measured: start.least.toFixed(1), target: "" },
    { what: "resident after 2 s, MB", measured: idle.toFixed(1), target: "<= 45" },
    { what: "size, MB", measured: binarySize().toFixed(1), target: "<= 118" },
  ]);
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "perdix-bench-"));
  const running: Running[] = [];
  const keep = async (server: Promise<Running>): Promise<Running> => {
    running.push(await server);
    return server;
  };
  try {
    const upstream = await keep(startScript("upstream.ts", 1));
    const base = `http://127.0.0.1:${upstream.port}/v1`;
    await printStart(join(folder, "idle"));
    const raw = await keep(startScript("raw.ts", 0, base));
    const daemon = await keep(startDaemon(join(folder, "loaded"), base));
    const direct: Way = { name: "direct", server: upstream, model: "m" };
    const ways: readonly Way[] = [
      { name: "raw", server: raw, model: "m" },
      { name: "perdix, relayed", server: daemon, model: "box/m" },
      { name: "perdix, translated", server: daemon, model: "tagged/m" },
    ];
    const plain = await measureWays(ways, "plain");
    printLoad("1 KB request, 2 KB answer, 32 connections", plain, " (target: relayed <= 1.5 x raw)");
    const stream = await measureWays(ways, "stream");
    printLoad("50 streams of 200 chunks a second, by chunk", stream, " (target: relayed <= 1.6 x raw)");
    printAlone(await measureWays([direct, ...ways], "alone"));
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
