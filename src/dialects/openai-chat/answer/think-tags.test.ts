import { expect, test } from "bun:test";
import { createThinkSplitter } from "./think-tags.ts";

function split(pieces: readonly string[]) {
  const splitter = createThinkSplitter();
  const told = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.flush()];
  const join = (kind: string) => told.map((piece) => (piece.kind === kind ? piece.text : "")).join("");
  expect(told.map(({ text }) => text)).not.toContain("");
  return [join("reasoning"), join("text")];
}

const rows: readonly [wire: string, reasoning: string, text: string][] = [
  [" <think>ab</th>c</think>d<think>e", "ab</th>c", "d<think>e"],
  ["a<think>b</think>", "", "a<think>b</think>"],
  ["<thin", "", "<thin"],
  ["<think>abc", "abc", ""],
  ["<think>abc</thi", "abc</thi", ""],
  ["\n\n", "", "\n\n"],
  ["\n<b>", "", "\n<b>"],
  ["<think></think>x", "", "x"],
  ["<think><</think>x", "<", "x"],
  ["", "", ""],
];

for (const [wire, reasoning, text] of rows) {
  test(`${JSON.stringify(wire)} is told apart wherever it is cut`, () => {
    expect(split([...wire])).toEqual([reasoning, text]);
    for (let first = 0; first <= wire.length; first++) {
      for (let second = first; second <= wire.length; second++) {
        expect(split([wire.slice(0, first), wire.slice(first, second), wire.slice(second)])).toEqual([reasoning, text]);
      }
    }
  });
}

test("text goes out as soon as it can be no tag", () => {
  const splitter = createThinkSplitter();
  expect(splitter.push("<think>a<")).toEqual([{ kind: "reasoning", text: "a" }]);
  expect(splitter.push("b")).toEqual([{ kind: "reasoning", text: "<b" }]);
  expect(splitter.push("</think>c")).toEqual([{ kind: "text", text: "c" }]);
  expect(splitter.push("<")).toEqual([{ kind: "text", text: "<" }]);
});
