import { expect, test } from "bun:test";
import { expand } from "./expand.ts";

const environment = { A: "1", EMPTY: "", NESTED: "${A}" };

test.each([
  ["${A}", "1"],
  ["x${A}y${A}", "x1y1"],
  ["${B:-2}", "2"],
  ["${EMPTY:-2}", "2"],
  ["${B:-}", ""],
  ["${B:-a:b-c}", "a:b-c"],
  ["$${A}", "${A}"],
  ["$A and $", "$A and $"],
  ["${NESTED}", "${A}"],
])("%s becomes %s", (text, expected) => {
  expect(expand(text, environment)).toMatchObject({ text: expected, unset: [], malformed: [] });
});

test("names what is not set and what is no reference", () => {
  expect(expand("${B} ${EMPTY} ${A}", environment)).toMatchObject({ unset: ["B", "EMPTY"], used: ["A"] });
  expect(expand("${a b} ${} ${A", environment).malformed).toEqual(["${a b}", "${}", "${A"]);
});
