import { describe, expect, test } from "bun:test";
import { createAssembly } from "../../../engine/assemble.ts";
import type { Opening, StreamEvent } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { createFrameEncoder } from "./encode-frames.ts";
import { encodeReply } from "./encode-reply.ts";

const opening: Opening = {
  type: "opening",
  candidate: "box/m",
  id: "c1",
  created: 5,
  model: "m",
  headers: {},
  warnings: [],
  lane: "events",
};
const usage: StreamEvent = {
  type: "usage",
  usage: { input: 4, cacheRead: 6, cacheWrite: 0, output: 3, reasoning: 1, inputAudio: 0, outputAudio: 0 },
  raw: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, cost: 1 },
};
const text = (value: string, choice = 0): StreamEvent => ({ type: "text-delta", choice, block: 0, text: value });
const finish = (choice = 0, rawReason = "stop"): StreamEvent => ({ type: "finish", choice, reason: "stop", rawReason });

function encode(events: readonly StreamEvent[], includeUsage = false): string {
  const encoder = createFrameEncoder({ includeUsage });
  return [opening, ...events].map((event) => encoder.encode(event)).join("") + encoder.finish();
}

/** The chunks without what is the same on all of them. */
function chunks(events: readonly StreamEvent[], includeUsage = false): JsonObject[] {
  const frames = encode(events, includeUsage).split("\n\n");
  expect(frames.slice(-2)).toEqual(["data: [DONE]", ""]);
  return frames.slice(0, -2).map((frame) => {
    const { id, object, created, model, ...rest } = JSON.parse(frame.slice("data: ".length)) as JsonObject;
    expect({ id, object, created, model }).toEqual({
      id: "c1",
      object: "chat.completion.chunk",
      created: 5,
      model: "m",
    });
    return rest;
  });
}

const chunk = (delta: JsonObject, choice: JsonObject = {}, rest: JsonObject = {}): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  ...rest,
});
const first = (delta: JsonObject, choice: JsonObject = {}, rest: JsonObject = {}) =>
  chunk({ role: "assistant", ...delta }, choice, rest);
const end = chunk({}, { finish_reason: "stop" });

const call = (block: number, id: string, more: object = {}): StreamEvent => ({
  type: "tool-call-start",
  choice: 0,
  block,
  id,
  name: "f",
  kind: "function",
  ...more,
});
const input = (block: number, value: string, more: object = {}): StreamEvent => ({
  type: "tool-call-delta",
  choice: 0,
  block,
  input: value,
  ...more,
});
const extra = (origin: JsonObject, choice = 0): StreamEvent => ({ type: "extra", choice, origin }) as StreamEvent;

const rows: readonly [name: string, events: readonly StreamEvent[], chunks: readonly JsonObject[]][] = [
  ["text", [text("a"), text("b"), finish()], [first({ content: "a" }), chunk({ content: "b" }), end]],
  [
    "reasoning",
    [{ type: "reasoning-delta", choice: 0, block: 0, text: "r" }, finish()],
    [first({ reasoning_content: "r" }), end],
  ],
  [
    "a refusal",
    [{ type: "refusal-delta", choice: 0, block: 0, text: "no" }, finish()],
    [first({ refusal: "no" }), end],
  ],
  ["nothing but an end", [finish()], [first({}, { finish_reason: "stop" })]],
  [
    "calls, numbered without gaps",
    [
      text("a"),
      call(1, "x"),
      input(1, "{}"),
      call(5, "y", { kind: "custom", extra: { s: 1 } }),
      input(5, "free", { extra: { t: 2 } }),
      finish(),
    ],
    [
      first({ content: "a" }),
      chunk({ tool_calls: [{ index: 0, type: "function", id: "x", function: { name: "f", arguments: "" } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] }),
      chunk({ tool_calls: [{ index: 1, type: "custom", id: "y", s: 1, custom: { name: "f", input: "" } }] }),
      chunk({ tool_calls: [{ index: 1, t: 2, custom: { input: "free" } }] }),
      end,
    ],
  ],
  [
    "the old function_call",
    [call(0, "", { extra: { function_call: true } }), input(0, "{}"), finish()],
    [first({ function_call: { name: "f", arguments: "" } }), chunk({ function_call: { arguments: "{}" } }), end],
  ],
  [
    "unknown fields on the chunk they came with",
    [extra({ answer: { a: 1 }, choice: { c: 1 }, message: { m: 1 } }), text("a"), finish()],
    [first({ m: 1, content: "a" }, { c: 1 }, { a: 1 }), end],
  ],
  [
    "fields that nothing follows, on the end",
    [text("a"), extra({ message: { m: 1 } }), finish()],
    [first({ content: "a" }), chunk({ m: 1 }, { finish_reason: "stop" })],
  ],
  [
    "fields of the same name",
    [extra({ message: { m: [1] } }), extra({ message: { m: [2] } }), finish()],
    [first({ m: [1] }), chunk({ m: [2] }, { finish_reason: "stop" })],
  ],
  ["sound at once", [extra({ message: { audio: { data: "AA" } } }), finish()], [first({ audio: { data: "AA" } }), end]],
  [
    "log probabilities beside their text",
    [{ type: "logprobs", choice: 0, value: { content: [1] } }, text("a"), finish()],
    [first({ content: "a" }, { logprobs: { content: [1] } }), end],
  ],
  [
    "a vendor's finish reason",
    [text("a"), finish(0, "eos")],
    [first({ content: "a" }), chunk({}, { finish_reason: "stop", native_finish_reason: "eos" })],
  ],
  [
    "a vendor's finish reason that is told already",
    [text("a"), extra({ choice: { native_finish_reason: "EOS" } }), finish(0, "eos")],
    [first({ content: "a" }), chunk({}, { finish_reason: "stop", native_finish_reason: "EOS" })],
  ],
  [
    "fields beside the choices after the end",
    [text("a"), finish(), extra({ answer: { moderation: 1 } })],
    [first({ content: "a" }), end, { choices: [], moderation: 1 }],
  ],
  [
    "padding after the end",
    [extra({ answer: { pad: 1 } }), text("a"), finish(), extra({ answer: { pad: 2 } })],
    [first({ content: "a" }, {}, { pad: 1 }), end],
  ],
  ["usage that was not asked for", [text("a"), finish(), usage], [first({ content: "a" }), end]],
  [
    "extensions with the finish reason",
    [{ type: "extension", fields: { turns_consumed: 1 } }, text("a"), finish()],
    [first({ content: "a" }), { ...end, turns_consumed: 1 }],
  ],
];

describe("a stream of", () => {
  for (const [name, events, expected] of rows) {
    test(name, () => expect(chunks(events)).toEqual([...expected]));
  }
});

test("each choice has its own role and calls", () => {
  const other = { ...call(0, "y"), choice: 1 } as StreamEvent;
  expect(chunks([call(0, "x"), other, finish(1), finish(0)]).map(({ choices }) => choices)).toMatchObject([
    [{ index: 0, delta: { role: "assistant", tool_calls: [{ index: 0, id: "x" }] } }],
    [{ index: 1, delta: { role: "assistant", tool_calls: [{ index: 0, id: "y" }] } }],
    [{ index: 1, delta: {}, finish_reason: "stop" }],
    [{ index: 0, delta: {}, finish_reason: "stop" }],
  ]);
});

test("usage that was asked for stands last, with the extensions", () => {
  const fields = { mcp_server_errors: {} };
  expect(chunks([{ type: "extension", fields }, text("a"), usage, finish()], true)).toEqual([
    first({ content: "a" }, {}, { usage: null }),
    { ...end, usage: null, ...fields },
    { choices: [], usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, cost: 1 }, ...fields },
  ]);
});

