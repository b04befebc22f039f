import { describe, expect, test } from "bun:test";
import type { GatewayError } from "../../../spec/error.ts";
import type { StreamEvent } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import type { Answering } from "./answering.ts";
import { decodeFrames } from "./decode-frames.ts";
import { openaiTraits } from "../traits.ts";

const answering: Answering = {
  opening: { candidate: "box/m", headers: { a: "b" }, warnings: ["w"], lane: "events" },
  provider: "box",
  model: "asked",
  traits: openaiTraits,
  includeUsage: true,
  hush: (error) => error,
  now: 99,
};

async function* cut(text: string, at: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let start = 0;
  for (const end of [...at, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function decode(text: string, at: readonly number[] = []) {
  const events: StreamEvent[] = [];
  let error: GatewayError | undefined;
  try {
    for await (const event of decodeFrames(cut(text, at), answering)) events.push(event);
  } catch (error_) {
    error = error_ as GatewayError;
  }
  return { events, error };
}

const sse = (...bodies: readonly JsonObject[]) => bodies.map((body) => `data: ${JSON.stringify(body)}\n\n`).join("");
const delta = (value: JsonObject, choice: JsonObject = {}, body: JsonObject = {}): JsonObject => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 5,
  model: "wire",
  choices: [{ index: 0, delta: value, finish_reason: null, ...choice }],
  ...body,
});
const stop = delta({}, { finish_reason: "stop" });
const DONE = "data: [DONE]\n\n";

const openingOf = async (...bodies: readonly JsonObject[]) => (await decode(sse(...bodies, stop))).events[0];

describe("the opening", () => {
  test("takes id, created and model from the wire, the rest from the call", async () => {
    expect(await openingOf(delta({}, {}, { system_fingerprint: "fp" }))).toEqual({
      type: "opening",
      candidate: "box/m",
      headers: { a: "b" },
      warnings: ["w"],
      lane: "events",
      id: "c1",
      created: 5,
      model: "wire",
      extra: { system_fingerprint: "fp" },
    });
  });
  test("makes up what the wire does not tell", async () => {
    expect(await openingOf({ choices: [{ delta: { content: "a" } }] })).toMatchObject({
      id: "chatcmpl-99",
      created: 99,
      model: "asked",
    });
  });
  test("waits past a frame of filter results", async () => {
    const first = { id: "", created: 0, model: "", choices: [], prompt_filter_results: [1] };
    expect(await openingOf(first, delta({ content: "a" }))).toMatchObject({
      id: "c1",
      extra: { prompt_filter_results: [1] },
    });
  });
});

test("unknown fields keep their places, once for each value", async () => {
  const { events } = await decode(
    sse(
      delta({ content: "a" }, { filter: {}, logprobs: { content: [1] } }, { citations: [1], fp: "x" }),
      delta({ content: "b" }, { filter: {} }, { citations: [1], fp: "y" }),
      delta({ content: "c" }, { filter: { hate: true } }, { citations: [1], fp: "y" }),
      stop,
    ),
  );
  expect(events.filter(({ type }) => type === "extra" || type === "logprobs")).toEqual([
    { type: "extra", choice: 0, origin: { choice: { filter: {} } } },
    { type: "logprobs", choice: 0, value: { content: [1] } },
    { type: "extra", choice: 0, origin: { answer: { fp: "y" } } },
    { type: "extra", choice: 0, origin: { choice: { filter: { hate: true } } } },
  ]);
});

describe("the end of a stream", () => {
  const said = sse(delta({ content: "a" }));
  const ends: readonly [name: string, wire: string, code: string | undefined][] = [
    ["finish and [DONE]", said + sse(stop) + DONE, undefined],
    ["finish without [DONE]", said + sse(stop), undefined],
    ["finish in a last frame without its blank line", said + sse(stop).trimEnd(), undefined],
    ["[DONE] without its blank line", `${said + sse(stop)}data: [DONE]`, undefined],
    ["bytes after [DONE]", `${said + sse(stop) + DONE}data: {broken\n\n`, undefined],
    ["no finish", said, "upstream_incomplete"],
    ["[DONE] without finish", said + DONE, "upstream_incomplete"],
    ["a cut frame", `${said}data: {"choi`, "upstream_incomplete"],
    ["a cut frame after finish", `${said + sse(stop)}data: {"choi`, "upstream_incomplete"],
    [
      "a choice that never finished",
      sse(delta({ content: "a" }), delta({}, { index: 1, finish_reason: "stop" })) + DONE,
      "upstream_incomplete",
    ],
    ["comments alone", ": ping\n\n: ping\n\n", "upstream_incomplete"],
    ["nothing", "", "upstream_invalid"],
    ["HTML", "<!doctype html>\n<p>x</p>\n\n<p>y</p>", "upstream_invalid"],
    [
      "a plain reply",
      JSON.stringify({ choices: [{ message: { content: "a" }, finish_reason: "stop" }] }),
      "upstream_invalid",
    ],
    ["a plain error", '{"error":{"message":"x"}}', "upstream_error"],
    ["a frame that is no JSON", `${said}data: {"a":\n\n`, "upstream_invalid"],
    ["a frame that is no object", `${said}data: 7\n\n`, "upstream_invalid"],
    ["a frame without choices first", sse({ id: "x" }), "upstream_invalid"],
    ["an error frame", said + sse({ error: { message: "x" } }), "upstream_error"],
    [
      "an error frame with choices",
      said + sse(delta({}, {}, { error: { message: "x", code: 400 } })),
      "upstream_error",
    ],
    ["a named error frame", `${said}event: error\ndata: {"message":"x"}\n\n`, "upstream_error"],
    ["a list with an error", `${said}data: [{"error":{"code":503,"message":"x"}}]\n\n`, "upstream_error"],
    ["an error in a choice", said + sse(delta({}, { error: { message: "x" } })), "upstream_error"],
    ["the finish reason error", said + sse(delta({}, { finish_reason: "error" })), "upstream_error"],
    ["error: null", said + sse(delta({}, { finish_reason: "stop" }, { error: null })), undefined],
    ["a keep-alive of another name", `${said}event: ping\ndata: {}\n\n${sse(stop)}`, undefined],
    ["empty data", `${said}data:\n\n${sse(stop)}`, undefined],
  ];
  for (const [name, wire, code] of ends) {
    test(`${name}: ${code ?? "fine"}`, async () => {
      const { events, error } = await decode(wire);
      expect(error?.code).toBe(code as never);
      if (code !== undefined && !name.includes("after finish") && !name.includes("choice that")) {
        expect(events.map(({ type }) => type)).not.toContain("finish");
      }
    });
  }
  test("what arrived is named, never shown", async () => {
    expect((await decode("<html>secret</html>")).error?.message).toBe(
      "expected a chat completion but got an HTML or XML page of 19 characters",
    );
    expect((await decode(`${said}data: {"secret\n\n`)).error?.message).toBe(
      "expected a chat completion but got an event with broken JSON of 8 characters",
    );
  });
});

describe("usage", () => {
  const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
  test("is told once, as it was told last", async () => {
    const more = { ...usage, completion_tokens: 9 };
    const { events } = await decode(
      sse(delta({ content: "a" }, {}, { usage }), stop, { choices: [], usage: more }) + DONE,
    );
    expect(events.filter(({ type }) => type === "usage")).toMatchObject([{ raw: more, usage: { output: 9 } }]);
  });
  test("is told of an answer that fails", async () => {
    const { events, error } = await decode(sse(delta({ content: "a" }, {}, { usage }), { error: { message: "x" } }));
    expect(error?.code).toBe("upstream_error");
    expect(events.at(-1)).toMatchObject({ type: "usage", raw: usage });
  });
});

describe("wherever the bytes are cut, the events are the same", () => {
  const wire = `\uFEFF: hi\r\n\r\n${sse(
    delta({ role: "assistant", content: "é漢" }),
    delta({ reasoning: "🙂", content: "x" }),
    delta({ tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: '{"é":1}' } }] }),
    stop,
    { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
  ).replaceAll("\n\n", "\r\n\r\n")}${DONE}`;
  const length = new TextEncoder().encode(wire).length;
  test("at every offset", async () => {
    const { events } = await decode(wire);
    expect(events.length).toBeGreaterThan(7);
    for (let at = 0; at <= length; at++) expect((await decode(wire, [at])).events).toEqual(events);
  });
  test("at random offsets", async () => {
    const { events } = await decode(wire);
    let seed = 42;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 200; round++) {
      const at = Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * length)).toSorted(
        (a, b) => a - b,
      );
      expect((await decode(wire, at)).events).toEqual(events);
    }
  });
});
