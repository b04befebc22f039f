import type { Json, JsonObject } from "../../../spec/json.ts";
import type { Message, Part, Role, ToolCall } from "../../../spec/message.ts";

/** Messages of a checked body in the words of the house. Fields without a word stay in `extra`. */
export function readMessages(messages: readonly JsonObject[]): Message[] {
  return messages.map(readMessage);
}

function readMessage(wire: JsonObject): Message {
  if (typeof wire["content"] === "string" && Object.keys(wire).length === 2) {
    return { role: wire["role"] as Role, content: wire["content"] };
  }
  const { role, content, name, tool_calls: calls, tool_call_id: callId, reasoning_content: reasoning, ...rest } = wire;
  const toolCalls = Array.isArray(calls) ? calls.map(readToolCall) : [];
  return {
    role: role as Role,
    content: readContent(content),
    ...(typeof name === "string" && { name }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(typeof callId === "string" && { toolCallId: callId }),
    ...(typeof reasoning === "string" && { reasoning }),
    ...extra(rest),
  };
}

function readContent(content: Json | undefined): Message["content"] {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map(readPart) : null;
}

function readPart(wire: JsonObject): Part {
  const { type, ...fields } = wire;
  if (type === "text") return readText("text", fields);
  if (type === "refusal") return readText("refusal", fields);
  if (type === "image_url") return readImage(fields);
  if (type === "input_audio") return readAudio(fields);
  if (type === "file") return readFile(fields);
  return { type: "other", value: wire };
}

function readText(type: "text" | "refusal", fields: JsonObject): Part {
  const { [type]: text, ...rest } = fields;
  return { type, text: text as string, ...extra(rest) };
}

function readImage({ image_url: image, ...rest }: JsonObject): Part {
  const { url, detail, ...more } = image as JsonObject;
  return {
    type: "image",
    url: url as string,
    ...(typeof detail === "string" && { detail }),
    ...extra(rest, { image_url: more }),
  };
}

function readAudio({ input_audio: audio, ...rest }: JsonObject): Part {
  const { data, format, ...more } = audio as JsonObject;
  return { type: "audio", data: data as string, format: format as string, ...extra(rest, { input_audio: more }) };
}

function readFile({ file, ...rest }: JsonObject): Part {
  const { filename, file_data: data, file_id: id, ...more } = file as JsonObject;
  return {
    type: "file",
    ...(typeof filename === "string" && { name: filename }),
    ...(typeof data === "string" && { data }),
    ...(typeof id === "string" && { id }),
    ...extra(rest, { file: more }),
  };
}

function readToolCall(wire: JsonObject): ToolCall {
  const { id, type, function: called, custom, ...rest } = wire;
  if (type === "custom") {
    const { name, input, ...more } = custom as JsonObject;
    return {
      id: id as string,
      kind: "custom",
      name: name as string,
      input: input as string,
      ...extra(rest, { custom: more }),
    };
  }
  const { name, arguments: input, ...more } = called as JsonObject;
  return {
    id: id as string,
    kind: "function",
    name: name as string,
    input: readArguments(input),
    ...extra(rest, { function: more }),
  };
}

/** Some clients send arguments as an object, or none at all. */
function readArguments(input: Json | undefined): string {
  if (typeof input === "string") return input;
  return input === null || input === undefined ? "{}" : JSON.stringify(input);
}

/** What is left over of an object and, under its key, of the one inside it. */
function extra(rest: JsonObject, inner: Readonly<Record<string, JsonObject>> = {}): { readonly extra?: JsonObject } {
  const left: Record<string, Json | undefined> = { ...rest };
  for (const [key, value] of Object.entries(inner)) if (Object.keys(value).length > 0) left[key] = value;
  return Object.keys(left).length > 0 ? { extra: left } : {};
}
