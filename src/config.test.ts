import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, type Flags, formatProblem, type Loaded, loadConfiguration, secretsOf } from "./config.ts";

const vendors = [
  { id: "openai", keyVariables: ["OPENAI_API_KEY"] },
  { id: "groq", keyVariables: ["GROQ_API_KEY"] },
  { id: "together", aliases: ["together_ai"], keyVariables: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"] },
  {
    id: "azure",
    keyVariables: ["AZURE_KEY"],
    baseUrlVariables: ["AZURE_URL"],
    versioned: { variables: ["AZURE_VERSION"] },
  },
];

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "perdix-config-"))));
afterAll(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
}

async function read(text: string, { environment = {}, flags = {} }: Given = {}): Promise<Loaded> {
  const file = join(folder, "perdix.yaml");
  writeFileSync(file, text);
  return loadConfiguration({
    file,
    surroundings: { environment, home: "/people/someone", workingFolder: folder },
    vendors,
    flags,
  });
}

/** `line:column path` of each problem. */
async function faultsOf(text: string, given?: Given): Promise<readonly string[]> {
  try {
    await read(text, given);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { message, hint } of error.problems) expect([message, hint]).not.toContain("");
    return error.problems.map(({ line, column, path }) => `${line}:${column} ${path}`);
  }
}

const faulty: readonly (readonly [name: string, text: string, ...places: readonly string[]])[] = [
  ["an unknown key", "listen: 4010\nstrikt: true\n", "2:1 strikt"],
  ["an unknown key deep inside", "providers:\n  openai: { apikey: x }\n", "2:13 providers.openai.apikey"],
  ["a key that stands twice", "strict: true\nstrict: false\n", "2:1 strict"],
  ["a wrong type", "log:\n  level: loud\n", "2:10 log.level"],
  ["a text for a truth value", "strict: yes\n", "1:9 strict"],
  ["a list for the whole", "- a\n", "1:1 "],
  ["a port too high", "listen: 65536\n", "1:9 listen"],
  ["a port too high in an address", "listen: 127.0.0.1:65536\n", "1:9 listen"],
  ["an address of the world", "listen: 0.0.0.0:4010\n", "1:9 listen"],
  ["an IPv6 address of the world", 'listen: "[::]:4010"\n', "1:9 listen"],
  ["an unknown vendor", "providers:\n  opnai: { api_key: x }\n", "2:3 providers.opnai"],
  ["an unknown type", "providers:\n  box: { type: grok }\n", "2:16 providers.box.type"],
  ["no base_url", "providers:\n  box: { type: openai-compatible }\n", "2:3 providers.box"],
  ["a base_url that is none", "providers:\n  openai: { base_url: ftp://x }\n", "2:23 providers.openai.base_url"],
  ["two spellings of one vendor", "providers:\n  together: {}\n  together_ai: {}\n", "3:3 providers.together_ai"],
  [
    "a slash in a name",
    "providers:\n  a/b: { type: openai-compatible, base_url: http://h/v1 }\n",
    '2:3 providers["a/b"]',
  ],
  ["a key with a blank in it", "providers:\n  openai: { api_key: a b }\n", "2:22 providers.openai.api_key"],
  ["a wrong header name", "providers:\n  openai: { headers: { a b: c } }\n", '2:24 providers.openai.headers["a b"]'],
  [
    "a wrong quirk",
    "providers:\n  openai: { quirks: { stream_usage: no } }\n",
    "2:37 providers.openai.quirks.stream_usage",
  ],
  ["a time-out of nothing", "timeouts: { idle: 0 }\n", "1:19 timeouts.idle"],
  ["an empty alias", "models:\n  fast: { any_of: [] }\n", "2:19 models.fast.any_of"],
  ["an alias of an alias", "models:\n  a: { any_of: [b] }\n  b: { any_of: [openai/x] }\n", "2:17 models.a.any_of[0]"],
  ["a fact about nothing", "models:\n  fast: { price: { input: 1 } }\n", "2:3 models.fast"],
  ["a negative price", "models:\n  openai/x: { price: { input: -1 } }\n", '2:31 models["openai/x"].price.input'],
  ["a nameless model", "providers:\n  openai: { models: [a, {}] }\n", "2:25 providers.openai.models[1]"],
  ["an origin with a path", "allowed_origins: [http://a/b]\n", "1:19 allowed_origins[0]"],
  ["an unset variable", "data_dir: ${NOWHERE}\n", "1:11 data_dir"],
  ["a reference that is none", "data_dir: ${no-name}\n", "1:11 data_dir"],
  ["an unset variable behind an unknown key", "dta_dir: ${NOWHERE}\n", "1:1 dta_dir"],
  ["an alias without anchor", "data_dir: *x\n", "1:11 data_dir"],
  ["an anchor inside itself", "mcp_servers: &a { b: *a }\n", "1:22 mcp_servers.b"],
  ["an unclosed bracket", "allowed_hosts: [a,\nstrict: true\n", "2:1 "],
  ["an unknown tag", "data_dir: !secret x\n", "1:11 "],
  ["two documents", "strict: true\n---\nstrict: true\n", "2:1 "],
  ["a tab", "log:\n\tlevel: info\n", "2:1 "],
  [
    "many faults",
    "strikt: 1\nlog: { level: loud, formt: json }\nproviders:\n  opnai: {}\n  groq: { timeouts: { idle: x } }\nlisten: 1.2.3.4\n",
    "1:1 strikt",
    "2:15 log.level",
    "2:21 log.formt",
    "4:3 providers.opnai",
    "5:29 providers.groq.timeouts.idle",
    "6:9 listen",
  ],
];

