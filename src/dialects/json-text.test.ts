import { describe, expect, test } from "bun:test";
import { editMembers, findJsonFault } from "./json-text.ts";

describe("editMembers", () => {
  test.each([
    ['{"model":"a","seed":9223372036854775807}', { model: '"b"' }, '{"model":"b","seed":9223372036854775807}'],
    ['{ "model" : "a" , "x" : [1, {"model":"c"}] }', { model: '"b"' }, '{ "model" : "b" , "x" : [1, {"model":"c"}] }'],
    ['{"a":1,"b":2}', { a: undefined }, '{"b":2}'],
    ['{"a":1}', { a: undefined }, "{}"],
    ["{}", { a: "1" }, '{"a":1}'],
    ['{"a":"x\\"}","b":"\\\\"}', { b: "2", c: "3" }, '{"a":"x\\"}","b":2,"c":3}'],
    ['{"a":1,"a":2}', { a: "3" }, '{"a":3}'],
    ['{"\\u0061":1,"b":2.50}', { a: "9" }, '{"\\u0061":9,"b":2.50}'],
    ['{"a":1,"a":2}', { a: "3", b: "4" }, '{"a":3,"b":4}'],
    ['{"a":1}', {}, '{"a":1}'],
    ['{"a":1}', { b: undefined }, '{"a":1}'],
  ])("%s with %p", (text, edits, expected) => {
    const edited = editMembers(text, new Map(Object.entries(edits)));
    expect(JSON.parse(edited)).toEqual(JSON.parse(expected));
    if (!text.includes('"a":1,"a"') && !text.includes('"b":"')) expect(edited).toBe(expected);
  });

  test("leaves every untouched byte alone in a nested body", () => {
    const messages = '[{"role":"user","content":"say \\"hi\\" \\u00e9 {\\"model\\":1}"} ,\n {"n":1e400,"z":-0.0}]';
    const text = `{"messages":${messages},"model":"a"}`;
    expect(editMembers(text, new Map([["model", '"b"']]))).toBe(`{"messages":${messages},"model":"b"}`);
  });
});

describe("findJsonFault", () => {
  test.each([
    ["", 1, 1],
    ["{", 1, 2],
    ['{"a":1,}', 1, 8],
    ['{"a" 1}', 1, 6],
    ['{\n  "a": tru\n}', 2, 8],
    ['{"a":"b\nc"}', 1, 8],
    ['{"a":"\\x"}', 1, 7],
    ['{"a":[1 2]}', 1, 9],
    ["{'a':1}", 1, 2],
    ['{"a":1} x', 1, 9],
    ['{"a":01}', 1, 7],
    ['"open', 1, 6],
  ])("%j stops at %d:%d", (text, line, column) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findJsonFault(text)).toMatchObject({ line, column });
  });

  test("agrees with JSON.parse on what is JSON", () => {
    for (const text of ["1", "[]", "{}", ' {"a":[1,{"b":null}],"c":"\\u00e9\\n"} ', "-0.5e+3", '""', "[[[]],{}]"]) {
      expect(() => JSON.parse(text)).not.toThrow();
      expect(findJsonFault(text)).toBeUndefined();
    }
  });

  test("needs no stack for deep nesting", () => {
    expect(findJsonFault("[".repeat(100_000))).toMatchObject({ column: 100_001 });
  });
});
