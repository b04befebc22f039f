import { GatewayError } from "../../../spec/error.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import type { BroughtKey, ChatRequest, ModelChoice } from "../../../spec/request.ts";
import { findJsonFault } from "../../json-text.ts";
import { readConversation } from "./read-conversation.ts";
import { readModels } from "./read-models.ts";
import { readOverrides } from "./read-overrides.ts";
import { explainFaults, isChatCompletionRequest, pathOf } from "./schema.ts";

// JSON.parse reads any depth; JSON.stringify and the checks run out of stack near 20,000 levels.
const DEEPEST = 1000;

/** A request as it came by this street. */
export interface Incoming {
  readonly text: string;
  readonly userAgent: string | undefined;
  readonly brought?: BroughtKey;
  /** The header `X-Provider-Model`. */
  readonly providerModel: string | undefined;
  /** Refuse what would otherwise only be warned of. */
  readonly strict: boolean;
}

/** Checks a body and puts it into the words of the house. Throws GatewayError `invalid_json` or `invalid_request`. */
export function readRequest({ text, userAgent, brought, providerModel, strict }: Incoming): ChatRequest {
  const body = parseBody(text);
  const models = readModels(body["model"], providerModel);
  const { messages, rewritten } = readConversation(body);
  const servers = readServers(body["mcp_servers"]);
  refuseUnbuilt(body, { models, servers });
  const stream = setting(body, models, "stream") === true;
  const warnings = [...crossCheck(body, stream), ...unused(body, models)];
  if (strict && warnings[0] !== undefined) {
    throw new GatewayError("invalid_request", warnings[0], { param: subjectOf(warnings[0]) });
  }
  return {
    models,
    messages,
    stream,
    includeUsage: wantsUsage(body, models),
    servers,
    repaired: rewritten,
    overrides: readOverrides(body, userAgent?.startsWith("Dedalus/JS") ?? false),
    ...(brought && { brought }),
    warnings,
    source: { dialect: "openai-chat", text, body },
  };
}

function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const fault = findJsonFault(text);
    const place = fault ? ` at line ${fault.line}, column ${fault.column}: expected ${fault.expected}` : "";
    throw new GatewayError("invalid_json", `The body is not JSON${place}`);
  }
  if (text.length > 2 * DEEPEST && isDeep(body)) {
    throw new GatewayError("invalid_request", `The body is nested deeper than ${DEEPEST} levels`);
  }
  if (isChatCompletionRequest(body)) return body;
  const faults = explainFaults(body);
  const said = faults.map((fault) => `${pathOf(fault) || "The body"} ${fault.msg}`).join("; ");
  const param = faults[0] && pathOf(faults[0]);
  throw new GatewayError("invalid_request", said, { faults, ...(param && { param }) });
}

/** True for a value of more than `left` levels; stops there, so that no stack is too small. */
function isDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const item of items) if (isDeep(item, left - 1)) return true;
  return false;
}

/** A value of the request as a whole: the top level's, else that of the first model's settings. */
const setting = (body: JsonObject, models: readonly ModelChoice[], name: string) =>
  body[name] ?? models[0]?.settings?.[name];

function wantsUsage(body: JsonObject, models: readonly ModelChoice[]): boolean {
  const options = setting(body, models, "stream_options") as JsonObject | null | undefined;
  return options?.["include_usage"] === true || models[0]?.settings?.["include_usage"] === true;
}

function readServers(servers: Json | undefined): string[] {
  const list = Array.isArray(servers) ? servers : servers === undefined || servers === null ? [] : [servers];
  return list.map((server) => {
    if (typeof server === "string") return server;
    const { name, slug, url } = server as JsonObject;
    return String(name ?? slug ?? url ?? "unnamed");
  });
}

/** What would be a lie to accept, because nothing in this version does it. */
function refuseUnbuilt(
  body: JsonObject,
  { models, servers }: { readonly models: readonly ModelChoice[]; readonly servers: readonly string[] },
): void {
  const { guardrails, n } = body;
  if (Array.isArray(guardrails) && guardrails.length > 0) {
    throw new GatewayError(
      "invalid_request",
      "guardrails: this version knows no guardrail types; leave the list empty",
      { param: "guardrails" },
    );
  }
  if (servers.length > 0 && (isSeveral(n) || models.some(({ settings }) => isSeveral(settings?.["n"])))) {
    throw new GatewayError("invalid_request", "n must be 1 where mcp_servers is given: tools run for one answer only", {
      param: "n",
    });
  }
}

const isSeveral = (count: Json | undefined) => typeof count === "number" && count > 1;

function crossCheck(body: JsonObject, stream: boolean): string[] {
  const { top_logprobs: top, logprobs, modalities, audio, stream_options: options } = body;
  return [
    typeof top === "number" && logprobs !== true && "top_logprobs has no effect without logprobs: true",
    Array.isArray(modalities) &&
      modalities.includes("audio") &&
      !audio &&
      "modalities asks for audio but audio (voice, format) is missing",
    !stream && options && "stream_options has no effect without stream: true",
  ].filter((warning) => typeof warning === "string");
}

/** Fields of the API that are understood but that this version does nothing with yet. */
function unused(body: JsonObject, models: readonly ModelChoice[]): string[] {
  const names = ["agent_attributes", "model_attributes", "handoff_config", "correlation_id", "deferred_calls"];
  const idle = names.filter((name) => isGiven(body[name]));
  const attributes = models.some(({ settings }) => isGiven(settings?.["attributes"])) ? ["settings.attributes"] : [];
  return [...idle, ...attributes].map((name) => `${name} has no effect in this version`);
}

const isGiven = (value: Json | undefined) =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : value !== undefined && value !== null;

/** The field a warning speaks of: its first word. */
const subjectOf = (warning: string) => warning.slice(0, warning.indexOf(" "));
