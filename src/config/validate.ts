import { Value, type ValueError, ValueErrorType } from "@sinclair/typebox/value";
import type { LocatedProblem, SettingsDocument } from "./document.ts";
import { nearest } from "./nearest.ts";
import { parentOf, segmentsOf } from "./problem.ts";
import { type Settings, SettingsSchema } from "./schema.ts";

/** What remains of a file when everything wrong in it is left out, and what was wrong. */
export interface Validated {
  readonly settings: Settings;
  readonly problems: readonly LocatedProblem[];
}

// Pruning one fault can bare another; each round removes at least one value, and real files need two or three rounds.
const ROUNDS = 100;

/** Holds a document against the schema. Faulty values are left out, so that the rest can still be judged. */
export function validate(document: SettingsDocument): Validated {
  const value = structuredClone(document.value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const fault = { message: "the file must be a map of settings", hint: "write for example: listen: 127.0.0.1:4010" };
    return { settings: {}, problems: [document.locate("", fault)] };
  }
  const problems: LocatedProblem[] = [];
  for (let round = 0; round < ROUNDS && !Value.Check(SettingsSchema, value); round++) {
    for (const error of firstErrors(value)) {
      if (convertFilled(error, value, document)) continue;
      const isUnknownKey = error.type === ValueErrorType.ObjectAdditionalProperties;
      const known = isUnknownKey ? problems : [...document.problems, ...problems];
      const isTold = known.some(({ pointer }) => isWithin(pointer, error.path));
      if (!isTold) problems.push(describe(error, document));
      prune(value, error.type === ValueErrorType.ObjectRequiredProperty ? parentOf(error.path) : error.path);
    }
  }
  return { settings: Value.Check(SettingsSchema, value) ? value : {}, problems };
}

/** True where one place stands within the other, whichever way round. */
export function isWithin(pointer: string, other: string): boolean {
  return `${pointer}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${pointer}/`);
}

/** One error a place, the innermost that says something. */
function firstErrors(value: unknown): readonly ValueError[] {
  const byPlace = new Map<string, ValueError>();
  for (const error of Value.Errors(SettingsSchema, value)) {
    const inner = innermost(error);
    if (!byPlace.has(inner.path)) byPlace.set(inner.path, inner);
  }
  return [...byPlace.values()];
}

/** A map that stands where a text or a map may stand is judged as the map. */
function innermost(error: ValueError): ValueError {
  if (error.type !== ValueErrorType.Union || typeof error.value !== "object") return error;
  const inner = error.errors.flatMap((variant) => [...variant]).filter(({ path }) => path !== error.path);
  return inner.find(({ type }) => type === ValueErrorType.ObjectAdditionalProperties) ?? inner[0] ?? error;
}

/** A number or truth value that came out of a variable is text so far. */
function convertFilled({ path, value: text, schema }: ValueError, root: object, document: SettingsDocument): boolean {
  if (typeof text !== "string" || !document.variables.has(path) || text.trim() === "") return false;
  const converted = schema["type"] === "boolean" ? { true: true, false: false }[text] : Number(text);
  if (converted === undefined || Number.isNaN(converted) || !Value.Check(schema, converted)) return false;
  holderOf(root, path)?.set(converted);
  return true;
}

function describe(error: ValueError, document: SettingsDocument): LocatedProblem {
  const { path, type, schema } = error;
  const key = segmentsOf(path).at(-1) ?? "";
  if (type === ValueErrorType.ObjectAdditionalProperties) {
    const known = Object.keys(schema["properties"] as object);
    const near = nearest(key, known);
    const hint = near === undefined ? `known keys here: ${known.join(", ")}` : `write ${near}`;
    return document.locate(path, { message: "unknown key", hint, atKey: true });
  }
  if (type === ValueErrorType.ObjectRequiredProperty) {
    const message = `${key} is missing`;
    return document.locate(parentOf(path), { message, hint: `add ${key}: ${String(schema["example"])}`, atKey: true });
  }
  const message = `this is ${kindOf(error.value)}, but must be ${String(schema["expects"])}`;
  const example = String(schema["example"]);
  return document.locate(path, {
    message,
    hint: `write for example ${/^\d+$/.test(key) ? example : `${key}: ${example}`}`,
  });
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === "") return "empty";
  if (typeof value === "object") return "a map";
  return { string: "text", number: "a number", boolean: "true or false" }[typeof value as string] ?? typeof value;
}

/** Leaves a value out; in a list, the list as a whole, so that the other places stay what they were. */
function prune(root: object, pointer: string): void {
  let place = pointer;
  while (place !== "" && Array.isArray(holderOf(root, place)?.parent)) place = parentOf(place);
  holderOf(root, place)?.remove();
}

interface Holder {
  readonly parent: object;
  set(value: unknown): void;
  remove(): void;
}

function holderOf(root: object, pointer: string): Holder | undefined {
  const segments = segmentsOf(pointer);
  const key = segments.at(-1);
  if (key === undefined) return undefined;
  let parent: unknown = root;
  for (const segment of segments.slice(0, -1)) parent = Reflect.get(Object(parent), segment);
  if (typeof parent !== "object" || parent === null) return undefined;
  const holder = parent;
  return {
    parent,
    set: (value) => void Reflect.set(holder, key, value),
    remove: () => void Reflect.deleteProperty(holder, key),
  };
}
