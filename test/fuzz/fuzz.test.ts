import { afterAll, beforeAll, expect, test } from "bun:test";
import { roster } from "../../src/providers/roster.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { mutateHeaders } from "./headers.ts";
import { mutateBody } from "./mutate.ts";
import { isRealPlace } from "./place.ts";
import { createRandom } from "./random.ts";
import { canary, seeds } from "./seeds.ts";

const COUNT = 10_000;
const IN_FLIGHT = 12;
// Milliseconds. Far beyond what any answer takes: it only tells a hang from a slow machine.
const HANG = 60_000;

// Nobody but the simulator can be asked, so that no test leaves this machine.
const providers = Object.fromEntries(roster.filter(({ id }) => id !== "sim").map(({ id }) => [id, { disabled: true }]));

let daemon: Daemon;
beforeAll(async () => void (daemon = await startDaemon({ configuration: JSON.stringify({ providers }) })));
afterAll(() => daemon.stop());

interface Shot {
  readonly number: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Without a `content-length`. */
  readonly chunked: boolean;
}

function makeShot(number: number): Shot {
  const random = createRandom(number);
  const bytes = mutateBody(random.pick(seeds), random);
  return { number, headers: random.chance(0.3) ? mutateHeaders(random) : {}, bytes, chunked: random.chance(0.1) };
}

/** What an answer has to do with: `200`, or the error's code. */
async function shoot({ headers, bytes, chunked, number }: Shot): Promise<string> {
  const body = chunked ? new Blob([bytes]).stream() : bytes;
  const signal = AbortSignal.timeout(HANG);
  const response = await fetch(`${daemon.url}/v1/chat/completions`, { method: "POST", headers, body, signal });
  const text = await response.text();
  const shown = `shot ${number}: ${response.status} ${text.slice(0, 300)}`;
  expect(response.headers.get("x-request-id"), shown).toStartWith("req_");
  if (response.ok) {
    judgeAnswer(response, text, shown);
    return "200";
  }
  return judgeError(response.status, text, { bytes, shown });
}

function judgeAnswer(response: Response, text: string, shown: string): void {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    expect(JSON.parse(text), shown).toMatchObject({ object: "chat.completion" });
    return;
  }
  expect(text, shown).toEndWith("data: [DONE]\n\n");
  expect(text, shown).not.toContain("event: error");
}

interface Judging {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly shown: string;
}

function judgeError(status: number, text: string, { bytes, shown }: Judging): string {
  const isRefused = status >= 400 && status < 500;
  expect(isRefused, shown).toBe(true);
  const { error, message, detail } = JSON.parse(text);
  expect(error.message, shown).toMatch(/\S/);
  expect(error.type, shown).toMatch(/^\w+$/);
  expect(message, shown).toBe(error.message);
  expect(text.includes(canary) || text.includes("lorem ipsum dolor sit amet, ".repeat(2)), shown).toBe(false);
  for (const { loc, msg } of detail ?? []) expect([Array.isArray(loc), typeof msg], shown).toEqual([true, "string"]);
  if (detail && detail[0].loc.length > 1) expect(error.param, shown).toMatch(/\S/);
  if (error.code === "invalid_json") judgePlace(error.message, new TextDecoder().decode(bytes), shown);
  return error.code;
}

function judgePlace(message: string, body: string, shown: string): void {
  expect(() => JSON.parse(body), shown).toThrow();
  const [, line, column] = /at line (\d+), column (\d+): expected ./.exec(message) ?? [];
  expect(line, shown).toBeDefined();
  if (body.length < 20_000) {
    expect(isRealPlace(body, { line: Number(line), column: Number(column) }), shown).toBe(true);
  }
}

/** What a process holds in memory; undefined where the system does not tell. */
async function residentMegabytes(pid: number): Promise<number | undefined> {
  const status = Bun.file(`/proc/${pid}/status`);
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec((await status.exists()) ? await status.text() : "") ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

test(
  `${COUNT} mutated bodies and headers are answered or refused, each in order`,
  async () => {
    const kinds = new Map<string, number>();
    let next = 0;
    const gunner = async () => {
      while (next < COUNT) {
        const kind = await shoot(makeShot(next++));
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, gunner));
    // A generator that only makes one kind of fault would show nothing.
    for (const kind of ["200", "invalid_request", "invalid_json"]) expect(kinds.get(kind)).toBeGreaterThan(COUNT / 10);
    for (const kind of ["forbidden_host", "model_not_found"]) expect(kinds.get(kind)).toBeGreaterThan(10);

    const health = await fetch(`${daemon.url}/health`);
    expect(await health.json()).toMatchObject({ status: "ok", in_flight: 0 });
    const log = daemon.log();
    expect(log).not.toContain("unexpected failure");
    expect(log.includes(canary.slice(0, 40)), "prompt text in the log").toBe(false);
    const megabytes = await residentMegabytes(daemon.pid);
    if (megabytes !== undefined) expect(megabytes).toBeLessThan(512);
  },
  20 * 60_000,
);
