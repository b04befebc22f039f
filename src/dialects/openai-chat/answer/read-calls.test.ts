import { describe, expect, test } from "bun:test";
import type { Json, JsonObject } from "../../../spec/json.ts";
import { createCallReader } from "./read-calls.ts";

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
const tools = (...entries: readonly Json[]) => entries;
const fn = (name: string | undefined, args: Json | undefined) => ({
  ...(name === undefined ? {} : { name }),
  ...(args === undefined ? {} : { arguments: args }),
});

function read(lists: readonly (readonly Json[])[], whole: boolean) {
  let blocks = 0;
  const reader = createCallReader({ choice: 0, whole, takeBlock: () => blocks++ });
  return [...lists.flatMap((entries) => reader.read(entries)), ...reader.flush()];
}

const rows: readonly [name: string, lists: readonly (readonly Json[])[], events: readonly object[]][] = [
  [
    "calls in pieces",
    [
      tools({ index: 0, id: "x", type: "function", function: fn("f", "") }),
      tools({ index: 0, function: fn(undefined, '{"a"') }),
      tools({ index: 1, id: "y", type: "function", function: fn("g", "") }),
      tools({ index: 1, function: fn(undefined, "{}") }, { index: 0, function: fn(undefined, ":1}") }),
    ],
    [call(0, "x", "f"), input(0, '{"a"'), call(1, "y", "g"), input(1, "{}"), input(0, ":1}")],
  ],
  [
    "whole calls without index",
    [tools({ id: "x", function: fn("f", "{}") }, { id: "y", function: fn("f", "{}") })],
    [call(0, "x", "f"), input(0, "{}"), call(1, "y", "f"), input(1, "{}")],
  ],
  [
    "pieces without index",
    [tools({ id: "x", function: fn("f", "{") }), tools({ function: fn(undefined, "}") })],
    [call(0, "x", "f"), input(0, "{"), input(0, "}")],
  ],
  [
    "id and name on every piece",
    [tools({ index: 0, id: "x", function: fn("f", "{") }), tools({ index: 0, id: "x", function: fn("f", "}") })],
    [call(0, "x", "f"), input(0, "{"), input(0, "}")],
  ],
  [
    "name on every piece, no id",
    [tools({ index: 0, function: fn("f", "{") }), tools({ index: 0, function: fn("f", "}") })],
    [call(0, "", "f"), input(0, "{"), input(0, "}")],
  ],
  [
    "empty ids after the first",
    [tools({ index: 0, id: "x", function: fn("f", "{") }), tools({ index: 0, id: "", function: fn("", "}") })],
    [call(0, "x", "f"), input(0, "{"), input(0, "}")],
  ],
  [
    '"null" for an id',
    [tools({ index: 0, id: "x", function: fn("f", "{") }), tools({ index: 0, id: "null", function: fn("", "}") })],
    [call(0, "x", "f"), input(0, "{"), input(0, "}")],
  ],
  [
    "an index that is always 0",
    [tools({ index: 0, id: "x", function: fn("f", "{}") }), tools({ index: 0, id: "y", function: fn("f", "{}") })],
    [call(0, "x", "f"), input(0, "{}"), call(1, "y", "f"), input(1, "{}")],
  ],
  [
    "an index that is always 0, and no ids",
    [
      tools({ index: 0, id: "", function: fn("f", '{"a":1}') }),
      tools({ index: 0, id: "", function: fn("f", '{"a":2}') }, { index: 0, id: "", function: fn("g", "{}") }),
    ],
    [call(0, "", "f"), input(0, '{"a":1}'), call(1, "", "f"), input(1, '{"a":2}'), call(2, "", "g"), input(2, "{}")],
  ],
  [
    "an index with gaps",
    [
      tools({ index: 3, id: "x", function: fn("f", "1") }),
      tools({ index: 7, id: "y", function: fn("g", "2") }),
      tools({ index: 3, function: fn(undefined, "3") }),
    ],
    [call(0, "x", "f"), input(0, "1"), call(1, "y", "g"), input(1, "2"), input(0, "3")],
  ],
  [
    "a call that goes on under another index",
    [tools({ index: 0, id: "x", function: fn("f", "1") }), tools({ index: 1, id: "x", function: fn(undefined, "2") })],
    [call(0, "x", "f"), input(0, "1"), input(0, "2")],
  ],
  [
    "arguments as an object",
    [tools({ index: 0, id: "x", function: fn("f", { a: 1 }) })],
    [call(0, "x", "f"), input(0, '{"a":1}')],
  ],
  ["arguments null", [tools({ index: 0, id: "x", function: fn("f", null) })], [call(0, "x", "f")]],
  [
    "a name that comes late",
    [tools({ index: 0, id: "x", function: {} }), tools({ index: 0, function: fn("f", "{}") })],
    [call(0, "x", "f"), input(0, "{}")],
  ],
  [
    "an id that comes late",
    [tools({ index: 0, function: fn("f", "") }), tools({ index: 0, id: "x", function: fn(undefined, "{}") })],
    [call(0, "x", "f"), input(0, "{}")],
  ],
  ["a call without id and arguments", [tools({ index: 0, id: "", function: fn("f", "") })], [call(0, "", "f")]],
  [
    "a custom tool",
    [
      tools({ index: 0, id: "x", type: "custom", custom: { name: "f", input: "" } }),
      tools({ index: 0, custom: { input: "free" } }),
    ],
    [call(0, "x", "f", { kind: "custom" }), input(0, "free")],
  ],
  [
    "unknown fields of a call",
    [
      tools({
        index: 0,
        id: "x",
        extra_content: { google: { thought_signature: "s" } },
        function: { ...fn("f", "{}"), more: 1 },
      }),
      tools({ index: 0, late: true }),
    ],
    [
      call(0, "x", "f", { extra: { extra_content: { google: { thought_signature: "s" } }, function: { more: 1 } } }),
      input(0, "{}"),
      input(0, "", { extra: { late: true } }),
    ],
  ],
];

describe("a stream with", () => {
  for (const [name, lists, events] of rows) {
    test(name, () => expect(read(lists, false)).toEqual([...events] as never));
  }
});

test("entries of a plain reply are calls of their own, whatever their ids; their index is the vendor's affair", () => {
  const entry = { id: "x", index: 0, function: fn("f", "{}") };
  expect(read([[entry, entry]], true)).toEqual([
    call(0, "x", "f", { extra: { index: 0 } }),
    input(0, "{}"),
    call(1, "x", "f", { extra: { index: 0 } }),
    input(1, "{}"),
  ] as never);
});

test("calls of a kind nobody has heard of keep what they say", () => {
  expect(read([[{ id: "x", type: "mcp", server: "s" }]], false)).toEqual([
    call(0, "x", "", { extra: { server: "s", type: "mcp" } }),
  ] as never);
});
