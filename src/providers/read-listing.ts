import { GatewayError } from "../spec/error.ts";
import type { Json, JsonObject } from "../spec/json.ts";
import type { Model } from "../spec/model.ts";

/** Reads the listing of models in any of the shapes vendors give it. Throws GatewayError `upstream_invalid`. */
export function readListing(text: string, provider: string): readonly Model[] {
  const entries = findEntries(parse(text));
  if (entries === undefined) {
    throw new GatewayError("upstream_invalid", `${provider} sent no list of models`, { upstream: { provider } });
  }
  return entries.flatMap((entry) => readEntry(entry, provider) ?? []);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function findEntries(body: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(body)) return body;
  const { data, models } = asObject(body);
  return [data, models].find((list) => Array.isArray(list)) as readonly Json[] | undefined;
}

function readEntry(entry: Json, provider: string): Model | undefined {
  const facts = asObject(entry);
  const name = typeof entry === "string" ? entry : firstText(facts["id"], facts["model"], facts["name"]);
  if (name === undefined || name === "" || !isForChat(facts)) return undefined;
  const limits = { ...asObject(facts["limits"]), ...asObject(facts["top_provider"]) };
  return {
    id: `${provider}/${name}`,
    provider,
    name,
    source: "upstream",
    ...present({
      displayName: [facts["display_name"], facts["name"]]
        .map(asText)
        .find((text) => text !== name && text !== undefined),
      description: firstText(facts["description"], facts["summary"]),
      ownedBy: firstText(facts["owned_by"], facts["publisher"], facts["organization"]),
      created: firstCount(facts["created"]),
      inputTokenLimit: firstCount(
        facts["context_length"],
        facts["context_window"],
        facts["max_context_length"],
        facts["max_model_len"],
        limits["max_input_tokens"],
      ),
      outputTokenLimit: firstCount(
        facts["max_completion_tokens"],
        limits["max_completion_tokens"],
        limits["max_output_tokens"],
      ),
      deprecated: facts["deprecated"] === true ? true : undefined,
    }),
  };
}

/** False where the vendor says that the model is switched off (Groq) or not for chat (Cohere, Mistral). */
function isForChat(facts: JsonObject): boolean {
  const { active, endpoints } = facts;
  if (active === false || asObject(facts["capabilities"])["completion_chat"] === false) return false;
  return (
    !Array.isArray(endpoints) || !endpoints.every((name) => typeof name === "string") || endpoints.includes("chat")
  );
}

function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

const asText = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const firstText = (...values: readonly unknown[]) => values.map(asText).find((text) => text !== undefined);

/** The first whole number above 0. */
function firstCount(...values: readonly unknown[]): number | undefined {
  return values.find((value): value is number => Number.isInteger(value) && (value as number) > 0);
}

type Present<Facts> = { [Name in keyof Facts]?: Exclude<Facts[Name], undefined> };

function present<Facts extends object>(facts: Facts): Present<Facts> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Present<Facts>;
}
