import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { complete, type WireAnswer } from "./curl.ts";
import { saying, type Script } from "./scripted-upstream.ts";
import { list, type Loose, loose } from "./shape.ts";
import { callerKey, keyOf, setStage, type Stage, testSoundness } from "./stage.ts";

const refusal = {
  status: 500,
  body: { error: { message: "the first is broken", type: "server_error", code: "broken" } },
  headers: { "retry-after": "0" },
};

const scripts: Readonly<Record<string, Script>> = {
  hi: saying("Hi from the script."),
  again: saying("Hi again."),
  fall: saying("The second speaks."),
  "fall @broken": { refusal },
  "all fall": { refusal },
  keys: saying("Keys."),
  "keys @broken": { refusal },
};

const isFinal = (chunk: Loose) => list(chunk["choices"]).every((choice) => loose(choice)["finish_reason"] !== null);
const user = (content: string) => [{ role: "user", content }];
const textOf = ({ body }: WireAnswer) => loose(loose(list(body["choices"])[0])["message"])["content"];

describe("what a client says reaches the right upstream", () => {
  let stage: Stage;
  const ask = (body: Loose, headers?: Readonly<Record<string, string>>) => complete(stage.url, body, headers);
  const heard = (prompt: string) => stage.scripted.received(prompt).at(-1);
  const keyHeard = (prompt: string) => heard(prompt)?.headers.get("authorization");
  beforeAll(async () => {
    stage = await setStage(scripts);
  }, 60_000);
  afterAll(() => stage.close());

  const aliases: Readonly<Record<string, readonly [said: Loose, sent: readonly Loose[]]>> = {
    "input as text": [{ input: "hi" }, user("hi")],
    "input as messages": [{ input: user("hi") }, user("hi")],
    "messages as text": [{ messages: "hi" }, user("hi")],
    system: [{ system: "Be brief.", messages: user("hi") }, [{ role: "system", content: "Be brief." }, ...user("hi")]],
    "instructions, before system messages": [
      { instructions: "Be brief.", messages: [{ role: "system", content: "Be long." }, ...user("hi")] },
      [{ role: "system", content: "Be brief." }, ...user("hi")],
    ],
    "system_instruction of Google": [
      { system_instruction: { parts: [{ text: "Be brief." }] }, messages: user("hi") },
      [{ role: "system", content: "Be brief." }, ...user("hi")],
    ],
  };
  for (const model of ["script/m", "tagged-script/m"]) {
    for (const [name, [said, sent]] of Object.entries(aliases)) {
      test(`alias ${name}, ${model}`, async () => {
        expect(textOf(await ask({ model, ...said }))).toBe("Hi from the script.");
        const body = heard("hi")?.body ?? {};
        expect(body["messages"]).toEqual(sent);
        const rest = Object.keys(body).filter((key) =>
          ["input", "system", "instructions", "system_instruction"].includes(key),
        );
        expect(rest).toEqual([]);
      });
    }
    test(`the caller's key stays here, the provider's own goes out: ${model}`, async () => {
      await ask({ model, messages: user("hi") }, { "x-api-key": callerKey, cookie: `session=${callerKey}` });
      expect(keyHeard("hi")).toBe(`Bearer ${keyOf(model.slice(0, -2))}`);
      expect([...(heard("hi")?.headers ?? [])].filter(([, value]) => value.includes(callerKey))).toEqual([]);
    });
  }

  for (const stream of [false, true]) {
    const way = stream ? "streamed" : "plain";
    test(`the next of a list answers where the first fails, ${way}`, async () => {
      const answer = await ask({ model: ["script/broken", "tagged-script/m"], messages: user("fall"), stream });
      expect(textOf(answer)).toBe("The second speaks.");
      expect(answer.headers.get("x-perdix-model")).toBe("tagged-script/m");
    });
    test(`an upstream that is not there is passed over, ${way}`, async () => {
      const answer = await ask({ model: ["dead/m", "script/m"], messages: user("fall"), stream });
      expect({ text: textOf(answer), model: answer.headers.get("x-perdix-model") }).toEqual({
        text: "The second speaks.",
        model: "script/m",
      });
    });
    test(`where all fail the first error is told with every attempt, ${way}`, async () => {
      const { status, body } = await ask({ model: ["script/broken", "dead/m"], messages: user("all fall"), stream });
      expect(status).toBe(500);
      expect(body["error"]).toMatchObject({
        message: expect.stringContaining("the first is broken"),
        code: "broken",
        provider: "script",
      });
      const models = list(loose(body["error"])["attempts"]).map((attempt) => loose(attempt)["model"]);
      expect(models).toContain("script/broken");
      expect(models).toContain("dead/m");
    });
    test(`a tool server nobody configured is told of, and the answer comes, ${way}`, async () => {
      const options = stream ? { stream, stream_options: { include_usage: true } } : {};
      const answer = await ask({
        model: "script/m",
        messages: user("hi"),
        mcp_servers: ["org/absent", { slug: "org/other" }],
        ...options,
      });
      const { message, code } = loose(loose(answer.body["mcp_server_errors"])["org/absent"]);
      expect({ text: textOf(answer), code, isText: typeof message === "string" }).toEqual({
        text: "Hi from the script.",
        code: "SERVER_NOT_FOUND",
        isText: true,
      });
      expect(Object.keys(loose(answer.body["mcp_server_errors"]))).toEqual(["org/absent", "org/other"]);
      const carriers = answer.chunks.filter((chunk) => "mcp_server_errors" in chunk);
      expect(carriers.every(isFinal)).toBe(true);
      expect(carriers).toHaveLength(stream ? 2 : 0);
    });
  }

  test("a key the client brings goes to its provider alone", async () => {
    const messages = user("keys");
    await ask({ model: "m", messages }, { "x-provider": "tagged-script", "x-provider-key": "brought" });
    expect(keyHeard("keys")).toBe("Bearer brought");
    await ask({ model: "script/m", messages }, { "x-provider-key": "brought" });
    expect(keyHeard("keys")).toBe("Bearer brought");
    const { headers } = await ask(
      { model: ["script/broken", "tagged-script/m"], messages },
      { "x-provider-key": "brought", "x-provider": "script" },
    );
    expect(headers.get("x-perdix-model")).toBe("tagged-script/m");
    expect(stage.scripted.received("keys").at(-2)?.headers.get("authorization")).toBe("Bearer brought");
    expect(keyHeard("keys")).toBe(`Bearer ${keyOf("tagged-script")}`);
  });
  test("an unknown provider for a brought key is a 400 that lists those there are", async () => {
    const { status, body } = await ask(
      { model: "m", messages: user("keys") },
      { "x-provider": "nobody", "x-provider-key": "brought" },
    );
    expect(status).toBe(400);
    expect(loose(body["error"])["message"]).toContain("tagged-script");
  });
  test("X-Provider-Model names the model", async () => {
    await ask(
      { model: "other", messages: user("keys") },
      { "x-provider": "script", "x-provider-key": "k", "x-provider-model": "chosen" },
    );
    expect(heard("keys")?.body["model"]).toBe("chosen");
  });
  test("the settings of one model hold for it, over the request's own, and act on its call alone", async () => {
    const settings = {
      temperature: 0.25,
      extra_headers: { "x-extra": "yes", authorization: "Bearer stolen" },
      extra_query: { q: "1" },
      extra_args: { x_arg: [1] },
    };
    const answer = await ask({
      model: [{ model: "script/m", settings }, "tagged-script/m"],
      temperature: 1,
      messages: user("again"),
    });
    const received = heard("again");
    expect(textOf(answer)).toBe("Hi again.");
    expect(received?.body).toMatchObject({ model: "m", temperature: 0.25, x_arg: [1] });
    expect(received?.path).toEndWith("?q=1");
    expect(received?.headers.get("x-extra")).toBe("yes");
    expect(keyHeard("again")).toBe(`Bearer ${keyOf("script")}`);
    expect(answer.headers.get("x-perdix-warnings")).toContain("authorization");
  });
  test("a list of one is that one; an alias is what it stands for", async () => {
    for (const [model, candidate] of [
      [["script/m"], "script/m"],
      ["either", "script/m"],
    ] as const) {
      const { headers } = await ask({ model, messages: user("hi") });
      expect(headers.get("x-perdix-model")).toBe(candidate);
    }
  });
  test("a field of one vendor goes to it alone; elsewhere it is dropped with a warning", async () => {
    const vendor = await ask({ model: "mistral/m", messages: user("hi"), safe_prompt: true });
    expect({ sent: heard("hi")?.body["safe_prompt"], warnings: vendor.headers.get("x-perdix-warnings") }).toEqual({
      sent: true,
      warnings: null,
    });
    const other = await ask({ model: "openai/m", messages: user("hello"), safe_prompt: true });
    expect(other.headers.get("x-perdix-warnings")).toContain("safe_prompt");
    expect(stage.aimock.getLastRequest()?.body).not.toHaveProperty("safe_prompt");
  });
  test("what would change the answer is refused by name where the model has it not", async () => {
    const { status, body } = await ask({
      model: "openai/m",
      messages: user("hello"),
      cached_content: "cachedContents/1",
    });
    expect(status).toBe(400);
    expect(body["error"]).toMatchObject({ param: "cached_content" });
  });
  test("what has no effect is said in x-perdix-warnings", async () => {
    const { headers } = await ask({
      model: "script/m",
      messages: user("hi"),
      top_logprobs: 2,
      agent_attributes: { accuracy: 1 },
    });
    expect(headers.get("x-perdix-warnings")).toMatch(/top_logprobs.*; .*agent_attributes/);
  });
  testSoundness(() => stage);
});