describe("a configuration that is wrong", () => {
  test.each(faulty)("%s", async (_, text, ...places) => {
    expect(await faultsOf(text)).toEqual([...places]);
  });

  test("is told with file, place and what to write instead", async () => {
    const error = await read("strikt: true\n").catch((error_: unknown) => error_);
    expect(String(error)).toContain(`${join(folder, "perdix.yaml")}:1:1: strikt: unknown key; write strict`);
  });

  test("never quotes a value, which may be a key", async () => {
    const text =
      "providers:\n  openai: { api_key: [canary-1], headers: { authorization: { a: canary-2 } }, base_url: canary-3 }\n";
    const error = await read(text).catch((error_: unknown) => error_);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).not.toContain("canary");
  });

  test("may be a file that is not there", async () => {
    const surroundings = { environment: {}, home: folder, workingFolder: folder };
    const loading = loadConfiguration({ file: "nowhere.yaml", surroundings, vendors });
    await expect(loading).rejects.toThrow(/nowhere\.yaml: there is no such file/);
  });

  test("may be a flag", async () => {
    const surroundings = { environment: {}, home: folder, workingFolder: join(folder, "empty") };
    const loading = loadConfiguration({ surroundings, vendors, flags: { host: "0.0.0.0" } });
    await expect(loading).rejects.toThrow(/^--host: 0\.0\.0\.0 is reachable/);
  });
});

