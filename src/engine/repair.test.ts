import { expect, test } from "bun:test";
import type { Message, ToolCall } from "../spec/message.ts";
import { repairHistory } from "./repair.ts";

const call = (id: string, name = "look"): ToolCall => ({ id, kind: "function", name, input: `{"of":"${id}"}` });
const user: Message = { role: "user", content: "go on" };
const calls = (...ids: string[]): Message => ({
  role: "assistant",
  content: null,
  toolCalls: ids.map((id) => call(id)),
});
const answer = (toolCallId: string, content = `result of ${toolCallId}`): Message => ({
  role: "tool",
  content,
  toolCallId,
});
const forget = () => undefined;

test("a sound history is given back as it is", () => {
  const history = [
    user,
    calls("a", "b"),
    answer("a"),
    answer("b"),
    { role: "assistant", content: "done" } as const,
    user,
  ];
  expect(repairHistory(history, forget)).toBe(history);
});

test("answers take the order of the calls", () => {
  expect(repairHistory([user, calls("a", "b"), answer("b"), answer("a")], forget)).toEqual([
    user,
    calls("a", "b"),
    answer("a"),
    answer("b"),
  ]);
});

test("of two answers to one call the last counts", () => {
  expect(repairHistory([calls("a"), answer("a", "old"), answer("a", "new")], forget)).toEqual([
    calls("a"),
    answer("a", "new"),
  ]);
});

test("an empty turn goes", () => {
  expect(repairHistory([user, { role: "assistant", content: null }, user], forget)).toEqual([user, user]);
  expect(repairHistory([user, { role: "assistant", content: "" }], forget)).toEqual([user]);
});

test("a forgotten turn is rebuilt from memory", () => {
  const remembered = { ...call("a", "read_file"), extra: { thought_signature: "c2ln" } };
  expect(repairHistory([user, answer("a")], (id) => (id === "a" ? remembered : undefined))).toEqual([
    user,
    { role: "assistant", content: null, toolCalls: [remembered] },
    answer("a"),
  ]);
});

test("a call that nobody remembers gets a name of its own", () => {
  expect(repairHistory([user, answer("x")], forget)[1]).toEqual({
    role: "assistant",
    content: null,
    toolCalls: [{ id: "x", kind: "function", name: "unknown_tool", input: "{}" }],
  });
});

test("a turn that was reduced to some of its calls gets the others back", () => {
  expect(repairHistory([calls("a"), answer("b"), answer("a")], () => call("b"))).toEqual([
    calls("a", "b"),
    answer("a"),
    answer("b"),
  ]);
});

test("calls that are still open stay as they are", () => {
  const history = [user, calls("a", "b"), answer("a")];
  expect(repairHistory(history, forget)).toBe(history);
});

test("mending twice changes nothing more", () => {
  const once = repairHistory([answer("z"), user, calls("a"), answer("q"), answer("a"), answer("a")], forget);
  expect(repairHistory(once, forget)).toBe(once);
});
