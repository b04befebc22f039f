import { expectHead, expectUsage, isFinishReason } from "./openai-shape.ts";
import { createFaults, type Faults, isObject, isText, list, type Loose, loose } from "./shape.ts";

/** One event of a stream, as its lines say. */
export interface Frame {
  readonly event: string | undefined;
  readonly data: string;
}

/** Takes the text of a whole stream apart; comments are left out. */
export function readFrames(text: string): readonly Frame[] {
  const blocks = text.split(/\r?\n\r?\n/);
  return blocks.flatMap((block) => {
    const lines = block.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith(":"));
    const value = (name: string) =>
      lines.flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, "")] : []));
    return lines.length === 0 ? [] : [{ event: value("event")[0], data: value("data").join("\n") }];
  });
}

/** What must be known of a stream to judge it. */
export interface StreamFacts {
  /** Usage was asked for. */
  readonly includeUsage: boolean;
  /** The reader left before the end, so that there need not be one. */
  readonly left: boolean;
}

/** The chunks of a stream, errors and `[DONE]` left out. */
export function chunksOf(frames: readonly Frame[]): readonly Loose[] {
  return frames.filter(({ event, data }) => event === undefined && data !== "[DONE]").map(({ data }) => parse(data));
}

/** What is wrong with a stream, measured by OpenAI's own shape. */
export function faultsOfStream(text: string, { includeUsage, left }: StreamFacts): readonly string[] {
  const faults = createFaults();
  const frames = readFrames(text);
  const chunks = chunksOf(frames);
  checkEnd(faults, frames, left);
  for (const chunk of chunks) expectHead(faults, chunk, "chat.completion.chunk");
  for (const name of ["id", "created", "model"]) {
    const values = new Set(chunks.map((chunk) => chunk[name]));
    faults.expect(values.size <= 1, `${name} changes: ${[...values].join(", ")}`);
  }
  const isWhole = frames.at(-1)?.data === "[DONE]";
  checkUsage(faults, chunks, includeUsage && isWhole);
  faults.expect(includeUsage || chunks.every(({ usage }) => !isObject(usage)), "usage came without being asked for");
  const choices = chunks.flatMap((chunk) => list(chunk["choices"]).map(loose));
  for (const [index, said] of Map.groupBy(choices, (choice) => choice["index"])) {
    faults.expect(Number.isSafeInteger(index), `a choice's index is ${JSON.stringify(index)}`);
    checkChoice(faults, said, isWhole);
  }
  faults.expect(!isWhole || choices.length > 0, "no chunk has a choice");
  return faults.all;
}

function parse(data: string): Loose {
  try {
    return loose(JSON.parse(data));
  } catch {
    return { broken: data };
  }
}

/** One `[DONE]` or one error, and nothing after it; a blank line without an event would be one to the Go SDK. */
function checkEnd(faults: Faults, frames: readonly Frame[], left: boolean): void {
  const ends = frames.filter(({ event, data }) => event === "error" || data === "[DONE]");
  faults.expect(ends.length === 1 || (left && ends.length === 0), `the stream has ${ends.length} ends`);
  faults.expect(ends.length === 0 || frames.at(-1) === ends[0], "something comes after the end");
  faults.expect(
    frames.every(({ event }) => event === undefined || event === "error"),
    "an event has a name of its own",
  );
}

function checkUsage(faults: Faults, chunks: readonly Loose[], expected: boolean): void {
  const told = chunks.filter(({ usage }) => isObject(usage));
  for (const chunk of told) {
    expectUsage(faults, chunk["usage"]);
    faults.expect(chunk === chunks.at(-1), "usage does not come last");
    faults.expect(list(chunk["choices"]).length === 0, "usage comes with a choice");
  }
  faults.expect(!expected || told.length === 1, `usage was asked for and came ${told.length} times`);
}

function checkChoice(faults: Faults, said: readonly Loose[], isWhole: boolean): void {
  const finished = said.filter(({ finish_reason: reason }) => reason !== null && reason !== undefined);
  faults.expect(
    said.every((choice) => "finish_reason" in choice),
    "a choice has no finish_reason",
  );
  faults.expect(
    said.every(({ delta }) => isObject(delta)),
    "a choice has no delta",
  );
  faults.expect(
    finished.every(({ finish_reason: reason }) => isFinishReason(reason)),
    "a finish_reason is unknown",
  );
  faults.expect(!isWhole || finished.length === 1, `a choice finished ${finished.length} times`);
  const pieces = said.flatMap(({ delta }) => list(loose(delta)["tool_calls"]).map(loose));
  checkCalls(faults, pieces);
  const reason = finished[0]?.["finish_reason"];
  faults.expect(
    !isWhole || pieces.length > 0 === (reason === "tool_calls"),
    `${pieces.length} pieces of calls end in ${String(reason)}`,
  );
}

/** Calls are numbered from 0 without gaps; the first piece of each names it, no later one does so again. */
function checkCalls(faults: Faults, pieces: readonly Loose[]): void {
  let calls = 0;
  for (const { index, id, function: called, custom } of pieces) {
    const isFirst = index === calls;
    if (isFirst) calls++;
    faults.expect(
      isFirst || (Number.isSafeInteger(index) && (index as number) < calls),
      `call ${JSON.stringify(index)} comes after ${calls} calls`,
    );
    const isNamed = isText(id) && isText(loose(called ?? custom)["name"]);
    faults.expect(!isFirst || isNamed, `call ${String(index)} begins without id or name`);
  }
}
