import type { Json, JsonObject } from "../../../spec/json.ts";
import type { Message, Part, ToolCall } from "../../../spec/message.ts";

/** Messages in this dialect: the inverse of `readMessages`, with the role `system` for `developer` where that is unknown. */
export function writeMessages(
  messages: readonly Message[],
  options: { readonly developerRole: boolean },
): JsonObject[] {
  return messages.map((message) => {
    const wire = writeMessage(message);
    return message.role === "developer" && !options.developerRole ? { ...wire, role: "system" } : wire;
  });
}

function writeMessage({ role, content, name, toolCalls, toolCallId, reasoning, extra }: Message): JsonObject {
  return {
    role,
    content: typeof content === "string" || content === null ? content : content.map(writePart),
    ...(name !== undefined && { name }),
    ...(toolCalls && { tool_calls: toolCalls.map(writeToolCall) }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...extra,
  };
}

function writePart(part: Part): JsonObject {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, ...part.extra };
    case "refusal":
      return { type: "refusal", refusal: part.text, ...part.extra };
    case "image":
      return {
        ...part.extra,
        type: "image_url",
        image_url: { url: part.url, ...given("detail", part.detail), ...inner(part, "image_url") },
      };
    case "audio":
      return {
        ...part.extra,
        type: "input_audio",
        input_audio: { data: part.data, format: part.format, ...inner(part, "input_audio") },
      };
    case "file":
      return {
        ...part.extra,
        type: "file",
        file: {
          ...given("filename", part.name),
          ...given("file_data", part.data),
          ...given("file_id", part.id),
          ...inner(part, "file"),
        },
      };
    case "other":
      return part.value;
  }
}

function writeToolCall(call: ToolCall): JsonObject {
  const { id, kind, name, input, extra } = call;
  if (kind === "custom") return { ...extra, id, type: "custom", custom: { name, input, ...inner(call, "custom") } };
  return { ...extra, id, type: "function", function: { name, arguments: input, ...inner(call, "function") } };
}

const given = (key: string, value: string | undefined): JsonObject => (value === undefined ? {} : { [key]: value });

/** Fields left over from the object that stands inside a part or a call. */
function inner({ extra }: { readonly extra?: JsonObject }, key: string): JsonObject {
  const value: Json | undefined = extra?.[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
