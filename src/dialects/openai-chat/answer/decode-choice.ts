import type { Origin, StreamEvent } from "../../../spec/event.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import { createChangeFilter } from "./change-filter.ts";
import { unifyFinishReason } from "./finish.ts";
import { asList, asObject, asText } from "./json-shape.ts";
import { createCallReader } from "./read-calls.ts";
import { type ContentPiece, readContent } from "./read-content.ts";
import { createThinkSplitter } from "./think-tags.ts";
import type { ChatTraits } from "../traits.ts";

/** Turns what one choice says, frame by frame or whole, into events. */
export interface ChoiceDecoder {
  /** Reads the choice of one frame or reply; `answer` are unknown fields of the same frame beside `choices`. */
  read(choice: JsonObject, answer: JsonObject | undefined): readonly StreamEvent[];
  /** Gives what was held back. */
  flush(): readonly StreamEvent[];
  finished(): boolean;
}

/** What a choice decoder must know. */
export interface ChoicePlace {
  readonly index: number;
  readonly traits: ChatTraits;
  /** True for plain replies. */
  readonly whole: boolean;
}

/** The key in a message's unknown fields under which parts of content stand that the house has no word for. */
const CONTENT_PARTS = "content_parts";

/** Makes the decoder of one choice. */
export function createChoiceDecoder({ index: choice, traits, whole }: ChoicePlace): ChoiceDecoder {
  let finished = false;
  const blocks = createBlockWriter(choice, traits);
  const calls = createCallReader({ choice, whole, takeBlock: blocks.take });
  const changesOfChoice = createChangeFilter(() => whole);
  // Text and lists in a delta are increments, equal or not.
  const changesOfDelta = createChangeFilter((value) => whole || typeof value === "string" || Array.isArray(value));

  const flush = (): StreamEvent[] => [...blocks.flush(), ...calls.flush()];
  const readCalls = (message: JsonObject): StreamEvent[] => {
    const entries = asList(message["tool_calls"]);
    const legacy = asObject(message["function_call"]);
    if (entries.length === 0 && legacy === undefined) return [];
    return [...blocks.flush(), ...calls.read(entries), ...(legacy === undefined ? [] : calls.readLegacy(legacy))];
  };
  const finish = (raw: string | undefined): StreamEvent[] => {
    if (finished || raw === undefined) return [];
    finished = true;
    return [...flush(), { type: "finish", choice, reason: unifyFinishReason(raw), rawReason: raw }];
  };
  return {
    read(body, answer) {
      const key = findMessageKey(body, whole);
      const message = asObject(body[key]) ?? {};
      const { pieces, rest } = readContent(message["content"]);
      const origin: Origin = {
        ...(answer === undefined ? {} : { answer }),
        ...named("choice", changesOfChoice(leftOfChoice(body, key, whole))),
        ...named("message", changesOfDelta(leftOfMessage(message, rest, whole))),
      };
      const logprobs = asObject(body["logprobs"]);
      return [
        ...(Object.keys(origin).length === 0 ? [] : [{ type: "extra", choice, origin } as const]),
        ...(logprobs === undefined ? [] : [{ type: "logprobs", choice, value: logprobs } as const]),
        ...blocks.write(asPieces("reasoning", findReasoning(message, traits))),
        ...blocks.write(pieces),
        ...blocks.write(asPieces("refusal", asText(message["refusal"]))),
        ...readCalls(message),
        ...finish(asText(body["finish_reason"])),
      ];
    },
    flush,
    finished: () => finished,
  };
}

interface BlockWriter {
  write(pieces: readonly ContentPiece[]): readonly StreamEvent[];
  /** Text that was held back because it might have become a tag. */
  flush(): readonly StreamEvent[];
  /** The number of a new block, for a call. */
  take(): number;
}

/** Numbers the blocks of one choice and parts `<think>` text where the vendor writes it. */
function createBlockWriter(choice: number, { thinkTags }: ChatTraits): BlockWriter {
  let count = 0;
  let open: ContentPiece["kind"] | undefined;
  const splitter = thinkTags ? createThinkSplitter() : undefined;
  const writeOne = ({ kind, text }: ContentPiece): StreamEvent => {
    if (open !== kind) count++;
    open = kind;
    return { type: `${kind}-delta`, choice, block: count - 1, text };
  };
  const split = (piece: ContentPiece): readonly ContentPiece[] =>
    splitter === undefined || piece.kind !== "text" ? [piece] : splitter.push(piece.text);
  return {
    write: (pieces) => pieces.flatMap(split).map(writeOne),
    flush: () => (splitter?.flush() ?? []).map(writeOne),
    take() {
      open = undefined;
      return count++;
    },
  };
}

function asPieces(kind: ContentPiece["kind"], text: string | undefined): readonly ContentPiece[] {
  return text === undefined ? [] : [{ kind, text }];
}

const choiceKeys: ReadonlySet<string> = new Set(["index", "finish_reason", "logprobs"]);
const messageKeys: ReadonlySet<string> = new Set([
  "role",
  "content",
  "refusal",
  "reasoning",
  "reasoning_content",
  "tool_calls",
  "function_call",
]);

/** Where the words stand: some vendors stream whole messages instead of deltas. */
function findMessageKey(choice: JsonObject, whole: boolean): "message" | "delta" {
  const [first, second] = whole ? (["message", "delta"] as const) : (["delta", "message"] as const);
  return asObject(choice[first]) === undefined && asObject(choice[second]) !== undefined ? second : first;
}

/** Reasoning under the vendor's own key, else under the other. */
function findReasoning(message: JsonObject, traits: ChatTraits): string | undefined {
  const other = traits.reasoning === "reasoning" ? "reasoning_content" : "reasoning";
  return asText(message[traits.reasoning]) ?? asText(message[other]);
}

function leftOfChoice(choice: JsonObject, message: string, whole: boolean): [string, Json | undefined][] {
  return Object.entries(choice).filter(([key, value]) => {
    if (key === "logprobs") return whole && value === null;
    return key !== message && !choiceKeys.has(key);
  });
}

function leftOfMessage(message: JsonObject, parts: readonly Json[], whole: boolean): [string, Json | undefined][] {
  const left = Object.entries(message).filter(([key, value]) => {
    if (!messageKeys.has(key)) return true;
    // `reasoning` stays beside our `reasoning_content`, for clients of the vendors that spell it so.
    if (key === "reasoning") return whole || (value !== null && value !== "");
    return whole && key !== "role" && isEmpty(value);
  });
  return parts.length === 0 ? left : [...left, [CONTENT_PARTS, parts]];
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function named(key: keyof Origin, value: JsonObject | undefined): Origin {
  return value === undefined ? {} : { [key]: value };
}
