import { afterEach, describe, expect, test } from "bun:test";
import {
  type Asking,
  closeUpstreams,
  REPLY,
  collect,
  connect,
  failure,
  json,
  never,
  turn,
  upstream,
  vendor,
} from "../../test/rig/transport.ts";

afterEach(closeUpstreams);

const sent = (head: string | undefined) => /authorization: (.*)/i.exec(head ?? "")?.[1];

const listed = async (body: unknown, name = "box") => {
  const { url, seen } = await upstream((socket) => socket.write(json(JSON.stringify(body))));
  const provider = name === "box" ? connect({ baseUrl: url }) : connect({ baseUrl: url, key: "k" }, vendor(name));
  return { models: await provider.listModels(never), path: seen[0]?.head.split(" ")[1] };
};

describe("a key", () => {
  test("that is missing is named with what to set", () => {
    expect(connect({}, vendor("openai")).missing(undefined)).toBe(
      "no key for openai: set OPENAI_API_KEY or providers.openai.api_key",
    );
    expect(connect({ key: "k" }, vendor("openai")).missing(undefined)).toBeUndefined();
    expect(connect({}, vendor("ollama")).missing(undefined)).toBeUndefined();
    expect(connect({ key: "k" }, vendor("azure")).missing(undefined)).toBe(
      "no base URL for azure: set AZURE_OPENAI_ENDPOINT or providers.azure.base_url",
    );
  });

  test("with a character no header can carry is refused without being quoted", async () => {
    const provider = connect({ key: "sk-abc\n" }, vendor("openai"));
    expect(provider.missing(undefined)).not.toContain("sk-abc");
    const error = await failure(provider.ask(turn(), never));
    expect(error.code).toBe("provider_key_missing");
    expect(error.message).not.toContain("sk-abc");
  });

  test("that the provider repeats is not in the error", async () => {
    const key = "sk-0123456789";
    const body = JSON.stringify({ error: { message: `Incorrect API key provided: ${key}`, code: "invalid_api_key" } });
    const { url } = await upstream((socket) => socket.write(json(body, 401)));
    const error = await failure(connect({ baseUrl: url, key }, vendor("openai")).ask(turn(), never));
    expect(error).toMatchObject({ code: "upstream_error", message: "Incorrect API key provided: [redacted]" });
    expect(JSON.stringify(error.details)).not.toContain(key);
    expect(error.details.upstream).toMatchObject({ provider: "openai", status: 401, code: "invalid_api_key" });
  });

  test("that the client brings goes to its provider, by any spelling, and to no other", async () => {
    const { url, seen } = await upstream((socket) => socket.write(json(REPLY)));
    const own = { baseUrl: url, key: "own" };
    const together = connect(own, vendor("together"));
    const ask = (asking: Asking, provider = together) =>
      collect(provider.ask(turn({ name: "together_ai/m", ...asking }), never));
    await ask({ brought: { provider: "together_ai", key: "theirs" } });
    await ask({ brought: { provider: "groq", key: "theirs" } });
    await ask({ brought: { key: "theirs" } });
    await ask({ brought: { key: "theirs" } }, connect(own, vendor("groq")));
    await ask({ brought: { key: "theirs" }, name: "m" });
    expect(seen.map(({ head }) => sent(head))).toEqual([
      "Bearer theirs",
      "Bearer own",
      "Bearer theirs",
      "Bearer own",
      "Bearer theirs",
    ]);
    const keyless = connect({}, vendor("groq"));
    expect(keyless.missing({ provider: "groq", key: "theirs" })).toBeUndefined();
    expect(keyless.missing({ provider: "openai", key: "theirs" })).toContain("no key for groq");
  });

  test("that the client brings stands over a header of the operator", async () => {
    const { url, seen } = await upstream((socket) => socket.write(json(REPLY)));
    const provider = connect({ baseUrl: url, headers: { Authorization: "Bearer own" } });
    await collect(provider.ask(turn({ brought: { provider: "box", key: "theirs" } }), never));
    await collect(provider.ask(turn(), never));
    expect(seen.map(({ head }) => sent(head))).toEqual(["Bearer theirs", "Bearer own"]);
  });

  test("of the operator is not replaced by settings of a request", async () => {
    const { url, seen } = await upstream((socket) => socket.write(json(REPLY)));
    const provider = connect({ baseUrl: url, key: "own", headers: { "X-Team": "a" } });
    const settings = { extra_headers: { Authorization: "Bearer other", "x-team": "b" }, extra_query: { v: "1" } };
    await collect(provider.ask(turn({ settings }), never));
    expect(sent(seen[0]?.head)).toBe("Bearer own");
    expect(seen[0]?.head).toMatch(/x-team: b/i);
    expect(seen[0]?.head).toStartWith("POST /v1/chat/completions?v=1 ");
  });
});

