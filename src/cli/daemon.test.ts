import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Configuration, loadConfiguration, readDaemonRecord } from "../config.ts";
import type { ListenOptions } from "../http/server.ts";
import type { House } from "../http/street.ts";
import { startDaemon } from "./daemon.ts";
import { createLog } from "./log.ts";
import { createRedactor } from "./redactor.ts";

let root: string;
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), "perdix-daemon-"))));
afterAll(() => rmSync(root, { recursive: true }));

const vendors = [{ id: "openai", keyVariables: ["OPENAI_API_KEY"] }];

/** Houses that are told apart by nothing but the configuration they were opened for. */
async function start(text: string, listen?: (options: ListenOptions) => never) {
  const folder = mkdtempSync(join(root, "case-"));
  const file = join(folder, "perdix.yaml");
  const write = (content: string) => writeFileSync(file, content);
  write(text);
  const data = join(folder, "data");
  const surroundings = { environment: {}, home: folder, workingFolder: folder };
  const load = () => loadConfiguration({ surroundings, vendors, flags: { dataFolder: data } });
  const lines: string[] = [];
  const stops: number[] = [];
  const opened = new Map<House, Configuration>();
  const redactor = createRedactor();
  const sink = createLog({
    settings: { level: "info", format: "json" },
    terminal: false,
    colour: false,
    redactor,
    write: (line) => lines.push(line),
    now: () => new Date(0),
  });
  let house: (() => House) | undefined;
  const stop = (deadline: number) => Promise.resolve(void stops.push(deadline));
  const wiring = {
    openHouse: (configuration: Configuration) => {
      const { host } = configuration;
      if (host === "127.0.0.9") throw new Error("this house cannot be built");
      const opening = {} as House;
      opened.set(opening, configuration);
      return opening;
    },
    listen: (options: ListenOptions) => {
      listen?.(options);
      ({ house } = options);
      return { url: "http://127.0.0.1:1", port: 1, inFlight: () => 2, stop };
    },
  };
  const daemon = startDaemon({ load, first: await load(), wiring, sink, redactor, version: "1.2.3", pid: process.pid });
  const current = () => opened.get(house?.() as House);
  return { daemon, write, data, file, lines, stops, current, redactor };
}

test("tells of itself in the data folder until it has stopped", async () => {
  const { daemon, data, file, stops } = await start("limits: { drain_seconds: 3 }\n");
  expect(readDaemonRecord(data)).toMatchObject({
    pid: process.pid,
    url: daemon.url,
    version: "1.2.3",
    generation: 1,
    file,
  });
  await daemon.stop();
  expect(stops).toEqual([3000]);
  expect(readdirSync(data)).toEqual([]);
});

test("a reload holds from the next request on", async () => {
  const { daemon, write, data, current } = await start("strict: false\n");
  write("strict: true\n");
  expect(current()?.strict).toBe(false);
  await daemon.reload();
  expect(current()?.strict).toBe(true);
  expect(readDaemonRecord(data)).toMatchObject({
    generation: 2,
    reload: { ok: true, message: "reloaded", attempt: 1 },
  });
});

test("a wrong configuration is told in full, and the old one stays", async () => {
  const { daemon, write, data, current, lines } = await start("strict: true\n");
  const before = current();
  write("strikt: 1\nlisten: x:y\n");
  await daemon.reload();
  expect(current()).toBe(before);
  const record = readDaemonRecord(data);
  expect(record).toMatchObject({ generation: 1, reload: { ok: false, attempt: 1 } });
  expect(record?.reload?.message).toMatch(/:1:1: strikt: .*\n.*:2:9: listen: /);
  expect(lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(2);
  write("listen: 127.0.0.9\n");
  await daemon.reload();
  expect(current()).toBe(before);
  expect(readDaemonRecord(data)?.reload).toEqual({ ok: false, message: "this house cannot be built", attempt: 2 });
});

test("what only a restart can change is said", async () => {
  const { daemon, write, data, lines } = await start("listen: 4010\n");
  write("listen: 4011\n");
  await daemon.reload();
  expect(readDaemonRecord(data)?.reload?.message).toBe("reloaded; listen holds only after a restart");
  expect(lines.some((line) => line.includes('"setting":"listen"'))).toBe(true);
});

test("reloads that come together are done one after the other", async () => {
  const { daemon, data } = await start("");
  await Promise.all([daemon.reload(), daemon.reload(), daemon.reload()]);
  expect(readDaemonRecord(data)).toMatchObject({ generation: 4, reload: { attempt: 3 } });
});

test("keys of the configuration are redacted, those of a reload too", async () => {
  const { daemon, write, redactor } = await start("providers: { openai: { api_key: canary-one } }\n");
  write("providers: { openai: { api_key: canary-two } }\n");
  await daemon.reload();
  expect(redactor.redact("canary-one canary-two")).toBe("[redacted] [redacted]");
});

test("a data folder that cannot be written is no reason not to answer", async () => {
  const { daemon, data, lines } = await start("");
  await daemon.stop();
  rmSync(data, { recursive: true });
  writeFileSync(data, "a file");
  await daemon.reload();
  expect(lines.at(-1)).toContain("data folder cannot be written");
});

test.each([
  ["EADDRINUSE", /^Port 4010 on 127\.0\.0\.1 is taken .* --port/],
  ["EACCES", /^Port 4010 on 127\.0\.0\.1 may not be used/],
  ["EOTHER", /^Bun's own words$/],
])("%s is explained", async (code, expected) => {
  const starting = start("", () => {
    throw Object.assign(new Error("Bun's own words"), { code });
  });
  await expect(starting).rejects.toThrow(expected);
});
