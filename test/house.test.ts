import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { documented, lengths, singled, unwanted } from "./house/habits.ts";
import { cycles, doors, owners, purity, roomNames, rosters } from "./house/plan.ts";
import { parse, type Source, type Text } from "./house/source.ts";
import { addresses, pinned, promise, topLevel } from "./house/tree.ts";

const root = join(import.meta.dir, "..");
const paths = listFiles();
const texts = await Promise.all(paths.map(async (path): Promise<Text> => ({ path, text: await read(path) })));
const sources = texts
  .filter(({ path }) => /^(src|test)\/.*\.ts$/.test(path) && !path.startsWith("test/fixtures/"))
  .map(parse);

/** Each rule over sources, and a file that breaks it: `path: text`. */
const RULES: Readonly<Record<string, readonly [(sources: readonly Source[]) => readonly string[], ...Samples]>> = {
  "rooms enter only the rooms their doors lead to": [
    doors,
    { "src/engine/a.ts": 'import type { Frame } from "../dialects/sse.ts";' },
    { "src/http/a.ts": 'export { openai } from "../providers/vendors/openai.ts";' },
    { "src/spec/a.ts": 'export type Clock = import("../engine/clock.ts").Clock;' },
    { "src/store/a.ts": 'const module = await import("../mcp/host.ts");' },
    { "src/main.ts": 'import { serve } from "./http/street.ts";' },
    { "src/cli/a.ts": 'import { upstream } from "../../test/faults/upstream.ts";' },
    { "src/attic/a.ts": "" },
  ],
  "each dependency has one owner": [
    owners,
    { "src/engine/a.ts": 'import { Elysia } from "elysia";' },
    { "src/http/a.ts": 'import { Database } from "bun:sqlite";' },
    { "src/cli/a.ts": 'import { Client } from "@modelcontextprotocol/sdk/client/index.js";' },
    { "src/cli/a.ts": 'import leftpad from "leftpad";' },
    { "src/dialects/a.ts": 'import { join } from "node:path";' },
    { "src/http/a.ts": 'const reply = await fetch("http://localhost/");' },
    { "src/mcp/a.ts": "const send = Bun.fetch;" },
    { "src/store/a.ts": 'console.log("opened");' },
    { "src/config.ts": 'process.stderr.write("wrong");' },
  ],
  "the inner rooms are pure": [
    purity,
    { "src/spec/a.ts": "export const now = Date.now();" },
    { "src/engine/a.ts": "const id = crypto.randomUUID();" },
    { "src/engine/a.ts": "const now = new Date();" },
    { "src/engine/a.ts": "const later = setTimeout(work, 5);" },
    { "src/engine/a.ts": "const context = { process };" },
    { "src/dialects/a.ts": "const dice = Math.random;" },
    { "src/dialects/a.ts": "const home = process.env;" },
  ],
  "no file imports itself in a circle": [
    cycles,
    { "src/spec/a.ts": 'import type { B } from "./b.ts";', "src/spec/b.ts": 'export type { A } from "./a.ts";' },
  ],
  "rosters are complete": [
    rosters,
    { "src/providers/vendors/acme.ts": "", "src/providers/roster.ts": 'import { other } from "./vendors/other.ts";' },
    { "src/cli/serve.ts": "export const serveCommand = {};" },
    { "src/dialects/klingon/read.ts": "", "src/spec/request.ts": 'export type Dialect = "openai-chat";' },
  ],
  "files and functions are short": [
    lengths,
    { "src/engine/a.ts": "\n".repeat(321) },
    { "src/engine/a.ts": `const long = () => {${"\n".repeat(60)}};` },
    { "test/bench/a.ts": `async function* long() {${"\n".repeat(60)}}` },
  ],
  "no any, no enum, no default export": [
    unwanted,
    { "src/engine/a.ts": "export const value: any = 1;" },
    { "src/engine/a.ts": "export enum Colour { Red }" },
    { "test/a.ts": "export default 1;" },
  ],
  "exported names are documented": [documented, { "src/engine/a.ts": "// not JSDoc\nexport const value = 1;" }],
  "no test is singled out or skipped without a word": [
    singled,
    { "src/engine/a.test.ts": 'test.only("one", () => {});' },
    { "src/engine/a.test.ts": 'describe.skip("one", () => {});' },
    { "src/engine/a.test.ts": 'test.skipIf(!python)("one", () => {});' },
    { "src/engine/a.test.ts": 'test.each([1]).skip("one", () => {});' },
  ],
};

