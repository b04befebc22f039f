import { describe, expect, test } from "bun:test";
import type { GatewayError } from "../../../spec/error.ts";
import type { StreamEvent } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import type { Answering } from "./answering.ts";
import { needsReading } from "./markers.ts";
import { relayBody, relayFrames } from "./relay.ts";
import { openaiTraits } from "../traits.ts";

const answering: Answering = {
  opening: { candidate: "box/m", headers: {}, warnings: [], lane: "relay" },
  provider: "box",
  model: "asked",
  traits: openaiTraits,
  includeUsage: false,
  hush: (error) => error,
  now: 99,
};

const bytes = (text: string) => new TextEncoder().encode(text);

async function relay(reads: readonly (string | Uint8Array)[], options: Partial<Answering> = {}) {
  async function* chunks() {
    for (const read of reads) yield typeof read === "string" ? bytes(read) : read;
  }
  const events: StreamEvent[] = [];
  let error: GatewayError | undefined;
  try {
    for await (const event of relayFrames(chunks(), { ...answering, ...options })) events.push(event);
  } catch (error_) {
    error = error_ as GatewayError;
  }
  const frames = events.flatMap((event) => (event.type === "frames" ? [event] : []));
  return {
    error,
    frames,
    text: Buffer.concat(frames.map((frame) => frame.bytes)).toString(),
    books: events.filter(({ type }) => type !== "frames"),
    types: events.map(({ type }) => type),
  };
}

const frame = (body: JsonObject) => `data: ${JSON.stringify(body)}\n\n`;
const delta = (value: JsonObject, choice: JsonObject = {}) =>
  frame({ id: "c1", created: 5, model: "wire", choices: [{ index: 0, delta: value, finish_reason: null, ...choice }] });
const role = delta({ role: "assistant", content: "" });
const hello = delta({ content: "hello" });
const stop = delta({}, { finish_reason: "stop" });
const usage = frame({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } });
const DONE = "data: [DONE]\n\n";

test("one event a read, the very bytes of it", async () => {
  const reads = [role, hello, hello + hello, stop + DONE].map(bytes);
  const { frames, types, error } = await relay(reads);
  expect(error).toBeUndefined();
  expect(types).toEqual(["opening", "frames", "frames", "frames", "finish", "frames"]);
  expect(frames.map((event) => event.bytes.buffer === reads[frames.indexOf(event)]?.buffer)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(frames.map(({ content }) => content)).toEqual([false, true, true, true]);
});

test("books stand before the bytes they were read from", async () => {
  const call = delta({
    tool_calls: [{ index: 0, id: "x", type: "function", function: { name: "f", arguments: "{}" } }],
  });
  const { types, books } = await relay([role + call + stop, usage + DONE], { includeUsage: true });
  expect(types).toEqual(["opening", "tool-call-start", "tool-call-delta", "finish", "frames", "usage", "frames"]);
  expect(books[0]).toMatchObject({ id: "c1", created: 5, model: "wire", candidate: "box/m", lane: "relay" });
  expect(books.at(-1)).toMatchObject({ usage: { input: 1, output: 2 } });
});

const visible: readonly [name: string, value: JsonObject, content: boolean][] = [
  ["a role", { role: "assistant" }, false],
  ["empty text", { role: "assistant", content: "", reasoning_content: null, tool_calls: [] }, false],
  ["a mark", { index: 0 }, false],
  ["text", { content: "a" }, true],
  ["reasoning", { reasoning: "a" }, true],
  ["a refusal", { refusal: "a" }, true],
  ["sound", { audio: { data: "AA" } }, true],
  ["a call", { tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: "" } }] }, true],
  ["an old call", { function_call: { name: "f", arguments: "" } }, true],
];
for (const [name, value, content] of visible) {
  test(`${name} is ${content ? "" : "no "}content`, async () => {
    const { frames } = await relay([delta(value)]);
    expect(frames.map((event) => event.content)).toEqual([content]);
  });
}