describe("azure", () => {
  test("is asked by deployment with an api-version, else by the newer path, with its own key header", async () => {
    const { url, seen } = await upstream((socket) => socket.write(json(REPLY)));
    const baseUrl = url.replace("/v1", "/");
    const azure = vendor("azure");
    await collect(
      connect({ baseUrl, key: "k", apiVersion: "2024-12-01-preview" }, azure).ask(turn({ model: "my gpt" }), never),
    );
    await collect(connect({ baseUrl, key: "k" }, azure).ask(turn(), never));
    await collect(connect({ baseUrl: `${baseUrl}openai/v1/`, key: "k" }, azure).ask(turn(), never));
    expect(seen.map(({ head }) => head.split(" ")[1])).toEqual([
      "/openai/deployments/my%20gpt/chat/completions?api-version=2024-12-01-preview",
      "/openai/v1/chat/completions",
      "/openai/v1/chat/completions",
    ]);
    expect(seen[0]?.head).toMatch(/^api-key: k/im);
    expect(seen[0]?.head).not.toMatch(/^authorization:/im);
  });
});

describe("a listing", () => {
  test("is read in the shapes vendors give it", async () => {
    const { models, path } = await listed({
      object: "list",
      data: [{ id: "a/b", created: 5, owned_by: "o", max_model_len: 8 }],
    });
    expect(path).toBe("/v1/models");
    expect(models).toEqual([
      { id: "box/a/b", provider: "box", name: "a/b", ownedBy: "o", created: 5, inputTokenLimit: 8, source: "upstream" },
    ]);
    const cohere = await listed(
      {
        models: [
          { name: "command-a", endpoints: ["chat"], context_length: 9 },
          { name: "embed", endpoints: ["embed"] },
        ],
      },
      "cohere",
    );
    expect(cohere.path).toBe("/v1/models");
    expect(cohere.models.map(({ name }) => name)).toEqual(["command-a"]);
    const github = await listed(
      [
        {
          id: "openai/gpt-4.1",
          name: "GPT-4.1",
          publisher: "OpenAI",
          limits: { max_input_tokens: 7, max_output_tokens: 3 },
        },
      ],
      "github",
    );
    expect(github.path).toBe("/catalog/models");
    expect(github.models[0]).toMatchObject({
      displayName: "GPT-4.1",
      ownedBy: "OpenAI",
      inputTokenLimit: 7,
      outputTokenLimit: 3,
    });
  });

  test("that is none, or cannot be had, throws", async () => {
    const { url } = await upstream((socket) => socket.write(json('{"ok":true}')));
    expect((await failure(connect({ baseUrl: url }).listModels(never))).code).toBe("upstream_invalid");
    const { url: broken } = await upstream((socket) => socket.write(json('{"error":{"message":"no"}}', 401)));
    expect((await failure(connect({ baseUrl: broken }).listModels(never))).code).toBe("upstream_error");
    expect((await failure(connect({}, vendor("openai")).listModels(never))).code).toBe("provider_key_missing");
  });

  test("of the configuration wins, and nobody is asked", async () => {
    const models = await connect({ baseUrl: "http://127.0.0.1:1/v1", models: ["qwen3-8b"] }).listModels(never);
    expect(models).toEqual([{ id: "box/qwen3-8b", provider: "box", name: "qwen3-8b", source: "configuration" }]);
  });
});
