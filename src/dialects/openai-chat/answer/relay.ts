import type { StreamEvent } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { createFrameCutter, FRAME_LIMIT, isComment, isWhole, joinBytes, splitFrames } from "../../sse.ts";
import type { Answering } from "./answering.ts";
import { assertNoError, createAnswerDecoder, openAnswer, withoutChoices } from "./decode-answer.ts";
import { parseReply } from "./decode-reply.ts";
import { invalidAnswer } from "./faults.ts";
import { unifyFinishReason } from "./finish.ts";
import { asList, asNumber, asObject, asText } from "./json-shape.ts";
import { needsReading } from "./markers.ts";
import { createFrameReader } from "./read-frame.ts";
import { findUsage, readUsage } from "./usage.ts";

const encoder = new TextEncoder();
const COMMENT = encoder.encode(":\n");
const DONE = encoder.encode("data: [DONE]\n\n");

/**
 * Passes a streamed answer on, byte for byte, one event a read, and tells beside it what the ledger needs: tool calls,
 * finish and usage stand before the bytes they were read from, since a client may leave with `[DONE]`. What differs from
 * the upstream's bytes: comments become `:` without a blank line, a usage frame nobody asked for is withheld, a missing
 * `[DONE]` is added, what follows one is dropped. Throws as `decodeFrames` does.
 */
export async function* relayFrames(
  chunks: AsyncIterable<Uint8Array>,
  answering: Answering,
): AsyncGenerator<StreamEvent, void, void> {
  const cutter = createFrameCutter(FRAME_LIMIT, answering.provider);
  const tap = createTap(answering);
  try {
    for await (const read of chunks) {
      const block = cutter.push(read);
      if (block === undefined) continue;
      if (tap.flowing() && !needsReading(block)) {
        yield { type: "frames", bytes: block, content: true };
        continue;
      }
      yield* tap.read(block);
      if (tap.ended()) return;
    }
    const rest = cutter.rest();
    if (rest !== undefined) yield* tap.read(rest);
    if (!tap.ended()) yield* tap.end();
  } catch (error) {
    yield* tap.books();
    throw answering.hush(error);
  }
}

/** Passes a plain answer on as it came, and tells beside it what the ledger needs. Throws as `decodeReply` does. */
export function* relayBody(text: string, answering: Answering): Generator<StreamEvent, void, void> {
  const body = parseReply(text, answering.provider);
  assertNoError(body, answering.provider);
  const choices = asList(body["choices"]).map((choice) => asObject(choice) ?? {});
  if (choices.length === 0) throw withoutChoices(answering.provider);
  yield openAnswer(body, answering);
  yield { type: "body", text };
  if (choices.some(callsTools)) {
    yield* createAnswerDecoder(answering, true).read(body).filter(isBookkeeping);
  } else {
    for (const [position, choice] of choices.entries()) yield* readFinish(choice, position);
  }
  const raw = findUsage(body);
  if (raw !== undefined) yield { type: "usage", usage: readUsage(raw), raw };
}

function callsTools(choice: JsonObject): boolean {
  const message = asObject(choice["message"]) ?? asObject(choice["delta"]);
  return asList(message?.["tool_calls"]).length > 0 || asObject(message?.["function_call"]) !== undefined;
}

function readFinish(choice: JsonObject, position: number): readonly StreamEvent[] {
  const raw = asText(choice["finish_reason"]);
  if (raw === undefined) return [];
  const index = asNumber(choice["index"]) ?? position;
  return [{ type: "finish", choice: index, reason: unifyFinishReason(raw), rawReason: raw }];
}

interface Tap {
  /** True once content was seen, so that frames without markers need not be parsed. */
  flowing(): boolean;
  ended(): boolean;
  read(block: Uint8Array): Generator<StreamEvent, void, void>;
  /** The stream is over without `[DONE]`. */
  end(): Generator<StreamEvent, void, void>;
  /** What was counted and not told yet. */
  books(): readonly StreamEvent[];
}

