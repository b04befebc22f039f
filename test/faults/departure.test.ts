import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";
import { beginning, chunk, frame, refusal, reply, streamHead, wholeReply } from "./answers.ts";
import { bothLanes, lanes, modelOf, startDouble } from "./double.ts";
import { hasProcFolder, inFlight, openDescriptors, residentMegabytes, until } from "./machine.ts";
import type { Line, Script, Upstream } from "./upstream.ts";

/** Milliseconds in which the client's departure must reach the upstream. */
const LIMIT = 100;
// The machine may be busy: the best of a few measurements counts.
const ROUNDS = 5;

/** Where a request is when its client leaves. */
interface Arrival {
  readonly line: Line;
}

let double: Upstream;
let daemon: Daemon;
const arrivals: Arrival[] = [];
let retries = 0;

/** Does something, then tells the test that the client may leave now, and never finishes. */
const phase =
  (begin: (line: Line) => Promise<void> | void): Script =>
  async (_, line) => {
    await begin(line);
    arrivals.push({ line });
  };

const scripts = new Map<string, Script>([
  ["before headers", phase(() => undefined)],
  ["before the first event", phase((line) => line.write(streamHead))],
  ["mid-stream", phase((line) => line.write(Buffer.concat([Buffer.from(streamHead), chunk(beginning)])))],
  ["mid-body", phase((line) => line.write(reply(wholeReply).subarray(0, -40)))],
  [
    "between retries",
    (_, line) => {
      retries += 1;
      return line.write(refusal("429 Too Many", "retry-after: 2\r\n"));
    },
  ],
]);

beforeAll(async () => {
  double = startDouble(scripts);
  daemon = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(double.url) }) });
});

afterAll(async () => {
  expect(await daemon.stop()).toBe(0);
  double.stop();
});

const request = (model: string, stream: boolean) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ model, stream, messages: [{ role: "user", content: "Hi" }] }),
});

/** Asks, leaves in the phase that the model names, and gives the milliseconds until the upstream's connection closed. */
async function leave(model: string, stream: boolean): Promise<number> {
  const controller = new AbortController();
  const before = arrivals.length;
  const answer = fetch(`${daemon.url}/v1/chat/completions`, { ...request(model, stream), signal: controller.signal });
  // Reads what comes, as clients do.
  const read = answer.then((response) => response.text()).catch(() => "left");
  await until(`the upstream has been asked for ${model}`, () => arrivals.length > before);
  // What was sent must have reached the daemon, and its beginning the client.
  await Bun.sleep(100);
  const left = performance.now();
  controller.abort();
  const closed = (await arrivals.at(-1)?.line.gone) ?? Number.POSITIVE_INFINITY;
  expect(await read).toBe("left");
  return closed - left;
}

describe.each(lanes)("by the %s lane", (lane) => {
  const phases = [
    ["before headers", true],
    ["before headers", false],
    ["before the first event", true],
    ["mid-stream", true],
    ["mid-body", false],
  ] as const;

  test.each(phases)(
    "a client that leaves %s (streamed: %p) takes the upstream with it",
    async (model, stream) => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < ROUNDS && best > LIMIT; round++) {
        best = Math.min(best, await leave(`${lane}/${model}`, stream));
      }
      expect(best).toBeLessThan(LIMIT);
      await until("nothing is in flight", async () => (await inFlight(daemon.url)) === 0);
    },
    60_000,
  );

  test("a client that leaves between two tries is not asked for again", async () => {
    const controller = new AbortController();
    const before = retries;
    const asked = fetch(`${daemon.url}/v1/chat/completions`, {
      ...request(`${lane}/between retries`, true),
      signal: controller.signal,
    });
    await until("the first try was refused", () => retries > before);
    await Bun.sleep(100);
    controller.abort();
    await expect(asked).rejects.toThrow();
    await until("nothing is in flight", async () => (await inFlight(daemon.url)) === 0);
    await Bun.sleep(2500);
    expect(retries).toBe(before + 1);
  }, 60_000);
});

test("a client that leaves inside its own request body leaves nothing behind", async () => {
  const before = double.received.length;
  const { hostname, port } = new URL(daemon.url);
  for (const head of ["content-length: 1000", "transfer-encoding: chunked"]) {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n${head}\r\n\r\n`,
    );
    socket.write(head.startsWith("content") ? '{"model": "relay' : '10\r\n{"model": "relay\r\n');
    await until("the daemon reads the body", async () => (await inFlight(daemon.url)) === 1);
    socket.destroy();
    await until("nothing is in flight", async () => (await inFlight(daemon.url)) === 0);
  }
  expect(double.received.length).toBe(before);
}, 60_000);

test.skipIf(!hasProcFolder)(
  "500 broken-off streams leave neither memory nor descriptors behind (needs /proc)",
  async () => {
    const flood = startDouble(
      new Map(
        lanes.map((lane) => [
          lane,
          async (_, line) => {
            await line.write(streamHead);
            while (!line.isGone()) {
              await line.write(chunk(frame({ content: "word ".repeat(50) })));
              await Bun.sleep(1);
            }
          },
        ]),
      ),
    );
    const own = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(flood.url) }) });
    await abortStreams(own.url, 100);
    await settle(own, flood);
    const [memory, descriptors] = [residentMegabytes(own.pid), openDescriptors(own.pid)];
    await abortStreams(own.url, 500);
    await settle(own, flood);
    expect(openDescriptors(own.pid)).toBeLessThan(descriptors + 10);
    expect(residentMegabytes(own.pid)).toBeLessThan(memory + 40);
    expect(flood.received.length).toBe(600);
    expect(modelOf(flood.received.at(-1)?.body ?? "")).toBeOneOf([...lanes]);
    expect(own.log()).not.toMatch(/unexpected|unhandled|uncaught/i);
    expect(await own.stop()).toBe(0);
    flood.stop();
  },
  120_000,
);

async function abortStreams(url: string, count: number): Promise<void> {
  const one = async (index: number) => {
    const controller = new AbortController();
    const lane = lanes[index % lanes.length] ?? "relay";
    const response = await fetch(`${url}/v1/chat/completions`, {
      ...request(`${lane}/${lane}`, true),
      signal: controller.signal,
    });
    const reader = response.body?.getReader();
    for (let reads = 0; reads <= index % 3; reads++) await reader?.read();
    controller.abort();
  };
  for (let index = 0; index < count; index += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, offset) => one(index + offset)));
  }
}

async function settle(own: Daemon, upstream: Upstream): Promise<void> {
  await until("nothing is in flight", async () => (await inFlight(own.url)) === 0);
  await until("the upstream is alone", () => upstream.open() === 0);
}

test("the daemon knows of no failure of its own", () => {
  expect(daemon.log()).not.toMatch(/unexpected|unhandled|uncaught/i);
});
