import { afterAll, describe, expect, test } from "bun:test";
import { createCallMemory } from "../engine/call-memory.ts";
import { createCatalogue } from "../engine/catalogue.ts";
import { GatewayError } from "../spec/error.ts";
import type { StreamEvent } from "../spec/event.ts";
import type { Provider, Turn } from "../spec/provider.ts";
import { listen } from "./server.ts";

// A provider that does what the name of its model says.
const scripts: Readonly<Record<string, (turn: Turn, signal: AbortSignal) => AsyncGenerator<StreamEvent, void, void>>> =
  {
    async *relay({ request }) {
      yield opening("relay");
      if (!request.stream) yield { type: "body", text: '{"raw": 1.0}' };
      for (const frame of request.stream ? ['data: {"a": 1}\n\n', "data: [DONE]\n\n"] : []) {
        yield { type: "frames", bytes: new TextEncoder().encode(frame), content: true };
      }
    },
    async *events() {
      yield { ...opening("events"), warnings: ["one", "tw\u00f6"] };
      yield { type: "text-delta", choice: 0, block: 0, text: "hi" };
      yield { type: "finish", choice: 0, reason: "stop", rawReason: "stop" };
    },
    async *fails() {
      yield* [];
      throw new GatewayError("upstream_error", "no more", {
        upstream: { provider: "test", status: 418, type: "teapot", code: "hot" },
      });
    },
    async *breaks() {
      yield opening("relay");
      yield { type: "frames", bytes: new TextEncoder().encode('data: {"a": 1}\n\n'), content: true };
      throw new GatewayError("upstream_incomplete", "cut");
    },
    async *waits(_, signal) {
      yield opening("relay");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      departures.push("waits");
    },
    async *stumbles() {
      yield opening("relay");
      yield { type: "frames", bytes: new TextEncoder().encode('data: {"a": 1}\n\n'), content: true };
      throw new TypeError("secret stumble");
    },
    async *bug() {
      yield* [];
      throw new TypeError("secret detail");
    },
  };
const departures: string[] = [];

function opening(lane: "relay" | "events"): Extract<StreamEvent, { type: "opening" }> {
  return {
    type: "opening",
    candidate: "test/model",
    id: "id-1",
    created: 7,
    model: "model",
    headers: { "x-upstream-request-id": "u1" },
    warnings: [],
    lane,
  };
}

const provider: Provider = {
  id: "test",
  dialect: "openai-chat",
  relays: true,
  async ask(turn, signal) {
    const events = (scripts[turn.model] ?? scripts["bug"])?.(turn, signal) as AsyncGenerator<StreamEvent, void, void>;
    return turn.request.stream ? events : Array.fromAsync(events);
  },
  listModels: async () => [
    { id: "test/a/b", provider: "test", name: "a/b", source: "upstream", created: 1700000000, inputTokenLimit: 8 },
  ],
  missing: () => undefined,
};
const catalogue = createCatalogue({
  providers: [provider],
  spellings: new Map(),
  vendors: new Map(),
  configured: [],
  now: () => 0,
  knownModels: async () => ({ list: () => [], find: () => undefined }),
});
const lines: Record<string, unknown>[] = [];
const server = listen({
  hostname: "127.0.0.1",
  port: 0,
  version: "0",
  log: (level, message, fields) => void lines.push({ level, message, ...fields }),
  house: () => ({
    gateway: {
      catalogue,
      aliases: new Map(),
      calls: createCallMemory(),
      strict: false,
      clock: { now: Date.now, random: () => 0, sleep: async () => {} },
    },
    allowed: { hosts: ["my.host"], origins: ["https://app.example"] },
    bodyLimit: 2000,
  }),
});
afterAll(() => server.stop(0));

const send = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
const complete = (model: string, more: object = {}, init: RequestInit = {}) =>
  send("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ model: `test/${model}`, messages: [{ role: "user", content: "hello" }], ...more }),
    ...init,
  });

describe("answers", () => {
  test("relayed whole", async () => {
    const response = await complete("relay");
    expect(await response.text()).toBe('{"raw": 1.0}');
    expect(response.headers.get("x-perdix-model")).toBe("test/model");
    expect(response.headers.get("x-upstream-request-id")).toBe("u1");
    expect(response.headers.get("x-request-id")).toStartWith("req_");
  });

  test("relayed as a stream, byte for byte", async () => {
    const response = await complete("relay", { stream: true });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await response.text()).toBe('data: {"a": 1}\n\ndata: [DONE]\n\n');
  });

  test("put together from events", async () => {
    const response = await complete("events");
    expect(await response.json()).toMatchObject({
      id: "id-1",
      object: "chat.completion",
      choices: [{ message: { content: "hi" }, finish_reason: "stop" }],
    });
    expect(response.headers.get("x-perdix-warnings")).toBe("one; tw?");
  });

  test("streamed from events", async () => {
    const text = await (await complete("events", { stream: true })).text();
    expect(text).toContain('"content":"hi"');
    expect(text).toEndWith("data: [DONE]\n\n");
  });

  test("with what the API adds", async () => {
    const body = await (await complete("events", { mcp_servers: ["a/b"] })).json();
    expect(body).toMatchObject({ mcp_server_errors: { "a/b": { code: "SERVER_NOT_FOUND" } } });
  });
});

