import { GatewayError } from "../../spec/error.ts";
import type { Json, JsonObject } from "../../spec/json.ts";
import type { Message } from "../../spec/message.ts";
import type { Turn } from "../../spec/provider.ts";
import { editMembers } from "../json-text.ts";
import { type Field, fieldByName } from "./fields.ts";
import { type Settings, readSettings } from "./read-settings.ts";
import type { ChatTraits } from "./traits.ts";
import { writeMessages } from "./write-messages.ts";

/** A request as one upstream gets it. */
export interface EncodedRequest {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Seconds for the whole call. */
  readonly timeout?: number;
}

/** What is to change in the source: JSON text to set, `undefined` to remove. */
type Edits = Map<string, string | undefined>;

/**
 * The source's own bytes with as few top-level members changed as this upstream needs, so that fields nobody has heard of
 * survive. Throws GatewayError `unsupported_parameter` for a field whose loss would change the answer.
 */
export function encodeRequest(turn: Turn, traits: ChatTraits, provider: string): EncodedRequest {
  const { request, model, strict } = turn;
  const settings = readSettings(turn.settings);
  const edits: Edits = new Map([["model", JSON.stringify(model)]]);
  const warnings = [...settings.warnings];
  const change = { ...request.overrides, ...settings.fields };
  const { body } = request.source;
  for (const name in change) setMember(edits, body, name, change[name]);
  for (const name in body) judge(name, { body, change });
  for (const name in change) if (!(name in body)) judge(name, { body, change });
  editMessages(edits, request, traits);
  editOutputLimit(edits, { ...body, ...change }, traits);
  editStreaming(edits, request, traits);
  return { text: editMembers(request.source.text, edits), warnings, ...transport(settings) };

  /** Removes a member that must not be sent, with a warning where the client might have counted on it. */
  function judge(name: string, { body, change }: { readonly body: JsonObject; readonly change: JsonObject }): void {
    const value = name in change ? change[name] : body[name];
    if (name === "model" || value === undefined) return;
    const field = fieldByName.get(name);
    if (value === null || field?.fate === "gateway") return void (field && edits.set(name, undefined));
    const translated = spell(name, value, traits);
    if (translated !== undefined) edits.set(name, JSON.stringify(translated));
    if (isHonoured(name, field, traits)) return;
    edits.set(name, undefined);
    if (isDefault(name, value)) return;
    if (field?.meaning || strict) throw refusal(name, `${provider}/${model}`);
    warnings.push(`${name} was dropped: ${provider}/${model} does not take it`);
  }
}

const transport = ({ headers, query, timeout }: Settings) => ({ headers, query, ...(timeout !== undefined && { timeout }) });

function refusal(name: string, model: string): GatewayError {
  return new GatewayError("unsupported_parameter", `${model} does not take ${name}; leave it out or choose a model that has it`, { param: name });
}

/** An unknown field is the upstream's business; a known one goes where it is known. */
function isHonoured(name: string, field: Field | undefined, { unsupported, extensions }: ChatTraits): boolean {
  return field?.fate === "extension" ? extensions.includes(name) : !unsupported.includes(name);
}

/** A value that asks for nothing, so that its loss is none. */
function isDefault(name: string, value: Json): boolean {
  if (name === "n") return value === 1;
  if (name === "modalities") return Array.isArray(value) && value.every((modality) => modality === "text");
  if (name === "response_format") return (value as JsonObject)["type"] === "text";
  return value === false || (Array.isArray(value) && value.length === 0) || (name === "tool_choice" && value === "auto");
}

/** The vendor's own spelling of a value; undefined where it is the same. */
function spell(name: string, value: Json, traits: ChatTraits): Json | undefined {
  return name === "tool_choice" && value === "required" && traits.requiredChoice !== "required" ? traits.requiredChoice : undefined;
}

function setMember(edits: Edits, body: JsonObject, name: string, value: Json | undefined): void {
  if (value !== undefined) edits.set(name, JSON.stringify(value));
  else if (name in body) edits.set(name, undefined);
}

function editMessages(edits: Edits, { messages, repaired }: Turn["request"], { developerRole }: ChatTraits): void {
  const isForeign = ({ role }: Message) => role === "developer" && !developerRole;
  if (repaired || messages.some(isForeign)) edits.set("messages", JSON.stringify(writeMessages(messages, { developerRole })));
}

/** One spelling of the output limit, the upstream's; of two the newer wins. */
function editOutputLimit(edits: Edits, said: JsonObject, { outputLimit }: ChatTraits): void {
  if (outputLimit === "either") return;
  const limit = said["max_completion_tokens"] ?? said["max_tokens"];
  const other = outputLimit === "max_tokens" ? "max_completion_tokens" : "max_tokens";
  if (limit === undefined || limit === null) return;
  edits.set(outputLimit, JSON.stringify(limit));
  if (other in said) edits.set(other, undefined);
}

/** Asks for usage at the end of each stream, for the books; the decoder withholds it from a client that did not. */
function editStreaming(edits: Edits, request: Turn["request"], { streamUsage }: ChatTraits): void {
  const { body } = request.source;
  if ((body["stream"] === true) !== request.stream) edits.set("stream", JSON.stringify(request.stream));
  const options = (body["stream_options"] ?? undefined) as JsonObject | undefined;
  if (!request.stream || streamUsage !== "ask") {
    if (options) edits.set("stream_options", undefined);
  } else if (options?.["include_usage"] !== true) {
    edits.set("stream_options", JSON.stringify({ ...options, include_usage: true }));
  }
}
