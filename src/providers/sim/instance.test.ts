import { expect, test } from "bun:test";
import type { Json, JsonObject } from "../../spec/json.ts";
import { makeInstance } from "./instance.ts";

test("an instance is the least its schema allows", () => {
  const cases: readonly (readonly [JsonObject, Json])[] = [
    [
      {
        type: "object",
        properties: { a: { type: "array", items: { type: "number" }, minItems: 2 }, b: {} },
        required: ["a"],
      },
      { a: [0, 0] },
    ],
    [{ type: "integer", minimum: 3, multipleOf: 5 }, 5],
    [{ type: "integer", maximum: -3, multipleOf: 5 }, -5],
    [{ type: "integer", minimum: -3 }, 0],
    [{ type: "number", exclusiveMinimum: 0 }, 0.5],
    [{ type: "number", exclusiveMinimum: 0, maximum: 0.1 }, 0.1],
    [{ type: "integer", exclusiveMinimum: 4 }, 5],
    [{ type: "string", minLength: 3 }, "xxx"],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, ""],
    [{ const: { a: [1] } }, { a: [1] }],
    [{ type: "boolean" }, false],
  ];
  for (const [schema, value] of cases) expect(makeInstance(schema)).toEqual(value);
});

test("an instance follows references, merges allOf, and ends where a schema is endless", () => {
  const tree = {
    $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } }, required: ["next"] } },
    $ref: "#/$defs/node",
  };
  expect(JSON.stringify(makeInstance(tree)).length).toBeLessThan(300);
  const both = {
    allOf: [
      { properties: { a: { const: 1 } }, required: ["a"] },
      { properties: { b: { enum: ["x", "y"] } }, required: ["b"] },
    ],
  };
  expect(makeInstance(both)).toEqual({ a: 1, b: "x" });
  expect(makeInstance({ type: ["string", "null"], format: "date" })).toBe("2000-01-01");
});
