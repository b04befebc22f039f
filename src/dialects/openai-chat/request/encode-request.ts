import { GatewayError } from "../../../spec/error.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import type { Message } from "../../../spec/message.ts";
import type { Turn } from "../../../spec/provider.ts";
import type { ChatRequest } from "../../../spec/request.ts";
import { editMembers } from "../../json-text.ts";
import { fieldByName } from "./fields.ts";
import { instruct } from "./read-conversation.ts";
import { type Settings, readSettings } from "./read-settings.ts";
import type { ChatTraits } from "../traits.ts";
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
  const { body, text } = request.source;
  const settings = readSettings(turn.settings);
  const said: JsonObject = { ...body, ...request.overrides, ...settings.fields, model };
  const edits: Edits = new Map();
  const warnings = [...settings.warnings];
  if (strict && warnings[0] !== undefined) throw new GatewayError("invalid_request", warnings[0], { param: "model" });
  for (const name in said) {
    const value = fit(name, said[name], traits);
    const rename = traits.renames[name];
    if (rename !== undefined && value !== undefined) edits.set(name, undefined).set(rename, JSON.stringify(value));
    else if (value !== body[name]) edits.set(name, value === undefined ? undefined : JSON.stringify(value));
    if (value !== undefined || !asksForMore(name, said[name])) continue;
    if (strict || fieldByName.get(name)?.meaning) throw refusal(name, `${provider}/${model}`);
    warnings.push(`${name} was dropped: ${provider}/${model} does not take it`);
  }
  editMessages(edits, { request, traits, instruction: settings.instruction });
  editOutputLimit(edits, said, traits);
  editStreaming(edits, { request, traits, said });
  return { text: editMembers(text, edits), warnings, ...transport(settings) };
}

/** A value in the upstream's spelling; undefined where it must not be sent. A field nobody knows is the upstream's business. */
function fit(name: string, value: Json | undefined, traits: ChatTraits): Json | undefined {
  const fate = fieldByName.get(name)?.fate;
  if (value === null || fate === "gateway") return fate === undefined ? value : undefined;
  const { unsupported, extensions, requiredChoice } = traits;
  if (fate === "extension" ? !extensions.includes(name) : unsupported.includes(name)) return undefined;
  return name === "tool_choice" && value === "required" ? requiredChoice : value;
}

/** False for a value whose loss is none: it asks for what comes anyway, or was never meant for an upstream. */
function asksForMore(name: string, value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (fieldByName.get(name)?.fate === "gateway") return false;
  if (name === "n") return value !== 1;
  if (name === "modalities") return !Array.isArray(value) || value.some((modality) => modality !== "text");
  if (name === "response_format") return (value as JsonObject)["type"] !== "text";
  if (name === "tool_choice") return value !== "auto";
  return !Array.isArray(value) || value.length > 0;
}

const transport = ({ headers, query, timeout }: Settings) => ({
  headers,
  query,
  ...(timeout !== undefined && { timeout }),
});

function refusal(name: string, model: string): GatewayError {
  return new GatewayError(
    "unsupported_parameter",
    `${model} does not take ${name}; leave it out or choose a model that has it`,
    { param: name },
  );
}

interface MessageEdit {
  readonly request: ChatRequest;
  readonly traits: ChatTraits;
  /** The system instruction for this model alone. */
  readonly instruction: string | undefined;
}

function editMessages(edits: Edits, { request, traits: { developerRole }, instruction }: MessageEdit): void {
  const isForeign = ({ role }: Message) => role === "developer" && !developerRole;
  if (!request.repaired && instruction === undefined && !request.messages.some(isForeign)) return;
  const messages = instruction === undefined ? request.messages : instruct(request, instruction);
  edits.set("messages", JSON.stringify(writeMessages(messages, { developerRole })));
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

interface StreamEdit {
  readonly request: ChatRequest;
  readonly traits: ChatTraits;
  readonly said: JsonObject;
}

/** Asks for usage at the end of each stream, for the books; the decoder withholds it from a client that did not. */
function editStreaming(edits: Edits, { request, traits: { streamUsage }, said }: StreamEdit): void {
  const { body } = request.source;
  if ((body["stream"] === true) !== request.stream) edits.set("stream", JSON.stringify(request.stream));
  const options = (said["stream_options"] ?? undefined) as JsonObject | undefined;
  if (!request.stream || streamUsage !== "ask") {
    if (options) edits.set("stream_options", undefined);
  } else if (options?.["include_usage"] !== true) {
    edits.set("stream_options", JSON.stringify({ ...options, include_usage: true }));
  }
}
