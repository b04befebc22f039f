import { expect, test } from "bun:test";
import type { StreamEvent } from "../spec/event.ts";
import { createCallMemory } from "./call-memory.ts";

const start = (block: number, id: string): StreamEvent => ({
  type: "tool-call-start",
  choice: 0,
  block,
  id,
  name: `tool-${id}`,
  kind: "function",
});
const piece = (block: number, input: string, extra?: { readonly [key: string]: string }): StreamEvent => ({
  type: "tool-call-delta",
  choice: 0,
  block,
  input,
  ...(extra && { extra }),
});
const finish: StreamEvent = { type: "finish", choice: 0, reason: "tool_calls", rawReason: "tool_calls" };

test("calls are remembered whole, with what the provider attached to them", () => {
  const memory = createCallMemory();
  const hear = memory.listener();
  for (const event of [
    start(1, "a"),
    start(2, "b"),
    piece(1, '{"x"'),
    piece(2, "{}"),
    piece(1, ":1}", { thought_signature: "s" }),
    finish,
  ]) {
    hear(event);
  }
  expect(memory.recall("a")).toEqual({
    id: "a",
    kind: "function",
    name: "tool-a",
    input: '{"x":1}',
    extra: { thought_signature: "s" },
  });
  expect(memory.recall("b")?.input).toBe("{}");
});

test("an answer that broke off leaves nothing behind", () => {
  const memory = createCallMemory();
  const hear = memory.listener();
  for (const event of [start(0, "a"), piece(0, '{"x"')]) hear(event);
  expect(memory.recall("a")).toBeUndefined();
});

test("only the latest are kept, and none that is too large", () => {
  const memory = createCallMemory(2);
  const hear = memory.listener();
  for (const id of ["a", "b", "c"]) for (const event of [start(0, id), piece(0, "{}"), finish]) hear(event);
  for (const event of [start(0, "large"), piece(0, "x".repeat(65_537)), finish]) hear(event);
  expect(["a", "b", "c", "large"].map((id) => memory.recall(id) !== undefined)).toEqual([false, true, true, false]);
});