type Samples = readonly Readonly<Record<string, string>>[];

describe("the plan of the house", () => {
  for (const [name, [rule]] of Object.entries(RULES)) {
    test(name, () => expect(rule(sources)).toEqual([]));
  }
  test("rooms are named after what they touch", () => expect(roomNames(paths)).toEqual([]));
  test("the top level is the card's", () => expect(topLevel(paths)).toEqual([]));
  test("no file names a folder of one machine or a host of packages", () => expect(addresses(texts)).toEqual([]));
  test("CI calls the README's test line", async () => {
    expect(promise(await read(".ci/run"), await read("README.md"))).toEqual([]);
  });
  test("dependencies are pinned", () => {
    expect(pinned({ ...manifest.dependencies, ...manifest.devDependencies })).toEqual([]);
  });
});

describe("each rule can fail", () => {
  for (const [name, [rule, ...samples]] of Object.entries(RULES)) {
    test(name, () => {
      expect(samples.length).toBeGreaterThan(0);
      for (const sample of samples) {
        const broken = Object.entries(sample).map(([path, text]) => parse({ path, text }));
        expect({ sample, findings: rule(broken).length }).toEqual({ sample, findings: 1 });
      }
    });
  }
  test("and passes what is right", () => {
    const right = [
      {
        path: "src/engine/a.ts",
        text: '/** A. */\nexport const a = { process: 1 }.process; // Date.now\nconst s = "fetch(";',
      },
      { path: "src/http/a.ts", text: 'import { Elysia } from "elysia";\nimport { a } from "../engine/a.ts";' },
      { path: "src/config/a.ts", text: 'import { b } from "../config.ts";\nimport { parse } from "yaml";' },
      {
        path: "src/engine/a.test.ts",
        text: 'test.skipIf(!python)("one (needs Python)", () => { setTimeout(go, 1); });',
      },
    ].map(parse);
    for (const [rule] of Object.values(RULES)) expect(rule(right)).toEqual([]);
  });
  test("rules over the tree", () => {
    expect(roomNames(["src/engine/utils/a.ts", "src/http/helpers.ts", "src/engine/types.ts"])).toHaveLength(3);
    expect(topLevel([...paths, "notes.md"])).toContain("notes.md does not belong to the top level");
    expect(topLevel(["src/main.ts"])).toContain("bunfig.toml is missing from the top level");
    const samples = [
      ["", "root", "x"].join("/"),
      ["cd ", "work", "main"].join("/"),
      ["npmjs", "org"].join("."),
      ["pypi", "org"].join("."),
    ];
    expect(samples.flatMap((text) => addresses([{ path: "a.md", text }]))).toHaveLength(samples.length);
    expect(addresses([{ path: "bun.lock", text: '["a", "https://example.test/a.tgz"]' }])).toHaveLength(1);
    expect(promise("#!/bin/sh\nmake test\n", "Run `make check`.")).toHaveLength(1);
    expect(promise("#!/bin/sh\nmake test\n", "\nmake test\n")).toHaveLength(0);
    expect(pinned({ a: "^1.0.0", b: "latest", c: "1.2.3", d: "0.1.0-alpha.8" })).toHaveLength(2);
  });
});

/** Every file of the tree but what git ignores. */
function listFiles(): readonly string[] {
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").replaceAll("/", "").split("\n");
  const top = readdirSync(root).filter((name) => name !== ".git" && !ignored.includes(name));
  return top.flatMap((name) => {
    if (!statSync(join(root, name)).isDirectory()) return [name];
    return [...new Bun.Glob("**/*").scanSync({ cwd: join(root, name), dot: true })].map((path) => `${name}/${path}`);
  });
}

async function read(path: string): Promise<string> {
  return Bun.file(join(root, path)).text();
}
