import type { FinishReason, Opening, Origin } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { writeNativeReason } from "./encode-reply.ts";
import { leaveOut } from "./json-shape.ts";

/** How a choice ended. */
export interface Ending {
  readonly reason: FinishReason;
  readonly rawReason: string;
}

/** Writes the chunks of one stream and puts unknown fields back where they stood. */
export interface FrameWriter {
  open(opening: Opening): void;
  /** Fields beside the choices of the chunks with a finish reason and of the usage chunk. */
  extend(fields: JsonObject): void;
  /** A chunk with one choice, and with what waited for it. */
  write(choice: number, delta: JsonObject, ending?: Ending): string;
  /** Lets fields wait for the choice's next chunk; gives the chunk of what waits already under the same keys. */
  wait(choice: number, fields: Origin): string;
  /** What nothing came for any more, and the usage, where the client wants it. */
  end(usage: JsonObject | undefined): string;
}

// OpenAI repeats these on every chunk.
const repeated: ReadonlySet<string> = new Set(["system_fingerprint", "service_tier"]);
const places = ["answer", "choice", "message"] as const;

/** Makes the writer of one stream. */
export function createFrameWriter(includeUsage: boolean): FrameWriter {
  let head: JsonObject = {};
  let extensions: JsonObject = {};
  /** Fields beside the choices that wait for the next chunk of any choice. */
  let loose: JsonObject = {};
  const begun = new Set<number>();
  const tellNative = new Set<number>();
  const written = new Set<string>();
  const waiting = new Map<number, Origin>();

  const writeChunk = (answer: JsonObject, choices: readonly JsonObject[], rest: JsonObject): string => {
    for (const key of Object.keys(answer)) written.add(key);
    head = { ...head, ...keep(answer, repeated) };
    return `data: ${JSON.stringify({ ...answer, ...head, choices, ...rest })}\n\n`;
  };
  const write: FrameWriter["write"] = (index, delta, ending) => {
    const held = waiting.get(index);
    waiting.delete(index);
    const answer = { ...loose, ...held?.answer };
    loose = {};
    const role = begun.has(index) ? {} : { role: "assistant" };
    begun.add(index);
    const choice = {
      ...held?.choice,
      index,
      delta: { ...role, ...held?.message, ...delta },
      finish_reason: ending?.reason ?? null,
      ...(ending === undefined || tellNative.has(index) ? {} : writeNativeReason(ending)),
    };
    // OpenAI says `usage: null` on all chunks but the last where usage was asked for.
    const usage = includeUsage ? { usage: null } : {};
    return writeChunk(answer, [choice], ending === undefined ? usage : { ...usage, ...extensions });
  };
  return {
    open({ id, created, model, extra = {} }) {
      head = { id, object: "chat.completion.chunk", created, model };
      loose = extra;
      extensions = {};
      waiting.clear();
    },
    extend(fields) {
      extensions = { ...extensions, ...fields };
    },
    write,
    wait(index, fields) {
      if (typeof fields.choice?.["native_finish_reason"] === "string") tellNative.add(index);
      const clashes = clash(waiting.get(index), fields) || clash({ answer: loose }, fields);
      const text = clashes ? write(index, {}) : "";
      waiting.set(index, merge(waiting.get(index), fields));
      return text;
    },
    end(usage) {
      const late = [...waiting].filter(([, held]) => held.choice !== undefined || held.message !== undefined);
      const text = late.map(([index]) => write(index, {})).join("");
      const answer = Object.assign({}, loose, ...[...waiting.values()].map((held) => held.answer)) as JsonObject;
      if (includeUsage && usage !== undefined) return text + writeChunk(answer, [], { usage, ...extensions });
      // A chunk without choices only for what no chunk before it could tell.
      const unsaid = leaveOut(answer, written);
      return unsaid === undefined ? text : text + writeChunk(unsaid, [], {});
    },
  };
}

function keep(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.has(key)));
}

function clash(held: Origin | undefined, fields: Origin): boolean {
  return (
    held !== undefined &&
    places.some((place) => Object.keys(fields[place] ?? {}).some((key) => key in (held[place] ?? {})))
  );
}

function merge(held: Origin = {}, fields: Origin): Origin {
  const merged: { [Place in (typeof places)[number]]?: JsonObject } = { ...held };
  for (const place of places) {
    if (fields[place] !== undefined) merged[place] = { ...held[place], ...fields[place] };
  }
  return merged;
}