describe("a configuration that is right", () => {
  test("needs no file", async () => {
    const surroundings = {
      environment: { GROQ_API_KEY: "g-1" },
      home: "/people/someone",
      workingFolder: join(folder, "empty"),
    };
    const { configuration, file, warnings } = await loadConfiguration({ surroundings, vendors });
    expect({ file, warnings }).toEqual({ file: undefined, warnings: [] });
    expect(configuration).toMatchObject({
      host: "127.0.0.1",
      port: 4010,
      dataFolder: "/people/someone/.local/share/perdix",
      strict: false,
    });
    expect(configuration.providers).toMatchObject([
      { id: "groq", vendor: "groq", key: "g-1", keyFrom: "GROQ_API_KEY", source: "environment" },
    ]);
  });

  test("an empty file is as good as none", async () => {
    expect((await read("# nothing\n")).configuration.port).toBe(4010);
  });

  test("reads all there is", async () => {
    const { configuration, warnings } = await read(
      `listen: localhost:5000
data_dir: ~/data
providers:
  openai: { api_key: "\${KEY}", base_url: "http://127.0.0.1:1/v1/", api_version: "1", headers: { x-api-token: hush } }
  groq:
  together_ai: { disabled: true }
  box:
    type: openai-compatible
    base_url: http://127.0.0.1:8000/v1
    models: [small, { name: large, price: { input: 1, cache_read: 0.1 }, limits: { input_tokens: 9 } }]
    timeouts: { idle: 5 }
    quirks: { output_limit: max_tokens, think_tags: true, unsupported: [n] }
models:
  fast: { any_of: [openai/a, box/small] }
  together_ai/x: { attributes: { wit: 0.5 }, display_name: X }
mcp_servers: { files: { command: ls } }
strict: true
log: { level: debug, format: json }
limits: { body_megabytes: 1, drain_seconds: 0 }
timeouts: { total: 7 }
`,
      { environment: { KEY: " sk-1 ", TOGETHER_API_KEY: "t", GROQ_API_KEY: "g" } },
    );
    expect(configuration).toMatchObject({
      host: "localhost",
      port: 5000,
      dataFolder: "/people/someone/data",
      disabledProviders: ["together"],
      strict: true,
      log: { level: "debug", format: "json" },
      limits: { bodyBytes: 1_048_576, drain: 0 },
      timeouts: { headers: 600, idle: 300, total: 7 },
    });
    expect(configuration.providers).toMatchObject([
      {
        id: "openai",
        vendor: "openai",
        key: "sk-1",
        keyFrom: "KEY",
        baseUrl: "http://127.0.0.1:1/v1",
        apiVersion: "1",
      },
      { id: "groq", key: "g", keyFrom: "GROQ_API_KEY", source: "file" },
      {
        id: "box",
        models: ["small", "large"],
        timeouts: { headers: 600, idle: 5, total: 7 },
        traits: { outputLimit: "max_tokens", thinkTags: true, unsupported: ["n"] },
      },
    ]);
    expect(configuration.models).toEqual([
      { id: "box/small", provider: "box", name: "small", source: "configuration" },
      {
        id: "box/large",
        provider: "box",
        name: "large",
        inputTokenLimit: 9,
        price: { input: 1, cacheRead: 0.1 },
        source: "configuration",
      },
      {
        id: "together/x",
        provider: "together",
        name: "x",
        displayName: "X",
        attributes: { wit: 0.5 },
        source: "configuration",
      },
    ]);
    expect([...configuration.aliases]).toEqual([["fast", ["openai/a", "box/small"]]]);
    expect(warnings.map(formatProblem)).toEqual([expect.stringContaining("mcp_servers: not yet used by this version")]);
    expect(secretsOf(configuration)).toEqual(["sk-1", "hush", "g"]);
  });

  test("a key's variable that is not set means no key, and a warning", async () => {
    const { configuration, warnings } = await read('providers:\n  openai: { api_key: "${NOWHERE}" }\n');
    expect(configuration.providers).toMatchObject([{ id: "openai" }]);
    expect(configuration.providers[0]).not.toHaveProperty("key");
    expect(warnings).toMatchObject([{ line: 2, column: 22, path: "providers.openai.api_key", unset: "NOWHERE" }]);
  });

  test("a key of the environment goes to no other server of the vendor's type", async () => {
    const text = "providers:\n  mine: { type: openai, base_url: http://127.0.0.1:1/v1 }\n";
    const { configuration } = await read(text, { environment: { OPENAI_API_KEY: "sk-1" } });
    expect(configuration.providers.map(({ id, vendor, key }) => [id, vendor, key])).toEqual([
      ["mine", "openai", undefined],
      ["openai", "openai", "sk-1"],
    ]);
  });

  test("takes address and version from the vendor's variables, the address only if it is one", async () => {
    const environment = { AZURE_KEY: "k-1", AZURE_URL: "https://x.example", AZURE_VERSION: "2024-10-21" };
    const good = await read("", { environment });
    expect(good.configuration.providers).toMatchObject([
      { id: "azure", baseUrl: "https://x.example", apiVersion: "2024-10-21" },
    ]);
    const bad = await read("", { environment: { ...environment, AZURE_URL: "x" } });
    expect(bad.configuration.providers[0]).not.toHaveProperty("baseUrl");
    expect(bad.warnings).toMatchObject([{ path: "$AZURE_URL" }]);
  });

  test("fills variables into values only, and numbers stay numbers", async () => {
    const text = '# ${NOWHERE}\nlimits: { drain_seconds: "${DRAIN:-5}" }\nstrict: ${STRICT}\ndata_dir: /a/$${b}\n';
    const { configuration } = await read(text, { environment: { STRICT: "true", b: "x" } });
    expect(configuration).toMatchObject({ strict: true, limits: { drain: 5 }, dataFolder: "/a/${b}" });
    expect(await faultsOf("strict: ${STRICT}\n", { environment: { STRICT: "perhaps" } })).toEqual(["1:9 strict"]);
  });

  test("a value cannot smuggle YAML in", async () => {
    const { configuration } = await read("data_dir: ${DIR}\n", { environment: { DIR: "/a\nstrict: true" } });
    expect(configuration.strict).toBe(false);
  });

  test("flags go before the file", async () => {
    const flags = { port: 0, host: "::1", dataFolder: "here" };
    const { configuration } = await read("listen: 127.0.0.1:1\ndata_dir: /there\n", { flags });
    expect(configuration).toMatchObject({ host: "::1", port: 0, dataFolder: join(folder, "here") });
  });

  test("a loopback flag rescues a file that is not", async () => {
    const { configuration } = await read("listen: 0.0.0.0:1\n", { flags: { host: "127.0.0.1" } });
    expect(configuration).toMatchObject({ host: "127.0.0.1", port: 1 });
  });

  test("the working folder goes before the user's, and --config before both", async () => {
    const [home, working] = [join(folder, "home"), join(folder, "working")];
    mkdirSync(join(home, ".config", "perdix"), { recursive: true });
    mkdirSync(working);
    const surroundings = { environment: {}, home, workingFolder: working };
    const portOf = async (file?: string) =>
      (await loadConfiguration({ surroundings, vendors, ...(file !== undefined && { file }) })).configuration.port;
    expect(await portOf()).toBe(4010);
    writeFileSync(join(home, ".config", "perdix", "perdix.yaml"), "listen: 1\n");
    expect(await portOf()).toBe(1);
    writeFileSync(join(working, "perdix.yaml"), "listen: 2\n");
    expect(await portOf()).toBe(2);
    writeFileSync(join(working, "other.yaml"), "listen: 3\n");
    expect(await portOf("other.yaml")).toBe(3);
  });
});
