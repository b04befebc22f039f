import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDaemonRecord, removeDaemonRecord, writeDaemonRecord } from "./daemon-file.ts";

let root: string;
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), "perdix-daemon-"))));
afterAll(() => rmSync(root, { recursive: true }));

const record = { pid: 7, url: "http://127.0.0.1:1", version: "1", started: "2026-01-01T00:00:00Z", generation: 1 };

test("is written for its owner alone, read again, and removed only by the daemon that wrote it", () => {
  const folder = join(root, "a", "b");
  writeDaemonRecord(folder, record);
  expect(readdirSync(folder)).toEqual(["daemon.json"]);
  expect(statSync(join(folder, "daemon.json")).mode & 0o777).toBe(0o600);
  expect(readDaemonRecord(folder)).toEqual(record);
  removeDaemonRecord(folder, 8);
  expect(readDaemonRecord(folder)).toEqual(record);
  removeDaemonRecord(folder, 7);
  expect(readdirSync(folder)).toEqual([]);
  removeDaemonRecord(folder, 7);
});

test.each(["", "{", "[]", "null", '{"pid":0,"url":"http://a"}', '{"pid":-1,"url":"http://a"}', '{"pid":1,"url":"x"}'])(
  "is not believed when it says %p",
  (text) => {
    writeFileSync(join(root, "daemon.json"), text);
    expect(readDaemonRecord(root)).toBeUndefined();
  },
);
