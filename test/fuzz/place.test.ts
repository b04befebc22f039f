import { expect, test } from "bun:test";
import { isRealPlace } from "./place.ts";

test.each([
  ['{"a":1,}', 1, 8],
  ['{"a":\n tru\n}', 2, 2],
  ['{"a":"\\x"}', 1, 7],
  ["[1 2]", 1, 4],
  ['{"a":[', 1, 7],
  ['"open', 1, 6],
  ["", 1, 1],
])("%j breaks at %d:%d", (text, line, column) => {
  expect(isRealPlace(text, { line, column })).toBe(true);
  expect(isRealPlace(text, { line, column: column + 2 })).toBe(false);
  expect(isRealPlace(text, { line: line + 1, column })).toBe(false);
});
