import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";
import { refusal, reply } from "./answers.ts";
import { chat } from "./client.ts";
import { bothLanes, lanes, startDouble } from "./double.ts";
import type { Script, Upstream } from "./upstream.ts";

const KEY = "sk-canary-4f1c9d7e2b8a";
const BROUGHT = "sk-brought-9e8d7c6b5a";
const CALLER = "sk-caller-1a2b3c4d5e";
const PROMPT = "canary-prompt-6d5e4f";

let double: Upstream;
let daemon: Daemon;

const scripts = new Map<string, Script>([
  ["refuses", (_, line) => line.write(refusal("400 Bad Request"))],
  // Some providers repeat the key they refuse.
  [
    "echoes the key",
    (received, line) =>
      line.write(
        reply(
          JSON.stringify({
            error: { message: `Incorrect API key provided: ${received.headers.get("authorization")}` },
          }),
          { status: "401 Unauthorized" },
        ),
      ),
  ],
  [
    "cuts",
    async (_, line) => {
      await line.write("HTTP/1.1 200 OK\r\ncontent-length: 900\r\ncontent-type: application/json\r\n\r\n{");
      line.reset();
    },
  ],
]);

beforeAll(async () => {
  double = startDouble(scripts);
  const providers = bothLanes(double.url, { settings: { api_key: KEY } });
  daemon = await startDaemon({ configuration: JSON.stringify({ providers, log: { level: "debug" } }) });
});

afterAll(async () => {
  await daemon.stop();
  double.stop();
});

/** Sends a request as it is written, and gives the answer as it came. */
function raw(written: string, content = ""): Promise<string> {
  const { hostname, port } = new URL(daemon.url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${written}connection: close\r\n\r\n${content}`));
    socket.setTimeout(20_000, () => reject(new Error(`no end of ${written}`)));
    socket.on("data", (bytes) => void (text += bytes.toString()));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

const routes = [
  "GET /",
  "GET /health",
  "GET /v1/models",
  "GET /v1/models/relay/fine",
  "POST /v1/chat/completions",
  "GET /nowhere",
  "DELETE /health",
  "OPTIONS /v1/chat/completions",
  "HEAD /health",
];
const body = JSON.stringify({ model: "relay/fine", messages: [{ role: "user", content: "Hi" }] });

function head(route: string, headers: readonly string[]): string {
  const length = route.startsWith("POST") ? [`content-length: ${body.length}`] : [];
  return `${route} HTTP/1.1\r\n${[...headers, ...length].map((header) => `${header}\r\n`).join("")}`;
}

const own = () => new URL(daemon.url).host;

describe.each(routes)("%s", (route) => {
  test("is shut to other hosts and to web pages", async () => {
    const before = double.received.length;
    const intruders = [
      ["host: evil.example"],
      [`host: evil.example:${new URL(daemon.url).port}`],
      ["host: 127.0.0.1.evil.example"],
      ["host: localhost.evil.example"],
      [`host: ${own()}`, "origin: http://evil.example"],
      [`host: ${own()}`, "origin: https://127.0.0.1.evil.example"],
      [`host: ${own()}`, "origin: null"],
      ["host: evil.example", "origin: http://evil.example"],
    ];
    for (const headers of intruders) {
      const answer = await raw(head(route, headers), route.startsWith("POST") ? body : "");
      expect(answer).toStartWith("HTTP/1.1 403 ");
      expect(answer.toLowerCase()).not.toContain("access-control-allow-origin");
      if (!route.startsWith("HEAD")) expect(answer).toContain('"code":"forbidden_host"');
    }
    expect(double.received.length).toBe(before);
  }, 60_000);

  test("is open to this machine", async () => {
    const { port } = new URL(daemon.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, "LOCALHOST"]) {
      const answer = await raw(head(route, [`host: ${host}`]), route.startsWith("POST") ? body : "");
      expect(answer).not.toStartWith("HTTP/1.1 403 ");
      expect(answer).toMatch(/^HTTP\/1\.1 [2-4]\d\d /);
      expect(answer.toLowerCase()).toContain("x-request-id: req_");
    }
  }, 60_000);
});

interface Fault {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
  readonly message: string;
}

test("what does not exist is a 404 in the error shape", async () => {
  for (const path of [
    "/nowhere",
    "/v1",
    "/v1/chat",
    "/v1/embeddings",
    "/favicon.ico",
    "/health/x",
    "/v1/../etc/passwd",
    "/%2e%2e/%00",
  ]) {
    const answer = await fetch(`${daemon.url}${path}`);
    const { error, message } = (await answer.json()) as Fault;
    expect([path, answer.status, error.type, error.param]).toEqual([path, 404, "invalid_request_error", null]);
    expect(error.code).toBe("not_found");
    expect(message).toBe(error.message);
  }
});

test("a wrong method is a 405 that says which are right", async () => {
  const wrong = [
    ["POST", "/"],
    ["DELETE", "/health"],
    ["POST", "/v1/models"],
    ["PUT", "/v1/models/relay/fine"],
    ["GET", "/v1/chat/completions"],
    ["PATCH", "/v1/chat/completions"],
  ] as const;
  for (const [method, path] of wrong) {
    const answer = await fetch(`${daemon.url}${path}`, { method });
    expect([method, path, answer.status]).toEqual([method, path, 405]);
    expect(answer.headers.get("allow")).toBe(path === "/v1/chat/completions" ? "POST" : "GET");
    expect(((await answer.json()) as Fault).error.code).toBe("method_not_allowed");
  }
});

test("HEAD and OPTIONS are answered without a body and without leave for other origins", async () => {
  const health = await fetch(`${daemon.url}/health`, { method: "HEAD" });
  expect([200, 405]).toContain(health.status);
  expect(await health.text()).toBe("");
  const options = await fetch(`${daemon.url}/v1/chat/completions`, { method: "OPTIONS" });
  expect([204, 405]).toContain(options.status);
  expect(options.headers.get("access-control-allow-origin")).toBeNull();
});

test("neither a key nor a word of a prompt stands in the log or in an error", async () => {
  const models = ["fine", "refuses", "echoes the key", "cuts", "any"];
  const headers = { "content-type": "application/json", authorization: `Bearer ${CALLER}` };
  const requests = lanes.flatMap((lane) =>
    models.flatMap((model) =>
      [true, false].map((stream) => ({
        model: `${lane}/${model}`,
        stream,
        messages: [{ role: "user", content: PROMPT }],
      })),
    ),
  );
  for (const request of requests) {
    for (const more of [{}, { "x-provider-key": BROUGHT }]) {
      const seen = await chat(daemon.url, request, { headers: { ...headers, ...more } });
      for (const secret of [KEY, CALLER, BROUGHT, PROMPT]) expect(seen.text).not.toContain(secret);
    }
  }
  await chat(
    daemon.url,
    { model: PROMPT, messages: PROMPT.repeat(3), temperature: PROMPT, tools: PROMPT },
    { headers },
  );
  await fetch(`${daemon.url}/v1/chat/completions?key=${KEY}`, {
    method: "POST",
    headers,
    body: `{"messages": "${PROMPT}`,
  });
  for (const secret of [KEY, CALLER, BROUGHT, PROMPT]) expect(daemon.log()).not.toContain(secret);
  // The caller's own key is nobody's business upstream.
  expect(
    double.received.some((received) => [...received.headers.values()].some((value) => value.includes(CALLER))),
  ).toBe(false);
}, 60_000);
