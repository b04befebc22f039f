import type { Json, JsonObject } from "../../../spec/json.ts";

/** The value as an object, or undefined where it is none (null and lists are none). */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as a list; empty where it is none. */
export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; undefined where it is none or empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value as a finite number; undefined where it is none. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The members whose keys are not in `known`; undefined where there are none. */
export function leaveOut(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const left = Object.entries(object).filter(([key]) => !known.has(key));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** The text parsed as JSON; undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
