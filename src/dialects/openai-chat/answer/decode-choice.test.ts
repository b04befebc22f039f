import { describe, expect, test } from "bun:test";
import type { Json, JsonObject } from "../../../spec/json.ts";
import { createChoiceDecoder } from "./decode-choice.ts";
import { type ChatTraits, openaiTraits } from "../traits.ts";

const text = (value: string, block = 0) => ({ type: "text-delta", choice: 0, block, text: value });
const thought = (value: string, block = 0) => ({ type: "reasoning-delta", choice: 0, block, text: value });
const call = (block: number, id: string, name: string, more: JsonObject = {}) => ({
  type: "tool-call-start",
  choice: 0,
  block,
  id,
  name,
  kind: "function",
  ...more,
});
const input = (block: number, value: string, more: JsonObject = {}) => ({
  type: "tool-call-delta",
  choice: 0,
  block,
  input: value,
  ...more,
});
const tools = (...calls: readonly Json[]): JsonObject => ({ tool_calls: calls });
const fn = (name: string | undefined, args: Json | undefined) => ({
  ...(name === undefined ? {} : { name }),
  ...(args === undefined ? {} : { arguments: args }),
});
const extra = (message: JsonObject) => ({ type: "extra", choice: 0, origin: { message } });

function says(deltas: readonly JsonObject[], traits: Partial<ChatTraits> = {}) {
  const decoder = createChoiceDecoder({ index: 0, traits: { ...openaiTraits, ...traits }, whole: false });
  return [...deltas.flatMap((delta) => decoder.read({ delta }, undefined)), ...decoder.flush()];
}

const rows: readonly [
  name: string,
  deltas: readonly JsonObject[],
  events: readonly object[],
  traits?: Partial<ChatTraits>,
][] = [
  ["text", [{ role: "assistant", content: "" }, { content: "a" }, { content: "b" }], [text("a"), text("b")]],
  ["reasoning_content, then text", [{ reasoning_content: "a" }, { content: "b" }], [thought("a"), text("b", 1)]],
  ["reasoning stays under its own name too", [{ reasoning: "a" }], [extra({ reasoning: "a" }), thought("a")]],
  ["the same reasoning twice", [{ reasoning: "a", reasoning_content: "a" }], [extra({ reasoning: "a" }), thought("a")]],
  [
    "the trait's reasoning first",
    [{ reasoning: "r", reasoning_content: "c" }],
    [extra({ reasoning: "r" }), thought("r")],
    { reasoning: "reasoning" },
  ],
  [
    "null beside text",
    [
      { content: null, reasoning_content: "a" },
      { content: "b", reasoning_content: null },
    ],
    [thought("a"), text("b", 1)],
  ],
  ["a refusal", [{ refusal: "no" }], [{ type: "refusal-delta", choice: 0, block: 0, text: "no" }]],
  [
    "text, reasoning, text",
    [{ content: "a" }, { reasoning_content: "b" }, { content: "c" }],
    [text("a"), thought("b", 1), text("c", 2)],
  ],
  [
    "text after a call is a new block",
    [{ content: "a" }, tools({ index: 0, id: "x", function: fn("f", "{}") }), { content: "b" }],
    [text("a"), call(1, "x", "f"), input(1, "{}"), text("b", 2)],
  ],
  [
    "the old function_call",
    [{ function_call: fn("f", "") }, { function_call: { arguments: "{}" } }],
    [call(0, "", "f", { extra: { function_call: true } }), input(0, "{}")],
  ],
  [
    "unknown fields of a delta",
    [{ audio: { id: "a", data: "AA" } }, { audio: { data: "BB" } }],
    [extra({ audio: { id: "a", data: "AA" } }), extra({ audio: { data: "BB" } })],
  ],
  [
    "increments that are equal",
    [{ annotations: [1] }, { annotations: [1] }],
    [extra({ annotations: [1] }), extra({ annotations: [1] })],
  ],
  [
    "marks that are repeated",
    [
      { index: 0, content: "a" },
      { index: 0, content: "b" },
    ],
    [extra({ index: 0 }), text("a"), text("b")],
  ],
  [
    "Mistral's parts",
    [
      { content: [{ type: "thinking", thinking: [{ type: "text", text: "a" }] }] },
      {
        content: [
          { type: "text", text: "b" },
          { type: "reference", reference_ids: [1] },
        ],
      },
    ],
    [thought("a"), extra({ content_parts: [{ type: "reference", reference_ids: [1] }] }), text("b", 1)],
    { contentParts: true },
  ],
  [
    "what is left of known parts",
    [{ content: [{ type: "thinking", thinking: "a", signature: "s" }, { type: "text", text: "b", x: 1 }, "c"] }],
    [
      extra({
        content_parts: [
          { type: "thinking", signature: "s" },
          { type: "text", x: 1 },
        ],
      }),
      thought("a"),
      text("b", 1),
      text("c", 1),
    ],
    { contentParts: true },
  ],
];

describe("a stream with", () => {
  for (const [name, deltas, events, traits] of rows) {
    test(name, () => expect(says(deltas, traits)).toEqual([...events] as never));
  }
});

test("think tags are told apart only where the vendor writes them", () => {
  const deltas = [{ content: "<thi" }, { content: "nk>a</think>b" }];
  expect(says(deltas, { thinkTags: true })).toEqual([thought("a"), text("b", 1)] as never);
  expect(says(deltas)).toEqual([text("<thi"), text("nk>a</think>b")] as never);
});

test("what might become a tag is told before a call and before the end", () => {
  const decoder = createChoiceDecoder({ index: 0, traits: { ...openaiTraits, thinkTags: true }, whole: false });
  const events = [
    ...decoder.read({ delta: { content: "<think>a</" } }, undefined),
    ...decoder.read({ delta: tools({ index: 0, id: "x", function: fn("f", "") }) }, undefined),
    ...decoder.read({ delta: {}, finish_reason: "stop" }, undefined),
  ];
  expect(events.map((event) => ("text" in event ? event.text : event.type))).toEqual([
    "a",
    "</",
    "tool-call-start",
    "finish",
  ]);
});

test("a choice finishes once", () => {
  const decoder = createChoiceDecoder({ index: 2, traits: openaiTraits, whole: false });
  expect(decoder.finished()).toBe(false);
  const finish = { type: "finish", choice: 2, reason: "length", rawReason: "max_tokens" };
  expect(decoder.read({ delta: {}, finish_reason: "max_tokens" }, undefined)).toEqual([finish] as never);
  expect(decoder.read({ delta: {}, finish_reason: "max_tokens" }, undefined)).toEqual([]);
  expect(decoder.finished()).toBe(true);
});

test("a vendor may stream whole messages", () => {
  const decoder = createChoiceDecoder({ index: 0, traits: openaiTraits, whole: false });
  expect(decoder.read({ message: { content: "a" } }, undefined)).toEqual([text("a")] as never);
});

test("a plain reply keeps the fields that say nothing", () => {
  const decoder = createChoiceDecoder({ index: 0, traits: openaiTraits, whole: true });
  const message = { content: "", tool_calls: [], function_call: null, reasoning: null };
  expect(decoder.read({ message: { role: "assistant", ...message }, logprobs: null }, undefined)).toEqual([
    { type: "extra", choice: 0, origin: { choice: { logprobs: null }, message } },
  ]);
});
