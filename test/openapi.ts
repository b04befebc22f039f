import { join } from "node:path";
import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";

/** What of the API an answer is. */
export type AnswerKind = "reply" | "chunk" | "models" | "model" | "faults";

const schemaNames: Readonly<Record<AnswerKind, string>> = {
  reply: "ChatCompletion",
  chunk: "ChatCompletionStreamResponse",
  models: "ListModelsResponse",
  model: "Model",
  faults: "HTTPValidationError",
};

const shared = process.env["PERDIX_SHARED"] ?? join(import.meta.dir, "../../shared");
const validators = await readValidators(join(shared, "dedalus-openapi.json"));

/** Why nothing can be measured by the OpenAPI document, in the name of the test that skips; undefined where it can. */
export const openapiReason: string | undefined = validators ? undefined : "needs ../shared/dedalus-openapi.json";

/** The same for the end of that test's name. */
export const openapiReasonSuffix: string = openapiReason === undefined ? "" : ` (${openapiReason})`;

/** What is wrong with an answer, measured by `dedalus-openapi.json`; nothing where the document is absent. */
export function openapiFaults(kind: AnswerKind, body: unknown): readonly string[] {
  const validate = validators?.get(kind);
  if (!validate || validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${kind}${instancePath} ${message ?? "is wrong"}`);
}

async function readValidators(path: string): Promise<ReadonlyMap<AnswerKind, ValidateFunction> | undefined> {
  const file = Bun.file(path);
  if (!(await file.exists())) return undefined;
  const document = (await file.json()) as { readonly components: { readonly schemas: Record<string, AnySchema> } };
  const { schemas } = document.components;
  // The document lists the providers of the hosted service; here the operator adds providers of his own.
  schemas["Provider"] = { type: "string", minLength: 1 };
  const ajv = new Ajv2020({ strict: false, discriminator: false });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addSchema({ $id: "openapi", components: { schemas } });
  const entries = Object.entries(schemaNames) as [AnswerKind, string][];
  return new Map(entries.map(([kind, name]) => [kind, ajv.compile({ $ref: `openapi#/components/schemas/${name}` })]));
}
