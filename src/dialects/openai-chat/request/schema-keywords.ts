import type { Json, JsonObject } from "../../../spec/json.ts";

// JSON Schema 2020-12 keywords of more than one word.
const keywords = [
  "additionalProperties", "allOf", "anyOf", "oneOf", "contentEncoding", "contentMediaType", "dependentRequired", "dependentSchemas",
  "exclusiveMaximum", "exclusiveMinimum", "maxContains", "maxItems", "maxLength", "maxProperties", "minContains", "minItems",
  "minLength", "minProperties", "multipleOf", "patternProperties", "prefixItems", "propertyNames", "readOnly", "unevaluatedItems",
  "unevaluatedProperties", "uniqueItems", "writeOnly",
]; // prettier-ignore

const keywordOf = new Map(
  keywords.map((word) => [word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), word]),
);
// Keywords whose value maps names to schemas: the names are the author's own.
const mapsOfSchemas = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
// Keywords whose value is data, not a schema.
const data = new Set(["const", "default", "enum", "example", "examples", "required", "dependentRequired"]);

/**
 * A JSON schema whose keywords the Dedalus TypeScript SDK turned into snake_case (protocol.md §1.4), mended.
 * Only keywords are: a property that is called `min_length` keeps its name.
 */
export function mendSchemaKeywords(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(mendSchemaKeywords);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema as JsonObject).map(([key, value]) => {
      const keyword = keywordOf.get(key) ?? key;
      return [keyword, value === undefined ? value : mendValue(keyword, value)];
    }),
  );
}

function mendValue(keyword: string, value: Json): Json {
  if (data.has(keyword)) return value;
  if (!mapsOfSchemas.has(keyword) || typeof value !== "object" || value === null || Array.isArray(value)) {
    return mendSchemaKeywords(value);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, schema === undefined ? schema : mendSchemaKeywords(schema)]),
  );
}