const wires: readonly [name: string, wire: string, text: string, options?: Partial<Answering>][] = [
  [
    "usage that was asked for",
    role + hello + stop + usage + DONE,
    role + hello + stop + usage + DONE,
    { includeUsage: true },
  ],
  ["usage that was not asked for", role + hello + stop + usage + DONE, role + hello + stop + DONE],
  [
    "usage beside choices",
    role +
      hello +
      frame({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: { total_tokens: 1 } }) +
      DONE,
    role +
      hello +
      frame({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: { total_tokens: 1 } }) +
      DONE,
  ],
  ["no [DONE]", role + hello + stop, role + hello + stop + DONE],
  ["no [DONE] and no blank line", role + hello + stop.trimEnd(), role + hello + stop + DONE],
  ["[DONE] without its blank line", role + hello + stop + DONE.trimEnd(), role + hello + stop + DONE],
  ["[DONE] with half of it", role + hello + stop + DONE.slice(0, -1), role + hello + stop + DONE],
  ["bytes after [DONE]", role + hello + stop + DONE + hello, role + hello + stop + DONE],
  ["comments", `: a\n\n${role}: b\n\n: c\n\n${hello}${stop}${DONE}`, `:\n${role}:\n:\n${hello}${stop}${DONE}`],
  ["a comment inside a frame", `: a\n${role}${hello}: b\n${stop}${DONE}`, `: a\n${role}${hello}: b\n${stop}${DONE}`],
  [
    "CRLF",
    (role + hello + stop + DONE).replaceAll("\n", "\r\n"),
    (role + hello + stop + DONE).replaceAll("\n", "\r\n"),
  ],
  [
    "ids and names of events",
    `id: 1\nevent: message\n${role}${hello}retry: 1\n\n${stop}${DONE}`,
    `id: 1\nevent: message\n${role}${hello}retry: 1\n\n${stop}${DONE}`,
  ],
  [
    "what looks like markers",
    role + hello + delta({ content: '"error": [DONE] event: "usage":1' }) + stop + DONE,
    role + hello + delta({ content: '"error": [DONE] event: "usage":1' }) + stop + DONE,
  ],
  [
    "spaces in the JSON",
    `data: { "choices": [ {"delta": {"content": "a"}, "finish_reason" : null} ], "usage" : null }\n\ndata: {"choices":[{"delta":{},"finish_reason" :  "stop"}]}\n\n`,
    `data: { "choices": [ {"delta": {"content": "a"}, "finish_reason" : null} ], "usage" : null }\n\ndata: {"choices":[{"delta":{},"finish_reason" :  "stop"}]}\n\n${DONE}`,
  ],
  [
    "filter results before the answer",
    frame({ model: "", choices: [], f: 1 }) + role + stop + DONE,
    frame({ model: "", choices: [], f: 1 }) + role + stop + DONE,
  ],
  [
    "no space after the colon",
    (role + hello + stop + DONE).replaceAll("data: ", "data:"),
    (role + hello + stop + DONE).replaceAll("data: ", "data:"),
  ],
  [
    "a finish in the second of two choices of a frame",
    frame({
      choices: [
        { index: 0, delta: { content: "a" }, finish_reason: "stop" },
        { index: 1, delta: { content: "a" }, finish_reason: null },
      ],
    }) +
      frame({
        choices: [
          { index: 0, delta: {}, finish_reason: null },
          { index: 1, delta: {}, finish_reason: "stop" },
        ],
      }) +
      DONE,
    frame({
      choices: [
        { index: 0, delta: { content: "a" }, finish_reason: "stop" },
        { index: 1, delta: { content: "a" }, finish_reason: null },
      ],
    }) +
      frame({
        choices: [
          { index: 0, delta: {}, finish_reason: null },
          { index: 1, delta: {}, finish_reason: "stop" },
        ],
      }) +
      DONE,
  ],
];

describe("passes on, cut anywhere,", () => {
  for (const [name, wire, text, options] of wires) {
    test(name, async () => {
      const whole = await relay([wire], options);
      expect(whole.error).toBeUndefined();
      expect(whole.text).toBe(text);
      const all = bytes(wire);
      for (let at = 1; at < all.length; at++) {
        const got = await relay([all.subarray(0, at), all.subarray(at)], options);
        expect(got.text).toBe(text);
        expect(got.books).toEqual(whole.books);
      }
    });
  }
});

