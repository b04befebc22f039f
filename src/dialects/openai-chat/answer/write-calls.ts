import type { JsonObject } from "../../../spec/json.ts";
import type { ToolCall } from "../../../spec/message.ts";
import { asObject, leaveOut } from "./json-shape.ts";
import { LEGACY_CALL } from "./read-calls.ts";

/** True for a call that came as OpenAI's old `function_call`, and goes out as one. */
export function isLegacyCall({ extra }: Pick<ToolCall, "extra">): boolean {
  return extra?.[LEGACY_CALL] === true;
}

/** A whole call as a member of `tool_calls`, with whatever the provider attached to it. */
export function writeCall({ id, kind, name, input, extra }: ToolCall): JsonObject {
  const body = kind === "custom" ? { name, input } : { name, arguments: input };
  return { type: kind, ...extra, id, [kind]: { ...asObject(extra?.[kind]), ...body } };
}

/** A further piece of a call's input, as a member of a delta's `tool_calls`. */
export function writeCallPiece(kind: ToolCall["kind"], input: string, extra: JsonObject | undefined): JsonObject {
  const body = kind === "custom" ? { input } : { arguments: input };
  return { ...extra, [kind]: { ...asObject(extra?.[kind]), ...body } };
}

/** A whole call as `function_call`. */
export function writeLegacyCall({ name, input, extra }: ToolCall): JsonObject {
  return { ...leaveOut(extra ?? {}, new Set([LEGACY_CALL])), name, arguments: input };
}
