import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../spec/json.ts";
import { type Wire, ask, chunks, first, reply, simulate, user } from "../../../test/rig/simulator.ts";

const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } },
      required: ["city", "days"],
    },
  },
};
const clock = { type: "function", function: { name: "clock" } };
const named = (name: string) => ({ type: "function", function: { name } });

const format = (schema: JsonObject) => ({
  response_format: { type: "json_schema", json_schema: { name: "a", schema } },
});

describe("sim/echo", () => {
  test("says what the user said last, and that it is a simulator", async () => {
    const { choices, system_fingerprint, usage } = await reply({});
    expect(choices[0]).toMatchObject({ message: { content: "hello world" }, finish_reason: "stop" });
    expect(system_fingerprint).toBe("sim");
    expect(usage.completion_tokens).toBe(3);
    const listing = await simulate(new Request("http://simulator.invalid/v1/models"));
    const { data } = (await listing.json()) as { readonly data: readonly JsonObject[] };
    expect(data.map(({ id, owned_by }) => [id, owned_by])).toEqual([
      ["echo", "perdix simulator"],
      ["script", "perdix simulator"],
    ]);
  });

  test("names what is no text", async () => {
    const parts = [
      { type: "text", text: "see" },
      { type: "image_url", image_url: { url: "https://a.example/b" } },
    ];
    expect((await first(user(parts))).message.content).toBe("see\n[image]");
  });

  test("gives the same request the same answer, and another request another id", async () => {
    expect(await reply({})).toEqual(await reply({}));
    expect((await reply({})).id).not.toBe((await reply(user("x"))).id);
  });

  test("honours stop, max_tokens, n and logprobs", async () => {
    expect(await first({ stop: ["zz", " wor"] })).toMatchObject({
      message: { content: "hello" },
      finish_reason: "stop",
    });
    expect(await first({ max_tokens: 2 })).toMatchObject({ message: { content: "hello wo" }, finish_reason: "length" });
    expect((await reply({ n: 3 })).choices.length).toBe(3);
    expect((await first({ logprobs: true })).logprobs?.content.map(({ token }) => token)).toEqual([
      "hell",
      "o wo",
      "rld",
    ]);
    expect((await first({})).logprobs).toBeNull();
  });

  test("answers in JSON where that is asked for", async () => {
    expect((await first({ response_format: { type: "json_object" } })).message.content).toBe('{"echo":"hello world"}');
    expect((await first({ ...user('{"a":1}'), response_format: { type: "json_object" } })).message.content).toBe(
      '{"a":1}',
    );
    expect((await first(format(weather.function.parameters))).message.content).toBe('{"city":"","days":1}');
  });

  test("calls tools as the user writes it, several at once, unless told otherwise", async () => {
    const lines = user('call weather {"city":"Rome","days":2}\ncall clock');
    const tools = { tools: [weather, clock] };
    const called = async (body: JsonObject) =>
      (await first({ ...tools, ...body })).message.tool_calls?.map(({ function: { name, arguments: input } }) => [
        name,
        input,
      ]);
    expect(await called(lines)).toEqual([
      ["weather", '{"city":"Rome","days":2}'],
      ["clock", "{}"],
    ]);
    expect((await called({ ...lines, parallel_tool_calls: false }))?.length).toBe(1);
    expect(await called({ ...lines, tool_choice: "none" })).toBeUndefined();
    expect(await called({ ...user("call nobody {}") })).toBeUndefined();
    expect(await called({ tool_choice: "required" })).toEqual([["weather", '{"city":"","days":1}']]);
    expect(await called({ tool_choice: named("clock") })).toEqual([["clock", "{}"]]);
    expect((await first({ ...tools, tool_choice: "required" })).finish_reason).toBe("tool_calls");
  });

  test("answers with what tools gave", async () => {
    const messages = [
      { role: "user", content: "call clock" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c", type: "function", function: { name: "clock", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c", content: "noon" },
    ];
    expect(await first({ messages, tools: [clock] })).toMatchObject({
      message: { content: "noon" },
      finish_reason: "stop",
    });
  });

  test("streams what it would say plain, with usage only where asked for", async () => {
    const said = await chunks({});
    const deltas = said.flatMap((chunk) => (chunk === "[DONE]" ? [] : (chunk["choices"] as readonly JsonObject[])));
    expect(deltas.map(({ delta }) => (delta as JsonObject)["content"] ?? "").join("")).toBe("hello world");
    expect(deltas.at(-1)).toMatchObject({ finish_reason: "stop" });
    expect(said.at(-1)).toBe("[DONE]");
    expect(said.some((chunk) => chunk !== "[DONE]" && "usage" in chunk)).toBe(false);
    const counted = await chunks({ stream_options: { include_usage: true } });
    expect(counted.at(-2)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
  });

  test("streams at a rate, and stops where it is aborted", async () => {
    const client = new AbortController();
    const { body } = await ask({ stream: true, metadata: { tokens_per_second: "0.001" } }, client.signal);
    const reader = body?.getReader();
    await reader?.read();
    await reader?.read();
    const next = reader?.read();
    const after = reader?.read();
    client.abort(new Error("gone"));
    expect(Promise.all([next, after])).rejects.toThrow("gone");
  });

  test("is told what is wrong with a model or a rate", async () => {
    const { error } = (await (await ask({ model: "gpt" })).json()) as Wire;
    expect(error).toMatchObject({ code: "model_not_found", message: expect.stringContaining("echo and script") });
    expect((await ask({ metadata: { tokens_per_second: "fast" } })).status).toBe(400);
  });
});
