import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type House, ask, openHouse } from "./house.ts";
import type { Json, JsonObject } from "./row.ts";

// Milliseconds; for slow machines.
setDefaultTimeout(60_000);

const hello = [{ role: "user", content: "hello" }];

let house: House;
beforeAll(async () => void (house = await openHouse()));
afterAll(() => house.stop());

/** The body that reaches the upstream. */
async function arrivalOf(body: JsonObject): Promise<JsonObject> {
  const { arrivals, message } = await ask(house, house.lenient, { messages: hello, ...body });
  const [arrival] = arrivals;
  if (arrival === undefined) throw new Error(`nothing arrived: ${message}`);
  return arrival.body;
}

const withSettings = (settings: JsonObject, rest: JsonObject = {}): JsonObject => ({
  model: { model: "openai/m", settings },
  ...rest,
});

describe("settings of one model", () => {
  test("win over the request's own fields, null excepted", async () => {
    const body = withSettings({ temperature: 0.1, top_p: null, stop: "a" }, { temperature: 1, top_p: 0.5, seed: 3 });
    expect(await arrivalOf(body)).toMatchObject({ temperature: 0.1, top_p: 0.5, stop: "a", seed: 3 });
  });

  test("hold for their model alone when another answers", async () => {
    const model = [
      { model: "missing/m", settings: { temperature: 0.1, seed: 1, extra_headers: { "x-mine": "first" } } },
      { model: "openai/m", settings: { temperature: 0.2, extra_query: { place: 2 } } },
    ];
    const { status, arrivals } = await ask(house, house.lenient, {
      model,
      messages: hello,
      temperature: 1,
      top_p: 0.5,
    });
    const [first, second] = arrivals;
    expect(status).toBe(200);
    expect(first?.body).toMatchObject({ temperature: 0.1, top_p: 0.5, seed: 1 });
    expect([first?.headers.get("x-mine"), first?.url.search]).toEqual(["first", ""]);
    expect(second?.body).toMatchObject({ temperature: 0.2, top_p: 0.5 });
    expect(second?.body).not.toHaveProperty("seed");
    expect([second?.headers.get("x-mine") ?? null, second?.url.search]).toEqual([null, "?place=2"]);
  });

  test("that one model cannot honour lead to the next", async () => {
    const model = [{ model: "lacking/m", settings: { n: 2 } }, "openai/m"];
    const { status, arrivals } = await ask(house, house.lenient, { model, messages: hello });
    expect([status, arrivals.length, arrivals[0]?.body["n"]]).toEqual([200, 1, undefined]);
  });

  test.each<[JsonObject, Readonly<Record<string, Json | undefined>>]>([
    [{ tool_choice: "any" }, { tool_choice: "required" }],
    [{ tool_choice: { type: "tool", name: "f" } }, { tool_choice: { type: "function", function: { name: "f" } } }],
    [{ metadata: { a: 1 } }, { metadata: { a: "1" } }],
    [{ voice: "ash", output_audio_format: "mp3" }, { audio: { voice: "ash", format: "mp3" } }],
    [{ structured_output: true }, { response_format: { type: "json_object" } }],
    [{ structured_output: false }, { response_format: undefined }],
    [{ extra_args: { model: "other", messages: [], stream: true, own: 1 } }, { model: "m", messages: hello, own: 1 }],
    [{ stream_options: { include_usage: true } }, { stream_options: undefined }],
  ])("%j", async (settings, expected) => {
    const body = await arrivalOf(withSettings(settings));
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, body[key] as Json]))).toEqual(
      expected as JsonObject,
    );
  });

  test("say their system instruction in place of the request's", async () => {
    const body = withSettings({ system_instruction: "short" }, { system_instruction: "long" });
    expect(await arrivalOf(body)).toMatchObject({ messages: [{ role: "system", content: "short" }, ...hello] });
  });

  test("never act on authentication, host or connection", async () => {
    const extra_headers = { Authorization: "Bearer theirs", "x-api-key": "theirs", Host: "elsewhere", "x-mine": 1 };
    const body = { ...withSettings({ extra_headers }), messages: hello };
    const { arrivals, warnings } = await ask(house, house.lenient, body);
    const { headers } = arrivals[0] ?? {};
    expect([headers?.get("authorization"), headers?.get("x-api-key"), headers?.get("x-mine")]).toEqual([
      "Bearer operator",
      null,
      "1",
    ]);
    expect(headers?.get("host")).toStartWith("127.0.0.1:");
    expect(warnings).toContain("extra_headers.Authorization");
    expect(await ask(house, house.strict, body)).toMatchObject({ status: 400, param: "model" });
  });

  test("set the longest duration of the call", async () => {
    const { status } = await ask(house, house.lenient, { ...withSettings({ timeout: 86_400 }), messages: hello });
    expect(status).toBe(200);
  });
});

describe("aliases", () => {
  test.each<[JsonObject, Json]>([
    [{ input: "hello" }, hello],
    [{ input: hello }, hello],
    [{ messages: "hello" }, hello],
    [{ messages: hello, input: "ignored" }, hello],
    [{ messages: null, input: "hello" }, hello],
    [
      { messages: [{ role: "system", content: "old" }, ...hello], instructions: "new", system: "no" },
      [{ role: "system", content: "new" }, ...hello],
    ],
  ])("%j", async (said, messages) => {
    expect(await arrivalOf({ messages: null, model: "openai/m", ...said })).toEqual({ model: "m", messages });
  });
});

test("a vendor's own spelling", async () => {
  const body = {
    model: "mistral/m",
    messages: [{ role: "developer", content: "be brief" }, ...hello],
    tool_choice: "required",
    max_completion_tokens: 5,
    safe_prompt: true,
  };
  expect(await arrivalOf(body)).toEqual({
    model: "m",
    messages: [{ role: "system", content: "be brief" }, ...hello],
    tool_choice: "any",
    max_tokens: 5,
    safe_prompt: true,
  });
});

test("what nobody here has heard of reaches the upstream, names of settings beside messages included", async () => {
  const unheard = { unheard_of: { a: [null] }, reasoning: { effort: "high" }, voice: null, provider: { order: ["x"] } };
  expect(await arrivalOf({ model: "openai/m", ...unheard })).toEqual({ model: "m", messages: hello, ...unheard });
});
