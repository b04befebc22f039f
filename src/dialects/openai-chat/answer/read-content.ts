import type { Json, JsonObject } from "../../../spec/json.ts";
import { asObject, leaveOut } from "./json-shape.ts";

/** What a piece of content turned out to be. */
export interface ContentPiece {
  readonly kind: "text" | "reasoning" | "refusal";
  readonly text: string;
}

/** Content, told apart. `rest`: parts, or what is left of them, that the house has no word for. */
export interface Content {
  readonly pieces: readonly ContentPiece[];
  readonly rest: readonly Json[];
}

const none: Content = { pieces: [], rest: [] };
const textKeys: ReadonlySet<string> = new Set(["type", "text"]);
const refusalKeys: ReadonlySet<string> = new Set(["type", "refusal"]);
const thinkingKeys: ReadonlySet<string> = new Set(["type", "thinking"]);

/** Reads `content`: a text, or Mistral's list of `text`, `thinking` and other parts. */
export function readContent(content: Json | undefined): Content {
  if (typeof content === "string") return { pieces: piece("text", content), rest: [] };
  if (content === undefined || content === null) return none;
  const parts = (Array.isArray(content) ? content : [content]).map(readPart);
  return { pieces: parts.flatMap(({ pieces }) => pieces), rest: parts.flatMap(({ rest }) => rest) };
}

function readPart(value: Json): Content {
  if (typeof value === "string") return readContent(value);
  const part = asObject(value);
  if (part === undefined) return { pieces: [], rest: [value] };
  if (part["type"] === "thinking") return readThinking(part);
  if (part["type"] === "refusal" && typeof part["refusal"] === "string") {
    return { pieces: piece("refusal", part["refusal"]), rest: remain(part, refusalKeys) };
  }
  if (part["type"] === "text" && typeof part["text"] === "string") {
    return { pieces: piece("text", part["text"]), rest: remain(part, textKeys) };
  }
  return { pieces: [], rest: [part] };
}

function readThinking(part: JsonObject): Content {
  const inner = readContent(part["thinking"]);
  const left = { ...leaveOut(part, thinkingKeys), ...(inner.rest.length === 0 ? {} : { thinking: inner.rest }) };
  return {
    pieces: inner.pieces.map(({ text }) => ({ kind: "reasoning", text })),
    rest: Object.keys(left).length === 0 ? [] : [{ type: "thinking", ...left }],
  };
}

function piece(kind: ContentPiece["kind"], text: string): ContentPiece[] {
  return text === "" ? [] : [{ kind, text }];
}

function remain(part: JsonObject, known: ReadonlySet<string>): JsonObject[] {
  const left = leaveOut(part, known);
  return left === undefined ? [] : [{ type: part["type"], ...left }];
}
