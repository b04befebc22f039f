import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration } from "../config.ts";
import { roster } from "../providers/roster.ts";
import { findKeys } from "./find-keys.ts";
import { writeSettings } from "./settings-template.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "perdix-init-"))));
afterAll(() => rmSync(folder, { recursive: true }));

// A key of a provider that is switched off by its own example line would be no key.
const keyed = roster.filter(({ keyVariables, localPorts }) => keyVariables.length > 0 && !localPorts);
const environment = Object.fromEntries(keyed.map(({ keyVariables: [name] }) => [name, "a-key"]));
const surroundings = () => ({ environment, home: folder, workingFolder: folder });

async function load(text: string) {
  const file = join(folder, "perdix.yaml");
  writeFileSync(file, text);
  return loadConfiguration({ file, surroundings: surroundings(), vendors: roster });
}

const servers = [{ vendor: "ollama", port: 1, baseUrl: "http://127.0.0.1:1/v1", models: ["a"] }];

test("what init writes loads without a word, whatever was found", async () => {
  const keys = findKeys(roster, surroundings());
  expect(keys.map(({ vendor }) => vendor)).toEqual(keyed.map(({ id }) => id));
  const full = await load(writeSettings({ keys, servers }));
  expect(full.warnings).toEqual([]);
  expect(full.configuration.providers.map(({ id }) => id).toSorted()).toEqual(
    [...keyed.map(({ id }) => id), "ollama"].toSorted(),
  );
  const empty = await load(writeSettings({ keys: [], servers: [] }));
  expect(empty.warnings).toEqual([]);
});

test("every example in it is right too", async () => {
  const text = writeSettings({ keys: [], servers: [] });
  const live = text.replace(/^(\s*)# ((?:[\w/.-]+): .*)$/gm, (line, indent: string, example: string) =>
    /^(perdix\.yaml|level|Seconds)/.test(example) ? line : indent + example,
  );
  const { configuration, warnings } = await load(live);
  expect(warnings).toEqual([]);
  expect(configuration).toMatchObject({ disabledProviders: ["groq"], allowedHosts: ["perdix.local"] });
  expect(configuration.aliases.has("fast")).toBe(true);
});

test("no key stands in it", () => {
  expect(writeSettings({ keys: findKeys(roster, surroundings()), servers })).not.toContain("a-key");
});
