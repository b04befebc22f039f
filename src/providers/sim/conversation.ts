import type { Json, JsonObject } from "../../spec/json.ts";

/** A tool that was offered. */
export interface Offer {
  readonly kind: "function" | "custom";
  readonly name: string;
  /** The JSON schema of a function's arguments. */
  readonly parameters: JsonObject;
}

/** What the simulator takes from a request body. */
export interface Conversation {
  readonly model: string;
  /** The text of the last user message; what is no text stands in brackets: `[image]`. */
  readonly lastUserText: string;
  /** The texts of the tool messages after the last assistant message. */
  readonly toolResults: readonly string[];
  /** Assistant messages so far. */
  readonly turns: number;
  /** Characters of all messages and tools together. */
  readonly characters: number;
  readonly tools: readonly Offer[];
  /** `auto`, `none`, `required`, or the name of the one tool to call. */
  readonly toolChoice: string | { readonly name: string };
  readonly parallel: boolean;
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Tokens. */
  readonly limit: number | undefined;
  readonly stop: readonly string[];
  readonly format: JsonObject;
  readonly logprobs: boolean;
  readonly metadata: JsonObject;
}

/** Reads a request body the gateway has checked; what is of another shape counts as absent. */
export function readConversation(body: JsonObject): Conversation {
  const messages = asList(body["messages"]).map(asObject);
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const tools = asList(body["tools"]).flatMap((tool) => readTool(asObject(tool)) ?? []);
  const { stop } = body;
  return {
    model: asText(body["model"]),
    lastUserText: readContent(messages.findLast(({ role }) => role === "user")?.["content"]),
    toolResults: messages
      .slice(last + 1)
      .flatMap(({ role, content }) => (role === "tool" ? [readContent(content)] : [])),
    turns: messages.filter(({ role }) => role === "assistant").length,
    characters: length(JSON.stringify([body["messages"], body["tools"] ?? []])),
    tools,
    toolChoice: readToolChoice(body["tool_choice"]),
    parallel: body["parallel_tool_calls"] !== false,
    choices: asCount(body["n"]) ?? 1,
    stream: body["stream"] === true,
    includeUsage: asObject(body["stream_options"])["include_usage"] === true,
    limit: asCount(body["max_completion_tokens"]) ?? asCount(body["max_tokens"]),
    stop: (typeof stop === "string" ? [stop] : asList(stop)).map(asText).filter((text) => text !== ""),
    format: asObject(body["response_format"]),
    logprobs: body["logprobs"] === true,
    metadata: asObject(body["metadata"]),
  };
}

function readTool(tool: JsonObject): Offer | undefined {
  const kind = tool["type"] === "custom" ? "custom" : "function";
  const { name, parameters } = asObject(tool[kind]);
  return typeof name === "string" ? { kind, name, parameters: asObject(parameters) } : undefined;
}

function readToolChoice(choice: Json | undefined): Conversation["toolChoice"] {
  if (typeof choice === "string") return choice;
  const { type } = asObject(choice);
  const { name } = asObject(asObject(choice)[type === "custom" ? "custom" : "function"]);
  return typeof name === "string" ? { name } : "auto";
}

function readContent(content: Json | undefined): string {
  if (typeof content === "string") return content;
  return asList(content)
    .map(asObject)
    .map((part) =>
      typeof part["text"] === "string" ? part["text"] : `[${asText(part["type"]).replace(/^input_|_url$/g, "")}]`,
    )
    .join("\n");
}

/** Characters as people count them, near enough: code points. */
export function length(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The value as an object; empty where it is none. */
export function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const asText = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const asCount = (value: Json | undefined) => (typeof value === "number" && value > 0 ? value : undefined);
