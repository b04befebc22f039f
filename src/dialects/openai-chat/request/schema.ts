import { type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { Value, type ValueError } from "@sinclair/typebox/value";
import type { Fault } from "../../../spec/error.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { type Field, requestFields, settingFields } from "./fields.ts";

const orNull = (schema: TSchema) =>
  Type.Union([schema, Type.Null()], { description: `${schema.description}, or null` });
const properties = (fields: readonly Field[]) =>
  Object.fromEntries(
    fields.map(({ name, schema, nullable }) => [name, Type.Optional(nullable ? orNull(schema) : schema)]),
  );

const settingsSchema = Type.Object(properties(settingFields));
// Longer than any name there is, resource paths of clouds included; errors repeat it.
const modelName = Type.String({ minLength: 1, maxLength: 256, description: "the name of a model" });
// Older SDKs say `name` or `id` for `model` and put the settings beside it.
const modelObject = Type.Composite([
  Type.Object({
    model: Type.Optional(modelName),
    name: Type.Optional(modelName),
    id: Type.Optional(modelName),
    settings: Type.Optional(Type.Union([settingsSchema, Type.Null()])),
  }),
  settingsSchema,
]);
const modelChoice = Type.Union([modelName, modelObject], {
  description: 'the name of a model or {"model": …, "settings": {…}}',
});
const modelSchema = Type.Union(
  [modelChoice, Type.Array(modelChoice, { minItems: 1, description: "a list of at least one model" })],
  {
    description: 'the name of a model, {"model": …, "settings": {…}}, or a list of these',
  },
);

/** The body of `POST /v1/chat/completions`; keys it does not name pass unchecked. Ranges: protocol.md §1 and §8. */
const chatCompletionRequest = Type.Object({ model: modelSchema, ...properties(requestFields) });
// Model settings are rare and large, so that the compiled check leaves them to the interpreter.
const hotSchema = Type.Object({ model: Type.Unknown(), ...properties(requestFields) });

// Compiling takes 5 ms, which the first request after a start should not wait for; interpreting takes 20 µs a request.
const INTERPRETED_CHECKS = 8;
let checks = 0;
let compiled: TypeCheck<typeof hotSchema> | undefined;

/** True where the body is a chat completion request. */
export function isChatCompletionRequest(body: unknown): body is JsonObject {
  if (checks++ < INTERPRETED_CHECKS) return Value.Check(chatCompletionRequest, body);
  compiled ??= TypeCompiler.Compile(hotSchema);
  return compiled.Check(body) && Value.Check(typeof body.model === "string" ? modelName : modelSchema, body.model);
}

/** What is wrong with a body that `isChatCompletionRequest` refuses: at most 20 faults, each with its place. */
export function explainFaults(body: unknown): readonly Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const error of Value.Errors(chatCompletionRequest, body)) {
    const { path, expected } = describe(error);
    if (seen.has(path)) continue;
    seen.add(path);
    const loc = path.split("/").slice(1).map(readStep);
    faults.push({ loc: ["body", ...loc], msg: expected, type: "value_error" });
    if (faults.length === 20) break;
  }
  return faults;
}

/** One step of a JSON pointer; of a key that is no name but a text, its beginning. */
function readStep(step: string): string | number {
  if (/^\d{1,15}$/.test(step)) return Number(step);
  const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
  return key.length > 64 ? `${key.slice(0, 64)}…` : key;
}

/** The innermost fault: of a union's variants the one that the value comes nearest to speaks for all. */
function describe(error: ValueError): { readonly path: string; readonly expected: string } {
  const variants = error.errors.map((errors) => [...errors]).filter((errors) => !wrongKind(error.path, errors));
  const nearest = variants
    .flatMap(([first]) => (first ? [describe(first)] : []))
    .filter(({ path }) => path.length > error.path.length)
    .toSorted((left, right) => right.path.length - left.path.length)[0];
  return nearest ?? { path: error.path, expected: expectation(error) };
}

/** True where a variant of a union is out of the question because the value says to be something else. */
const wrongKind = (path: string, errors: readonly ValueError[]) =>
  errors.some((error) => error.path === `${path}/type` || error.path === `${path}/role`);

function expectation(error: ValueError): string {
  const { description } = error.schema;
  if (error.value === undefined) return "is required";
  if (typeof description === "string") return `must be ${description}`;
  const variants = error.errors.flatMap((errors) => errors.First()?.schema.description ?? []);
  if (variants.length > 0) return `must be ${variants.join(", or ")}`;
  return error.message.replace(/^Expected/, "must be");
}

/** The body field of a fault in the form error messages use: `messages[2].content`. */
export function pathOf(fault: Fault): string {
  return fault.loc
    .slice(1)
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}
