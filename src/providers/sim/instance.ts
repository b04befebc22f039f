import type { Json, JsonObject } from "../../spec/json.ts";
import { asObject } from "./conversation.ts";

// Deep enough for any schema a person writes; recursive ones end here.
const DEEPEST = 12;

/**
 * The smallest value that a JSON schema allows, the same each time: required properties only, first variants, shortest
 * texts, lowest numbers. `pattern` and `not` are not understood, of `format` only dates, times, addresses and ids.
 */
export function makeInstance(schema: JsonObject): Json {
  return make(schema, { root: schema, depth: 0 });
}

interface Place {
  readonly root: JsonObject;
  readonly depth: number;
}

function make(said: Json | undefined, { root, depth }: Place): Json {
  const schema = resolve(asObject(said), root);
  const below: Place = { root, depth: depth + 1 };
  if ("const" in schema) return schema["const"] ?? null;
  const [first] = Array.isArray(schema["enum"]) ? schema["enum"] : [];
  if (first !== undefined) return first;
  if (schema["default"] !== undefined) return schema["default"];
  if (depth >= DEEPEST) return null;
  const variants = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(variants)) return make({ ...without(schema, "anyOf", "oneOf"), ...asObject(variants[0]) }, below);
  if (Array.isArray(schema["allOf"])) return make(mergeAll(schema, root), below);
  switch (typeOf(schema)) {
    case "object":
      return makeObject(schema, below);
    case "array":
      return makeArray(schema, below);
    case "string":
      return makeText(schema);
    case "integer":
    case "number":
      return makeNumber(schema);
    case "boolean":
      return false;
    default:
      return null;
  }
}

function typeOf(schema: JsonObject): Json | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return type[0];
  if (type !== undefined) return type;
  if ("properties" in schema || "required" in schema) return "object";
  return "items" in schema ? "array" : undefined;
}

function makeObject(schema: JsonObject, below: Place): Json {
  const properties = asObject(schema["properties"]);
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const names = required.filter((name) => typeof name === "string");
  return Object.fromEntries(names.map((name) => [name, make(properties[name], below)]));
}

function makeArray(schema: JsonObject, below: Place): Json {
  const prefix = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
  const items = prefix.map((item) => make(item, below));
  const least = Math.min(asNumber(schema["minItems"]) ?? 0, 1000);
  while (items.length < least) items.push(make(schema["items"], below));
  return items;
}

const examples: Readonly<Record<string, string>> = {
  "date-time": "2000-01-01T00:00:00Z",
  date: "2000-01-01",
  time: "00:00:00Z",
  duration: "PT0S",
  email: "a@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uuid: "00000000-0000-4000-8000-000000000000",
  uri: "https://example.com/",
};

function makeText(schema: JsonObject): string {
  const example = typeof schema["format"] === "string" ? examples[schema["format"]] : undefined;
  return (example ?? "").padEnd(Math.min(asNumber(schema["minLength"]) ?? 0, 10_000), "x");
}

/** The number nearest to 0 between the bounds, on the grid of `multipleOf`. */
function makeNumber(schema: JsonObject): number {
  const step = asNumber(schema["multipleOf"]) ?? (schema["type"] === "integer" ? 1 : undefined);
  const { minimum, exclusiveMinimum: above, maximum, exclusiveMaximum: under } = schema;
  const gap = step ?? 0.5;
  const lowest = Math.max(asNumber(minimum) ?? -Infinity, (asNumber(above) ?? -Infinity) + gap);
  const highest = Math.min(asNumber(maximum) ?? Infinity, (asNumber(under) ?? Infinity) - gap);
  const wanted = Math.min(Math.max(lowest, 0), highest);
  if (step === undefined) return wanted;
  return (lowest > 0 ? Math.ceil(wanted / step) : Math.floor(wanted / step)) * step;
}

/** Follows `$ref` inside the document, a few steps at most. */
function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  let found = schema;
  for (let steps = 0; steps < DEEPEST && typeof found["$ref"] === "string"; steps++) {
    const path = found["$ref"].split("/").slice(1);
    const target = path.reduce<Json>(
      (at, name) => asObject(at)[name.replaceAll("~1", "/").replaceAll("~0", "~")] ?? {},
      root,
    );
    found = { ...asObject(target), ...without(found, "$ref") };
  }
  return found;
}

function mergeAll(schema: JsonObject, root: JsonObject): JsonObject {
  const variants = (schema["allOf"] as readonly Json[]).map((variant) => resolve(asObject(variant), root));
  const all = [without(schema, "allOf"), ...variants];
  const required = all.flatMap((one) => (Array.isArray(one["required"]) ? one["required"] : []));
  const properties = Object.assign({}, ...all.map((one) => asObject(one["properties"]))) as JsonObject;
  const merged = Object.assign({}, ...all) as JsonObject;
  return required.length === 0 && Object.keys(properties).length === 0 ? merged : { ...merged, properties, required };
}

function without(schema: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}

const asNumber = (value: Json | undefined) => (typeof value === "number" ? value : undefined);
