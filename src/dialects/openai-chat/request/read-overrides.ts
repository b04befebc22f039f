import type { Json, JsonObject } from "../../../spec/json.ts";
import { readToolChoice, readTools } from "./read-tools.ts";

/**
 * Known fields whose value is sent otherwise than it was said; fields that need no change are absent. `damaged`: by a
 * sender that turns schema keywords into snake_case. Throws GatewayError `invalid_request` for the tool of a server that is not there.
 */
export function readOverrides(fields: JsonObject, damaged: boolean): JsonObject {
  const { tools, tool_choice: choice, metadata } = fields;
  const values = Object.values(metadata ?? {});
  return {
    ...(Array.isArray(tools) && readTools(tools, damaged)),
    ...(choice !== undefined && choice !== null && readToolChoice(choice)),
    ...(values.some((value) => typeof value !== "string") && { metadata: stringValues(metadata as JsonObject) }),
  };
}

const stringValues = (metadata: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, toText(value)]));

const toText = (value: Json | undefined) => (typeof value === "string" ? value : JSON.stringify(value));