describe("failures", () => {
  test("an upstream's error keeps its status, message, type and code", async () => {
    for (const stream of [true, false]) {
      const response = await complete("fails", { stream });
      expect(response.status).toBe(418);
      expect(await response.json()).toMatchObject({
        error: { message: "no more", type: "teapot", code: "hot", provider: "test" },
        message: "no more",
      });
    }
  });

  test("a stream that breaks off ends in an error frame", async () => {
    const text = await (await complete("breaks", { stream: true })).text();
    expect(text).toStartWith('data: {"a": 1}\n\nevent: error\ndata: {"error":{"message":"cut"');
    expect(text).not.toContain("[DONE]");
  });

  test("a bug is a 500 that tells nothing but its request id", async () => {
    const response = await complete("bug");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret detail");
    expect(
      lines.some(
        ({ id, error }) => id === response.headers.get("x-request-id") && String(error).includes("secret detail"),
      ),
    ).toBe(true);
  });

  test("a bug in the middle of a stream is told to the client and, once, to the log", async () => {
    const response = await complete("stumbles", { stream: true });
    const text = await response.text();
    expect(text).toContain('event: error\ndata: {"error":{"message":"perdix failed');
    expect(text).not.toContain("secret stumble");
    const id = response.headers.get("x-request-id");
    expect(lines.filter((line) => line["id"] === id && String(line["error"]).includes("secret stumble"))).toHaveLength(
      1,
    );
    expect(lines.find((line) => line["id"] === id && line["message"] === "request")).toMatchObject({
      error: "internal",
    });
  });

  test("a bug before the headers is told to the log once", async () => {
    const response = await complete("bug", { stream: true });
    expect(response.status).toBe(500);
    const id = response.headers.get("x-request-id");
    expect(lines.filter((line) => line["id"] === id && line["message"] === "unexpected failure")).toHaveLength(1);
  });

  test.each([
    ["GET", "/nowhere", 404, "not_found"],
    ["GET", "/v1/chat/completions", 405, "method_not_allowed"],
    ["POST", "/v1/models", 405, "method_not_allowed"],
    ["DELETE", "/health", 405, "method_not_allowed"],
    ["GET", "/v1/models/test/none", 404, "model_not_found"],
    ["GET", "/v1/models/%zz", 400, "invalid_request"],
  ])("%s %s is %d", async (method, path, status, code) => {
    const response = await send(path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
    if (status === 405) expect(response.headers.get("allow")).toBeTruthy();
  });

  test("a body beyond the limit is a 413, announced or not", async () => {
    const long = "x".repeat(3000);
    expect((await complete("relay", { user: long })).status).toBe(413);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(long));
        controller.close();
      },
    });
    expect((await complete("relay", {}, { body })).status).toBe(413);
  });
});

describe("models", () => {
  test.each(["test/a/b", "test%2Fa%2Fb"])("%s", async (id) => {
    expect(await (await send(`/v1/models/${id}`)).json()).toMatchObject({
      id: "test/a/b",
      object: "model",
      created: 1700000000,
      created_at: "2023-11-14T22:13:20Z",
      owned_by: "test",
      provider: "test",
      capabilities: { input_token_limit: 8 },
    });
  });

  test("are listed", async () => {
    expect(await (await send("/v1/models")).json()).toMatchObject({ object: "list", data: [{ id: "test/a/b" }] });
  });
});

describe("guard", () => {
  test.each([
    [{ host: "evil.example" }, 403],
    [{ host: "my.host:4010" }, 200],
    [{ host: "localhost:1" }, 200],
    [{ host: "[::1]:4010" }, 200],
    [{ host: "127.0.0.1.evil.example" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://localhost:3000" }, 403],
    [{ origin: "https://app.example" }, 200],
    [{ host: "localhost:9", origin: "http://localhost:9" }, 200],
  ])("%j is %d", async (headers, status) => {
    expect((await send("/health", { headers })).status).toBe(status);
  });

  test("a page that is allowed may read, after asking", async () => {
    const headers = { origin: "https://app.example", "access-control-request-headers": "x-stainless-os" };
    const asked = await send("/v1/chat/completions", { method: "OPTIONS", headers });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-headers")).toBe("x-stainless-os");
    expect((await send("/health", { headers })).headers.get("access-control-allow-origin")).toBe("https://app.example");
  });
});

test("a client that leaves is noticed by the provider, and nothing stays in flight", async () => {
  const client = new AbortController();
  const response = await complete("waits", { stream: true }, { signal: client.signal });
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(":\n");
  client.abort();
  while (departures.length === 0 || server.inFlight() > 0) await Bun.sleep(5);
  expect(departures).toEqual(["waits"]);
});

test("one log line a request, without its content", async () => {
  const before = lines.length;
  await (await complete("relay")).text();
  expect(lines.slice(before)).toEqual([
    expect.objectContaining({
      message: "request",
      method: "POST",
      path: "/v1/chat/completions",
      status: 200,
      model: "test/model",
      outcome: "finished",
    }),
  ]);
  expect(JSON.stringify(lines)).not.toContain("hello");
});
