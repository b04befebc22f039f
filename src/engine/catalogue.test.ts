import { expect, test } from "bun:test";
import { GatewayError } from "../spec/error.ts";
import type { Model } from "../spec/model.ts";
import type { Provider } from "../spec/provider.ts";
import type { ChatRequest } from "../spec/request.ts";
import { createCatalogue } from "./catalogue.ts";
import { planCandidates } from "./plan.ts";

const model = (owner: string, name: string, source: Model["source"] = "upstream"): Model => ({
  id: `${owner}/${name}`,
  provider: owner,
  name,
  source,
});

function provider(
  id: string,
  options: { readonly listed?: readonly string[]; readonly key?: boolean } = {},
): Provider & { asked: number } {
  const { listed = [], key = true } = options;
  return {
    id,
    asked: 0,
    dialect: "openai-chat",
    relays: true,
    ask: async () => [],
    async listModels() {
      this.asked++;
      return listed.map((name) => model(id, name));
    },
    missing: (brought) => (key || brought ? undefined : `no key for ${id}`),
  };
}

const known = async () => ({
  list: (id: string) => (id === "openai" ? [model("openai", "gpt-5", "prices")] : []),
  find: (id: string, name: string) =>
    id === "openai" && name.startsWith("gpt-5") ? model("openai", name, "prices") : undefined,
});

function setUp(clock = { now: 0 }) {
  const providers = {
    openai: provider("openai"),
    together: provider("together", { listed: ["meta/llama", "shared"] }),
    box: provider("box", { listed: ["qwen", "shared"] }),
    groq: provider("groq", { key: false, listed: ["only-groq"] }),
    sim: provider("sim", { listed: ["echo"] }),
  };
  const catalogue = createCatalogue({
    providers: Object.values(providers),
    spellings: new Map([["together_ai", "together"]]),
    vendors: new Map(["openai", "together", "groq"].map((id) => [id, id])),
    configured: [model("box", "qwen3-8b", "configuration")],
    now: () => clock.now,
    knownModels: known,
  });
  const resolve = async (name: string, hint: { readonly provider?: string; readonly brought?: boolean } = {}) => {
    try {
      const { provider: found, model: upstream } = await catalogue.resolve(name, { brought: false, ...hint });
      return `${found.id} ${upstream}`;
    } catch (error) {
      return error instanceof GatewayError ? `${error.code}: ${error.message}` : "bug";
    }
  };
  return { catalogue, providers, resolve };
}

test.each([
  ["openai/gpt-9-unheard-of", "openai gpt-9-unheard-of"],
  ["together/meta/llama", "together meta/llama"],
  ["together_ai/meta/llama", "together meta/llama"],
  ["sim/echo", "sim echo"],
  ["gpt-5", "openai gpt-5"],
  ["gpt-5-2025-08-07", "openai gpt-5-2025-08-07"],
  ["qwen3-8b", "box qwen3-8b"],
  ["qwen", "box qwen"],
  ["meta/llama", "together meta/llama"],
])("%s is %s", async (name, expected) => {
  expect(await setUp().resolve(name)).toBe(expected);
});

test.each([
  ["shared", "together/shared or box/shared"],
  ["gpt", "Did you mean openai/gpt-5?"],
  ["llama", "together/meta/llama"],
  ["nothing-like-it", "GET /v1/models"],
  ["nobody/claude", 'no provider "nobody" either; providers are openai, together'],
  ["echo", "There is no model"],
  ["only-groq", "There is no model"],
])("%s is a 404 that says %s", async (name, hint) => {
  const said = await setUp().resolve(name);
  expect(said).toStartWith("model_not_found: ");
  expect(said).toContain(hint);
});

test("a provider that the client names settles it", async () => {
  const { resolve } = setUp();
  expect(await resolve("shared", { provider: "box" })).toBe("box shared");
  expect(await resolve("box/shared", { provider: "box" })).toBe("box shared");
  expect(await resolve("shared", { provider: "nobody" })).toStartWith("invalid_request: ");
});

test("with a brought key providers without one of their own are looked at too", async () => {
  expect(await setUp().resolve("only-groq", { brought: true })).toBe("groq only-groq");
});

test("upstreams are asked for their lists at most every five minutes", async () => {
  const clock = { now: 0 };
  const { catalogue, providers } = setUp(clock);
  await catalogue.list();
  await catalogue.list();
  expect(providers.box.asked).toBe(1);
  clock.now = 300_001;
  await catalogue.list();
  expect(providers.box.asked).toBe(2);
});

test("a provider that cannot be asked lists nothing, to whoever asks at the same time too", async () => {
  const clock = { now: 0 };
  const { catalogue, providers, resolve } = setUp(clock);
  providers.together.listModels = async function (this: { asked: number }) {
    this.asked++;
    throw new GatewayError("upstream_unreachable", "nobody there");
  };
  expect(await Promise.all([resolve("qwen"), resolve("qwen"), resolve("nothing-like-it")])).toEqual([
    "box qwen",
    "box qwen",
    expect.stringContaining("model_not_found"),
  ]);
  await catalogue.list();
  expect(providers.together.asked).toBe(1);
  clock.now = 10_001;
  await catalogue.list();
  expect(providers.together.asked).toBe(2);
});

test("the list leaves out what has no key", async () => {
  const ids = (await setUp().catalogue.list()).map(({ id }) => id);
  expect(ids).toContain("box/qwen3-8b");
  expect(ids).toContain("openai/gpt-5");
  expect(ids).not.toContain("groq/only-groq");
});

test("a plan passes over what cannot be asked, follows aliases, and names each model once", async () => {
  const { catalogue } = setUp();
  const request = {
    models: [{ name: "groq/x" }, { name: "fast" }, { name: "openai/gpt-5" }],
  } as unknown as ChatRequest;
  const aliases = new Map([
    ["fast", ["quick", "box/qwen"]],
    ["quick", ["openai/gpt-5", "fast"]],
  ]);
  const plan = await planCandidates(request, catalogue, aliases);
  expect(plan.candidates.map(({ id }) => id)).toEqual(["openai/gpt-5", "box/qwen"]);
  expect(plan.rejected.map(({ id }) => id)).toContain("groq/x");
});

test("a plan of nothing throws the first reason", async () => {
  const { catalogue } = setUp();
  const request = { models: [{ name: "groq/x" }, { name: "nothing-like-it" }] } as unknown as ChatRequest;
  expect(planCandidates(request, catalogue, new Map())).rejects.toMatchObject({ code: "provider_key_missing" });
});
