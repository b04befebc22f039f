import type { Json, JsonObject } from "../../../spec/json.ts";
import { readInstruction } from "./read-conversation.ts";
import { readOverrides } from "./read-overrides.ts";

/** The settings of one model, sorted by what they act on. */
export interface Settings {
  /** Body fields under their own names. */
  readonly fields: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Seconds for the whole call. */
  readonly timeout?: number;
  /** The system instruction for this model. */
  readonly instruction?: string;
  readonly warnings: readonly string[];
}

// Belong to the connection or to the operator's key (semantics.md, Requests).
const reservedHeader =
  /^(authorization|x-api-key|api-key|x-goog-api-key|cookie|host|content-length|content-type|content-encoding|accept-encoding|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;
// What the street decides for the request as a whole, and what only routing reads.
const streetSettings = new Set(["stream", "include_usage", "attributes"]);
const transportSettings = new Set(["extra_headers", "extra_query", "extra_args", "timeout", "system_instruction"]);
// What perdix answers for: who is asked, what, and in which form the answer comes.
const reservedField = /^(model|messages|stream)$/;

const none: Settings = { fields: {}, headers: {}, query: {}, warnings: [] };

/** Sorts `{model, settings}`: what becomes a body field, a header, a query parameter, or a time limit. */
export function readSettings(settings: JsonObject): Settings {
  if (Object.keys(settings).length === 0) return none;
  const fields: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value === null || value === undefined || streetSettings.has(name) || transportSettings.has(name)) continue;
    Object.assign(fields, translate(name, value, settings) ?? { [name]: value });
  }
  const {
    extra_headers: headers,
    extra_query: query,
    extra_args: extra,
    timeout,
    system_instruction: instruction,
  } = settings;
  const text = readInstruction(instruction);
  const merged = { ...fields, ...readOverrides(fields, false), ...(extra as JsonObject | null) };
  return {
    fields: Object.fromEntries(Object.entries(merged).filter(([name]) => !reservedField.test(name))),
    headers: strings(headers, (name) => !reservedHeader.test(name)),
    query: strings(query, () => true),
    ...(typeof timeout === "number" && { timeout }),
    ...(text !== undefined && { instruction: text }),
    warnings: [
      ...reserved("extra_headers", headers, reservedHeader),
      ...reserved("settings", merged, reservedField),
      ...lost(settings),
    ],
  };
}

const reserved = (place: string, map: Json | undefined, pattern: RegExp) =>
  Object.keys(map ?? {})
    .filter((name) => pattern.test(name))
    .map((name) => `${place}.${name} is not for settings to set and was dropped`);

/** Parts of `reasoning` that only the Responses API has. */
const lost = ({ reasoning }: JsonObject) =>
  Object.entries((reasoning ?? {}) as JsonObject)
    .filter(([name, value]) => name !== "effort" && value !== null)
    .map(([name]) => `reasoning.${name} was dropped: chat completions have no such field`);

/** Settings that stand for a field of another name; undefined for all others. */
function translate(name: string, value: Json, settings: JsonObject): JsonObject | undefined {
  const audio = settings["audio"] as JsonObject | null | undefined;
  switch (name) {
    case "reasoning": {
      const { effort } = value as JsonObject;
      return typeof effort === "string" && !settings["reasoning_effort"] ? { reasoning_effort: effort } : {};
    }
    case "voice":
      return {
        audio: { format: settings["output_audio_format"] ?? "wav", ...audio, voice: audio?.["voice"] ?? value },
      };
    case "output_audio_format":
      return audio || !settings["voice"]
        ? { audio: { voice: "alloy", ...audio, format: audio?.["format"] ?? value } }
        : {};
    case "structured_output":
      return settings["response_format"] || value === false ? {} : { response_format: readStructuredOutput(value) };
    default:
      return undefined;
  }
}

/** A response format as it is, a bare JSON schema wrapped into one. */
function readStructuredOutput(value: Json): Json {
  if (value === true) return { type: "json_object" };
  const { type } = value as JsonObject;
  if (type === "json_schema" || type === "json_object" || type === "text") return value;
  return { type: "json_schema", json_schema: { name: "structured_output", schema: value } };
}

function strings(map: Json | undefined, keep: (name: string) => boolean): Record<string, string> {
  const entries = Object.entries((map ?? {}) as JsonObject).filter(
    ([name, value]) => value !== null && value !== undefined && keep(name),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