test("fields of the opening: OpenAI's on every chunk, others once", () => {
  const encoder = createFrameEncoder({ includeUsage: false });
  encoder.encode({ ...opening, extra: { system_fingerprint: "fp", citations: [1] } });
  expect(JSON.parse(encoder.encode(text("a")).slice(6))).toMatchObject({ system_fingerprint: "fp", citations: [1] });
  const next = JSON.parse(encoder.encode(text("b")).slice(6)) as JsonObject;
  expect(next["system_fingerprint"]).toBe("fp");
  expect(next["citations"]).toBeUndefined();
});

const reply = (events: readonly StreamEvent[]) => {
  const assembly = createAssembly();
  for (const event of [opening, ...events]) assembly.add(event);
  return encodeReply(assembly.answer());
};

describe("a reply", () => {
  test("has the keys that the schema wants", () => {
    expect(reply([finish()])).toEqual({
      id: "c1",
      object: "chat.completion",
      created: 5,
      model: "m",
      choices: [{ index: 0, message: { role: "assistant", content: null, refusal: null }, finish_reason: "stop" }],
    });
  });
  test("holds all that was said", () => {
    const events: StreamEvent[] = [
      extra({ answer: { a: 1 }, choice: { c: 1 }, message: { audio: { data: "AA" } } }),
      { type: "logprobs", choice: 0, value: { content: [1] } },
      { type: "reasoning-delta", choice: 0, block: 0, text: "r" },
      text("a"),
      call(2, "x", { extra: { s: 1, function: { strict: true } } }),
      input(2, "{}"),
      finish(0, "eos"),
      usage,
      { type: "extension", fields: { turns_consumed: 1 } },
    ];
    expect(reply(events)).toEqual({
      id: "c1",
      object: "chat.completion",
      created: 5,
      model: "m",
      a: 1,
      choices: [
        {
          index: 0,
          c: 1,
          finish_reason: "stop",
          native_finish_reason: "eos",
          logprobs: { content: [1] },
          message: {
            role: "assistant",
            content: "a",
            refusal: null,
            reasoning_content: "r",
            audio: { data: "AA" },
            tool_calls: [{ id: "x", type: "function", s: 1, function: { name: "f", arguments: "{}", strict: true } }],
          },
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, cost: 1 },
      turns_consumed: 1,
    });
  });
  test("makes usage from the buckets where the vendor's is another", () => {
    const body = reply([finish(), { ...usage, raw: { input: 1 } } as StreamEvent]);
    expect(body["usage"]).toEqual({
      prompt_tokens: 10,
      completion_tokens: 3,
      total_tokens: 13,
      prompt_tokens_details: { cached_tokens: 6, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 1, audio_tokens: 0 },
    });
  });
  test("gives the old function_call back", () => {
    const body = reply([call(0, "", { extra: { function_call: true } }), input(0, "{}"), finish()]);
    expect(body["choices"]).toMatchObject([{ message: { function_call: { name: "f", arguments: "{}" } } }]);
    expect(JSON.stringify(body)).not.toContain("tool_calls");
  });
});

test("a field of the first frame is told before its next value is", () => {
  const early: Opening = { ...opening, extra: { stamp: 1 } };
  const next: StreamEvent = { type: "extra", choice: 0, origin: { answer: { stamp: 2 } } };
  expect(chunks([early, next, text("a")])).toEqual([
    chunk({ role: "assistant" }, {}, { stamp: 1 }),
    chunk({ content: "a" }, {}, { stamp: 2 }),
  ]);
});
