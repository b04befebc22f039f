import type { StreamEvent } from "../../../spec/event.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import { asNumber, asObject, asText, leaveOut, parseJson } from "./json-shape.ts";

/** The key in a call's `extra` that marks OpenAI's old `function_call`, which has no id. Never on the wire. */
export const LEGACY_CALL = "function_call";

/** Reads the tool calls of one choice and gives each a block of its own, however the upstream numbers them. */
export interface CallReader {
  /** Reads a `tool_calls` list. */
  read(entries: readonly Json[]): readonly StreamEvent[];
  /** Reads a `function_call`. */
  readLegacy(call: JsonObject): readonly StreamEvent[];
  /** Begins the calls that were held back in the hope of a name or an id. */
  flush(): readonly StreamEvent[];
}

/** What a call reader must know of its choice. */
export interface CallPlace {
  readonly choice: number;
  /** True for plain replies, where every entry is a call of its own. */
  readonly whole: boolean;
  readonly takeBlock: () => number;
}

interface Call {
  id: string;
  name: string;
  readonly kind: "function" | "custom";
  input: string;
  /** Undefined while the call is held back. */
  block: number | undefined;
  extra: JsonObject | undefined;
}

interface Piece {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly index: number | undefined;
  readonly kind: "function" | "custom";
  readonly input: string;
  readonly extra: JsonObject | undefined;
}

/** Makes the reader of one choice's calls. */
export function createCallReader({ choice, whole, takeBlock }: CallPlace): CallReader {
  const calls: Call[] = [];
  const byIndex = new Map<number, Call>();
  let legacy: Call | undefined;

  const locate = (piece: Piece): Call | undefined => {
    const { id, index, name } = piece;
    const here = index === undefined ? calls.at(-1) : byIndex.get(index);
    if (id === undefined || id === here?.id) return here !== undefined && begins(here, piece) ? undefined : here;
    const named = calls.findLast((call) => call.id === id);
    if (named !== undefined && (index === undefined || name === undefined)) return named;
    return here?.id === "" && !begins(here, piece) ? here : undefined;
  };
  const start = (call: Call): StreamEvent[] => {
    call.block = takeBlock();
    const { id, name, kind, input, extra, block } = call;
    const events: StreamEvent[] = [
      { type: "tool-call-start", choice, block, id, name, kind, ...(extra === undefined ? {} : { extra }) },
    ];
    if (input !== "") events.push({ type: "tool-call-delta", choice, block, input });
    return events;
  };
  const take = (call: Call, piece: Piece): StreamEvent[] => {
    call.id ||= piece.id ?? "";
    call.name ||= piece.name ?? "";
    call.input += piece.input;
    if (call.block === undefined) {
      call.extra = piece.extra === undefined ? call.extra : { ...call.extra, ...piece.extra };
      return whole || (call.name !== "" && (call.id !== "" || call.input !== "")) ? start(call) : [];
    }
    if (piece.input === "" && piece.extra === undefined) return [];
    const extra = piece.extra === undefined ? {} : { extra: piece.extra };
    return [{ type: "tool-call-delta", choice, block: call.block, input: piece.input, ...extra }];
  };
  const flush = () => calls.filter(({ block }) => block === undefined).flatMap(start);
  const add = (kind: Call["kind"]): Call => {
    const call: Call = { id: "", name: "", kind, input: "", block: undefined, extra: undefined };
    calls.push(call);
    return call;
  };
  const readOne = (piece: Piece): StreamEvent[] => {
    const known = whole ? undefined : locate(piece);
    const held = known === undefined ? flush() : [];
    const call = known ?? add(piece.kind);
    if (piece.index !== undefined) byIndex.set(piece.index, call);
    return [...held, ...take(call, piece)];
  };
  return {
    read: (entries) => entries.flatMap((entry) => readOne(readPiece(asObject(entry) ?? {}, whole))),
    readLegacy(call) {
      const held = legacy === undefined ? flush() : [];
      legacy ??= add("function");
      const events = take(legacy, legacyPiece(call, legacy.block === undefined));
      return [...held, ...(legacy.block === undefined && legacy.name !== "" ? start(legacy) : events)];
    },
    flush,
  };
}

const wholeKeys: ReadonlySet<string> = new Set(["id", "type", "function", "custom"]);
const pieceKeys: ReadonlySet<string> = new Set([...wholeKeys, "index"]);
const functionKeys: ReadonlySet<string> = new Set(["name", "arguments"]);
const customKeys: ReadonlySet<string> = new Set(["name", "input"]);

function readPiece(entry: JsonObject, whole: boolean): Piece {
  const custom = asObject(entry["custom"]);
  const kind = custom !== undefined || entry["type"] === "custom" ? "custom" : "function";
  const body = custom ?? asObject(entry["function"]) ?? {};
  const inner = leaveOut(body, kind === "custom" ? customKeys : functionKeys);
  const type = asText(entry["type"]);
  const extra = {
    ...leaveOut(entry, whole ? wholeKeys : pieceKeys),
    ...(type === undefined || type === kind ? {} : { type }),
    ...(inner === undefined ? {} : { [kind]: inner }),
  };
  const id = asText(entry["id"]);
  return {
    // Mistral says "null" for the id of a call it goes on with.
    id: id === "null" ? undefined : id,
    index: asNumber(entry["index"]),
    kind,
    name: asText(body["name"]),
    input: asInput(kind === "custom" ? body["input"] : body["arguments"]),
    extra: Object.keys(extra).length === 0 ? undefined : extra,
  };
}

function legacyPiece(call: JsonObject, first: boolean): Piece {
  const rest = leaveOut(call, functionKeys);
  return {
    id: undefined,
    index: undefined,
    kind: "function",
    name: asText(call["name"]),
    input: asInput(call["arguments"]),
    extra: first ? { ...rest, [LEGACY_CALL]: true } : rest,
  };
}

/** True where a piece without an id of its own cannot belong to the call before it. */
function begins(call: Call, piece: Piece): boolean {
  if (piece.id !== undefined && piece.id === call.id) return false;
  if (piece.name === undefined || call.name === "") return false;
  return (
    piece.name !== call.name ||
    (piece.input.trimStart().startsWith("{") && asObject(parseJson(call.input)) !== undefined)
  );
}

function asInput(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
