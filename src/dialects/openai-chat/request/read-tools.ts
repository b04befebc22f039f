import { GatewayError } from "../../../spec/error.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import { mendSchemaKeywords } from "./schema-keywords.ts";

/** What tools and tool choices become; keys that need no change are absent. */
export type ToolOverrides = { [key: string]: Json | undefined };

/** Tools with their type filled in and, for `damaged` senders, their schema keywords mended. */
export function readTools(tools: readonly JsonObject[], damaged: boolean): ToolOverrides {
  const untyped = tools.some((tool) => tool["type"] === undefined);
  if (!untyped && !damaged) return {};
  return { tools: tools.map((tool) => mendTool(tool, damaged)) };
}

function mendTool(tool: JsonObject, damaged: boolean): JsonObject {
  const called = tool["function"] as JsonObject | undefined;
  const parameters = called?.["parameters"];
  const mended = damaged && called && parameters ? { ...called, parameters: mendSchemaKeywords(parameters) } : called;
  return { ...tool, type: tool["type"] ?? "function", ...(mended && { function: mended }) };
}

/** One spelling for all that clients use: OpenAI's. */
export function readToolChoice(choice: Json): ToolOverrides {
  if (typeof choice === "string") return choice === "any" ? { tool_choice: "required" } : {};
  const { type, name, server_label: server, disable_parallel_tool_use: single } = choice as JsonObject;
  if (server !== undefined) {
    throw new GatewayError(
      "invalid_request",
      `tool_choice names a tool of the MCP server "${server}", but this request has no such server; name the server in mcp_servers`,
      { param: "tool_choice" },
    );
  }
  const parallel = single === true ? { parallel_tool_calls: false } : {};
  if (type === "auto" || type === "none") return { tool_choice: type, ...parallel };
  if (type === "any") return { tool_choice: "required", ...parallel };
  if (type === undefined) return { tool_choice: { type: "function", ...(choice as JsonObject) } };
  if (type === "tool") return { tool_choice: { type: "function", function: { name: name ?? null } }, ...parallel };
  return {};
}