const faults: readonly [name: string, reads: readonly string[], code: string, text: string][] = [
  ["no finish", [role, hello], "upstream_incomplete", role + hello],
  ["[DONE] without finish", [role, hello + DONE], "upstream_incomplete", role + hello],
  ["a cut frame", [role, hello, "data: {"], "upstream_incomplete", role + hello],
  [
    "a choice that never finished",
    [role, delta({ content: "a" }, { index: 1 }), stop, DONE],
    "upstream_incomplete",
    role + delta({ content: "a" }, { index: 1 }) + stop,
  ],
  ["an error frame", [role, hello + frame({ error: { message: "x" } }) + hello], "upstream_error", role + hello],
  [
    "a named error frame",
    [role, `${hello}event: error\ndata: {"error":{"message":"x"}}\n\n`],
    "upstream_error",
    role + hello,
  ],
  [
    "an error of another shape under that name",
    [role, hello, "event:error\ndata: oops\n\n"],
    "upstream_error",
    role + hello,
  ],
  ["an error first", [": ping\n\n", frame({ error: { message: "x", code: 429 } })], "upstream_error", ""],
  ["the finish reason error", [role, hello, delta({}, { finish_reason: "error" })], "upstream_error", role + hello],
  ["a broken last frame", [role, hello, 'data: {"finish_reason":"stop"\n\n'], "upstream_invalid", role + hello],
  ["HTML", ["<html>\n\n", "</html>"], "upstream_invalid", ""],
  ["nothing", [], "upstream_invalid", ""],
  ["no choices", [frame({ id: "x" })], "upstream_invalid", ""],
];

async function* resetAfterUsage() {
  yield bytes(hello + stop + usage);
  throw new Error("reset");
}

describe("refuses", () => {
  for (const [name, reads, code, text] of faults) {
    test(`${name}: ${code}`, async () => {
      const got = await relay(reads);
      expect(got.error?.code).toBe(code as never);
      expect(got.text).toBe(text);
      if (text === "") expect(got.types).toEqual([]);
    });
  }
  test("a frame of more than 16 MiB", async () => {
    const { error } = await relay([hello, ...Array.from({ length: 17 }, () => "x".repeat(1024 * 1024))]);
    expect(error?.code).toBe("upstream_invalid");
  });
  test("what the connection says, after the books", async () => {
    const types: string[] = [];
    const pull = async () => {
      for await (const { type } of relayFrames(resetAfterUsage(), answering)) types.push(type);
    };
    await expect(pull()).rejects.toThrow("reset");
    expect(types).toEqual(["opening", "finish", "frames", "usage"]);
  });
});

const each = (tokens: number, reason: string | null) =>
  frame({
    choices: [{ index: 0, delta: { content: "a" }, finish_reason: reason }],
    usage: { completion_tokens: tokens },
  });

test("usage on every frame is told once", async () => {
  const { books, text } = await relay([each(1, null), each(2, null), each(3, "stop"), DONE]);
  expect(books.filter(({ type }) => type === "usage")).toMatchObject([{ usage: { output: 3 } }]);
  expect(text).toBe(each(1, null) + each(2, null) + each(3, "stop") + DONE);
});

test("ordinary frames need no reading", () => {
  expect(needsReading(bytes(hello))).toBe(false);
  expect(needsReading(bytes(hello.replaceAll(":", " : ").replace("data : ", "data: ")))).toBe(false);
  for (const wire of [
    stop,
    usage,
    DONE,
    delta({ content: "a" }, { index: 1 }),
    delta({ content: "a" }, { index: 10 }),
    ": x\n\n",
    `${hello}: x\n\n`,
  ]) {
    expect(needsReading(bytes(wire))).toBe(true);
  }
});

describe("a plain body", () => {
  test("goes on as it came, its books beside it", () => {
    const call = { id: "x", type: "function", function: { name: "f", arguments: "{}" } };
    const text = `  ${JSON.stringify({ id: "c1", model: "wire", seed: 1, choices: [{ index: 0, message: { content: "a", tool_calls: [call] }, finish_reason: "tool_calls" }], usage: { prompt_tokens: 1 } })}\n`;
    const events = [...relayBody(text, answering)];
    expect(events.map(({ type }) => type)).toEqual([
      "opening",
      "body",
      "tool-call-start",
      "tool-call-delta",
      "finish",
      "usage",
    ]);
    expect(events[1]).toEqual({ type: "body", text });
  });
  test("is refused where it is none", () => {
    expect(() => [...relayBody("<html>", answering)]).toThrow("an HTML or XML page of 6 characters");
    expect(() => [...relayBody('{"error":{"message":"no such model"}}', answering)]).toThrow("no such model");
  });
});
