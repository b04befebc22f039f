// What the tests of the transport have in common: a raw upstream on a socket, and a box that asks it.
import { expect } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { readRequest } from "../../src/dialects/openai-chat/request/read-request.ts";
import { GatewayError } from "../../src/spec/error.ts";
import type { StreamEvent } from "../../src/spec/event.ts";
import type { JsonObject } from "../../src/spec/json.ts";
import type { Speech, Turn } from "../../src/spec/provider.ts";
import type { BroughtKey } from "../../src/spec/request.ts";
import { findVendor } from "../../src/providers/roster.ts";
import { type Connection, createProvider } from "../../src/providers/transport.ts";
import { type Vendor, compatibleVendor } from "../../src/providers/vendor.ts";

export const REPLY = JSON.stringify({
  id: "c1",
  object: "chat.completion",
  created: 1,
  model: "m-1",
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const chunk = (delta: JsonObject, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "m-1", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
export const SAID = chunk({ role: "assistant", content: "hel" });
export const ENDED = `${chunk({ content: "lo" }, "stop")}data: [DONE]\n\n`;

export const json = (body: string, status = 200, more = "") =>
  `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
export const part = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
export const sse = (...parts: string[]) =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${parts.map(part).join("")}`;
export const END = "0\r\n\r\n";

/** What one request looked like to the upstream. */
interface Seen {
  readonly head: string;
  readonly body: string;
  /** Counts connections from 1. */
  readonly connection: number;
}

interface Scene {
  readonly url: string;
  readonly seen: Seen[];
  /** Resolves when the upstream sees the current connection close. */
  readonly closed: Promise<void>;
}

const servers: Server[] = [];
const sockets = new Set<Socket>();

/** Ends every upstream of this file; to be called after each test. */
export function closeUpstreams(): void {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
}

/** A raw upstream: `act` gets the socket and how many requests there were before. */
export async function upstream(act: (socket: Socket, before: number) => void): Promise<Scene> {
  const seen: Seen[] = [];
  let connections = 0;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    const connection = ++connections;
    sockets.add(socket);
    let pending = "";
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
    socket.on("data", (data) => {
      pending += data.toString();
      const end = pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = pending.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (pending.length < end + 4 + length) return;
      seen.push({ head, body: pending.slice(end + 4, end + 4 + length), connection });
      pending = "";
      act(socket, seen.length - 1);
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1`, seen, closed };
}

export interface Asking {
  readonly stream?: boolean;
  readonly lane?: Turn["lane"];
  readonly model?: string;
  readonly name?: string;
  readonly settings?: JsonObject;
  readonly brought?: BroughtKey;
  readonly body?: JsonObject;
}

/** A turn as the gateway would make it. */
export function turn({
  stream = false,
  lane = "events",
  model = "m",
  name = `box/${model}`,
  settings = {},
  brought,
  body,
}: Asking = {}): Turn {
  const text = JSON.stringify({ model: name, messages: [{ role: "user", content: "hi" }], stream, ...body });
  const request = readRequest({
    text,
    userAgent: undefined,
    providerModel: undefined,
    strict: false,
    ...(brought && { brought }),
  });
  return { request, model, settings, lane, strict: false };
}

const box = compatibleVendor("box");
export const lines: string[] = [];
const quiet = {
  version: "1.2.3",
  now: () => 1_700_000_000_000,
  log: (_level: string, message: string) => void lines.push(message),
};
const timeouts = { headers: 120, idle: 300, total: 3600 };
export const connect = (connection: Partial<Connection>, vendor: Vendor = box) =>
  createProvider(vendor, { timeouts, ...connection }, quiet);
export const vendor = (name: string): Vendor => findVendor(name) ?? expect.unreachable(`no vendor ${name}`);
export const never = new AbortController().signal;

/** All events, in order. */
export async function collect(speech: Promise<Speech>): Promise<StreamEvent[]> {
  return Array.fromAsync(await speech);
}

/** The GatewayError that ends a speech, before it begins or later; fails the test where none does. */
export async function failure(said: Promise<AsyncIterable<unknown> | readonly unknown[]>): Promise<GatewayError> {
  try {
    await Array.fromAsync(await said);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return expect.unreachable("nothing was thrown");
}

export const textOf = (events: readonly StreamEvent[]) =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
export const bytesOf = (events: readonly StreamEvent[]) =>
  Buffer.concat(events.flatMap((event) => (event.type === "frames" ? [event.bytes] : []))).toString();
export const openingOf = (events: readonly StreamEvent[]) => events.find((event) => event.type === "opening");
