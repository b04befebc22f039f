import type { Json } from "../../spec/json.ts";
import { type Conversation, type Offer, asObject } from "./conversation.ts";
import { makeInstance } from "./instance.ts";
import type { Part, PlayedCall } from "./play.ts";

// `call NAME {"json": …}`, one a line.
const callLine = /^\s*call\s+(\S+)\s*(.*)$/;

/**
 * `sim/echo`: says what the user said last, or, after tools have run, what they gave. It calls an offered tool where the
 * user writes `call NAME {…}` (one a line) and where `tool_choice` demands one, with the least arguments the schema allows.
 * A JSON `response_format` gets the user's text if it is an object, else the least instance of the schema.
 */
export function playEcho(conversation: Conversation): Part {
  const calls = conversation.toolChoice === "none" ? [] : findCalls(conversation);
  if (calls.length > 0) return { calls: conversation.parallel ? calls : calls.slice(0, 1), finish: "tool_calls" };
  return limit(findText(conversation), conversation);
}

function findCalls({ lastUserText, tools, toolChoice, toolResults }: Conversation): readonly PlayedCall[] {
  if (tools.length === 0) return [];
  const asked =
    toolResults.length > 0 ? [] : lastUserText.split("\n").flatMap((line) => readCallLine(line, tools) ?? []);
  if (typeof toolChoice === "object") {
    const meant = asked.filter(({ name }) => name === toolChoice.name);
    return meant.length > 0
      ? meant
      : tools.filter(({ name }) => name === toolChoice.name).map((tool) => callOf(tool, ""));
  }
  return asked.length > 0 || toolChoice !== "required" ? asked : tools.slice(0, 1).map((tool) => callOf(tool, ""));
}

function readCallLine(line: string, tools: readonly Offer[]): PlayedCall | undefined {
  const [, name, input = ""] = callLine.exec(line) ?? [];
  const tool = tools.find((offer) => offer.name === name);
  return tool && callOf(tool, input.trim());
}

function callOf({ kind, name, parameters }: Offer, input: string): PlayedCall {
  return {
    kind,
    name,
    input:
      input === "" && kind === "function" ? JSON.stringify(makeInstance({ type: "object", ...parameters })) : input,
  };
}

function findText({ lastUserText, toolResults, format }: Conversation): string {
  const said = toolResults.length > 0 ? toolResults.join("\n") : lastUserText;
  switch (format["type"]) {
    case "json_schema":
      return JSON.stringify(makeInstance(asObject(asObject(format["json_schema"])["schema"])));
    case "json_object":
      return isObject(said) ? said : JSON.stringify({ echo: said });
    default:
      return said;
  }
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Characters a token has, for counting and for cutting. */
export const TOKEN_LENGTH = 4;

/** Ends a text at the first stop sequence, then at the limit of tokens. */
function limit(text: string, { stop, limit: tokens }: Conversation): Part {
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((at) => at >= 0);
  const stopped = ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
  const characters = Array.from(stopped);
  if (tokens === undefined || characters.length <= tokens * TOKEN_LENGTH) return { text: stopped, finish: "stop" };
  return { text: characters.slice(0, tokens * TOKEN_LENGTH).join(""), finish: "length" };
}
