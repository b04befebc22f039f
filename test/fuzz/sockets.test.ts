import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";
import { type Step, speak } from "./wire.ts";

// Milliseconds; for slow machines.
setDefaultTimeout(60_000);

let daemon: Daemon;
let port: number;
beforeAll(async () => {
  daemon = await startDaemon();
  port = Number(new URL(daemon.url).port);
});
afterAll(() => daemon.stop());

const body = JSON.stringify({ model: "sim/echo", messages: [{ role: "user", content: "hello" }] });
const head = (lines: readonly string[], { request = "POST /v1/chat/completions HTTP/1.1" } = {}) =>
  `${[request, "Host: 127.0.0.1", ...lines].join("\r\n")}\r\n\r\n`;
const length = `Content-Length: ${body.length}`;
const whole = head([length]) + body;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** The daemon lives and answers a good request. */
async function expectService(): Promise<void> {
  const response = await fetch(`${daemon.url}/v1/chat/completions`, { method: "POST", body });
  expect(response.status).toBe(200);
  expect(((await response.json()) as { readonly object: string }).object).toBe("chat.completion");
}

describe("a connection that misbehaves", () => {
  test.each<[string, readonly Step[], readonly (number | undefined)[]]>([
    ["says two lengths", [head([length, `Content-Length: ${body.length + 1}`]) + body], [400]],
    ["says no length that is one", [head(["Content-Length: -1"]) + body], [400]],
    ["says length and encoding", [head([length, "Transfer-Encoding: chunked"]) + chunk(body) + chunk("")], [400]],
    ["names no host", [`POST /v1/chat/completions HTTP/1.1\r\n${length}\r\n\r\n${body}`], [400]],
    ["names two hosts", [head(["Host: evil.example", length]) + body], [400, 403, 200]],
    ["sends chunks without sizes", [`${head(["Transfer-Encoding: chunked"])}zz\r\n${body}\r\n`], [400]],
    ["sends too many headers", [head([`X-Long: ${"x".repeat(20_000)}`, length]) + body], [431]],
    ["sends a header with a zero byte", [head(["X-Zero: a\u0000b", length]) + body], [400, 200]],
    [
      "speaks no HTTP",
      ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003hello\r\n\r\n"],
      [400, undefined],
    ],
    ["speaks HTTP/2", ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], [400, 505, undefined]],
    ["ends within its headers", ["POST /v1/chat/completions HTTP/1.1\r\nHost: 127", "end"], [400, undefined]],
    ["ends within its body", [head([length]) + body.slice(0, 20), "end"], [400, undefined]],
    ["ends within a chunk", [`${head(["Transfer-Encoding: chunked"])}ff\r\n${body}`, "end"], [400, undefined]],
    ["ends its half when it has asked", [whole, "end"], [200, undefined]],
    ["wants another protocol", [head(["Connection: Upgrade", "Upgrade: websocket", length]) + body], [200, 400, 426]],
  ])("%s", async (_, steps, allowed) => {
    const patience = allowed.includes(undefined) ? 500 : 20_000;
    const { status, text } = await speak(port, steps, { until: /\r\n\r\n[^]*[}\n]$/, patience });
    expect(allowed, text.slice(0, 300)).toContain(status);
    await expectService();
  });

  test("goes away in the middle of many bodies", async () => {
    const steps = [head([length]) + body.slice(0, 30), 5];
    await Promise.all(Array.from({ length: 50 }, () => speak(port, steps, { patience: 1 })));
    await expectService();
    await expectIdle();
  });

  test("goes away in the middle of streams", async () => {
    const text = JSON.stringify({ ...JSON.parse(body), stream: true, metadata: { tokens_per_second: "5" } });
    const stream = head([`Content-Length: ${text.length}`]) + text;
    await Promise.all(Array.from({ length: 20 }, () => speak(port, [stream, 20], { patience: 1 })));
    await expectService();
    await expectIdle();
  });
});

/** Nothing is left over from those who have gone. */
async function expectIdle(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const health = (await (await fetch(`${daemon.url}/health`)).json()) as { readonly in_flight: number };
    if (health.in_flight === 0) return;
    await Bun.sleep(100);
  }
  throw new Error("requests of departed clients are still in flight");
}

describe("a connection that is merely slow or eager", () => {
  const answered = { until: /chat\.completion[^]*\}$/, patience: 20_000 };

  test("sends its body byte by byte", async () => {
    const bytes = [...body].flatMap((character): Step[] => [character, 1]);
    const { status } = await speak(port, [head([length]), ...bytes], answered);
    expect(status).toBe(200);
  });

  test("sends chunks", async () => {
    const half = body.length / 2;
    const chunks = [chunk(body.slice(0, half)), 20, chunk(body.slice(half)), chunk("")];
    const { status } = await speak(port, [head(["Transfer-Encoding: chunked"]), ...chunks], answered);
    expect(status).toBe(200);
  });

  test("asks before it sends", async () => {
    const steps = [head([length, "Expect: 100-continue"]), 50, body];
    const { text } = await speak(port, steps, answered);
    expect(text).toStartWith("HTTP/1.1 100");
    expect(text).toContain("HTTP/1.1 200");
  });

  test("asks twice in one breath", async () => {
    const both = { until: /HTTP\/1\.1 200[^]*HTTP\/1\.1 200[^]*\}$/, patience: 20_000 };
    const { text } = await speak(port, [whole + whole], both);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });
});