function createTap(answering: Answering): Tap {
  const gate = createGate(answering);
  // Bytes before the opening wait for it: comments, and frames that name no model yet.
  let waiting: Uint8Array[] = [];
  let size = 0;
  const hold = (bytes: Uint8Array) => {
    waiting.push(bytes);
    size += gate.opened() ? 0 : bytes.length;
    if (size > FRAME_LIMIT) throw invalidAnswer(answering.provider, `more than ${FRAME_LIMIT} bytes without one`);
  };
  const release = function* (): Generator<StreamEvent, void, void> {
    if (waiting.length === 0 || !gate.opened()) return;
    const bytes = joinBytes(waiting);
    waiting = [];
    yield { type: "frames", bytes, content: gate.flowing() };
  };
  return {
    flowing: gate.flowing,
    ended: gate.ended,
    books: gate.books,
    *read(block) {
      const frames = splitFrames(block);
      const alone = waiting.length === 0;
      try {
        for (const frame of frames) {
          const { events, bytes } = gate.read(frame);
          yield* events;
          if (bytes !== undefined) hold(bytes);
          if (gate.ended()) break;
        }
      } catch (error) {
        yield* release();
        throw error;
      }
      const untouched = alone && waiting.length === frames.length && waiting.every((bytes, at) => bytes === frames[at]);
      if (untouched) waiting = [block];
      yield* release();
    },
    *end() {
      yield* gate.end();
      yield { type: "frames", bytes: DONE, content: gate.flowing() };
    },
  };
}

/** What of a frame is passed on, and what is told beside it. */
interface Passage {
  readonly events: readonly StreamEvent[];
  /** The frame itself, something in its place, or undefined where it is withheld. */
  readonly bytes: Uint8Array | undefined;
}

interface Gate {
  read(frame: Uint8Array): Passage;
  end(): readonly StreamEvent[];
  books(): readonly StreamEvent[];
  opened(): boolean;
  flowing(): boolean;
  ended(): boolean;
}

/** Judges frame by frame. */
function createGate({ provider, includeUsage, ...answering }: Answering): Gate {
  const reader = createFrameReader(provider);
  const decoder = createAnswerDecoder({ provider, includeUsage, ...answering }, false);
  let content = false;
  let ended = false;
  let told = false;

  const books = (): readonly StreamEvent[] => {
    if (told) return [];
    told = true;
    return decoder.end().filter(isBookkeeping);
  };
  const finish = (): readonly StreamEvent[] => {
    decoder.assertComplete();
    ended = true;
    return books();
  };
  const readBody = (body: JsonObject): readonly StreamEvent[] => {
    const events = decoder.read(body);
    content ||= events.some(isContent);
    return events.filter((event) => event.type === "opening" || isBookkeeping(event));
  };
  const isWithheld = (body: JsonObject): boolean =>
    !includeUsage && asList(body["choices"]).length === 0 && findUsage(body) !== undefined;
  return {
    read(frame) {
      if (content && isWhole(frame) && !needsReading(frame)) return { events: [], bytes: frame };
      const body = reader.read(frame);
      if (body === "done") return { events: finish(), bytes: completeFrame(frame) };
      if (body === undefined) return { events: [], bytes: isComment(frame) ? COMMENT : keepWhole(frame) };
      return { events: readBody(body), bytes: isWithheld(body) ? undefined : completeFrame(frame) };
    },
    end() {
      reader.assertStream();
      return finish();
    },
    books,
    opened: decoder.opened,
    flowing: () => content,
    ended: () => ended,
  };
}

function isBookkeeping(event: StreamEvent): boolean {
  return (
    event.type === "tool-call-start" ||
    event.type === "tool-call-delta" ||
    event.type === "finish" ||
    event.type === "usage"
  );
}

/** True where an event is something the client can see. */
function isContent(event: StreamEvent): boolean {
  if (event.type === "extra") return Object.values(event.origin.message ?? {}).some(isVisible);
  return event.type.endsWith("-delta") || event.type === "tool-call-start";
}

function isVisible(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function keepWhole(frame: Uint8Array): Uint8Array | undefined {
  return isWhole(frame) ? frame : undefined;
}

/** The frame with the blank line that an upstream left out at the end of its stream. */
function completeFrame(raw: Uint8Array): Uint8Array {
  if (isWhole(raw)) return raw;
  const last = raw.at(-1);
  return joinBytes([raw, encoder.encode(last === 10 || last === 13 ? "\n" : "\n\n")]);
}
