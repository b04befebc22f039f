import { GatewayError } from "../spec/error.ts";

/** One server-sent event. `data` joins its `data:` lines with `\n`; `id:` and `retry:` are ignored. */
export interface Frame {
  readonly event?: string;
  readonly data: string;
}

/** Gathers reads until frames are whole. */
export interface FrameCutter {
  /**
   * Takes one read and gives every byte up to the end of the last whole frame, or undefined while none is whole.
   * The bytes are a view of the read where nothing had to be joined. Throws GatewayError `upstream_invalid`
   * when one frame outgrows `FRAME_LIMIT`.
   */
  push(read: Uint8Array): Uint8Array | undefined;
  /** What is left over at the end of the stream: a frame without its blank line. Undefined where nothing is. */
  rest(): Uint8Array | undefined;
}

/** Bytes a frame may have: 16 MiB. */
export const FRAME_LIMIT = 16 * 1024 * 1024;

const LF = 10;
const CR = 13;
const COLON = 58;
const decoder = new TextDecoder();

/** Makes a cutter for one stream of `provider`, whose name its error tells. */
export function createFrameCutter(limit = FRAME_LIMIT, provider?: string): FrameCutter {
  let held: Uint8Array[] = [];
  let size = 0;
  const hold = (bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    size += bytes.length;
    if (size > limit) {
      const message = `expected an event but got more than ${limit} bytes without its end`;
      throw new GatewayError("upstream_invalid", message, provider === undefined ? {} : { upstream: { provider } });
    }
    held.push(bytes);
  };
  const release = (last: Uint8Array): Uint8Array => {
    const joined = held.length === 0 ? last : joinBytes([...held, last]);
    held = [];
    size = 0;
    return joined;
  };
  return {
    push(read) {
      if (size === 0 && endsFrame(read, read.length)) return read;
      const end = held.length === 0 ? findLastEnd(read) : findEndAcross(held, read);
      if (end === 0) {
        hold(read);
        return undefined;
      }
      const block = release(read.subarray(0, end));
      hold(read.subarray(end));
      return block;
    },
    rest: () => (size === 0 ? undefined : release(new Uint8Array(0))),
  };
}

/** Puts pieces one after another. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Splits a block of whole frames into its frames, each with the blank line that ends it. Views, no copies. */
export function splitFrames(block: Uint8Array): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  let start = 0;
  for (let end = findNextEnd(block, start); end > 0; end = findNextEnd(block, start)) {
    frames.push(block.subarray(start, end));
    start = end;
  }
  if (start < block.length) frames.push(block.subarray(start));
  return frames;
}

/** Reads one raw frame; undefined where it carries no data (comments, blank lines, what is no event at all). */
export function parseFrame(raw: Uint8Array): Frame | undefined {
  let event: string | undefined;
  let data: string | undefined;
  for (const line of decoder.decode(raw).split(/\r\n|\n|\r/)) {
    const value = fieldValue(line, "data");
    if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
    else event = fieldValue(line, "event") ?? event;
  }
  if (data === undefined) return undefined;
  return event === undefined ? { data } : { event, data };
}

/** False for the last frame of a stream that ended before the frame's blank line. */
export function isWhole(raw: Uint8Array): boolean {
  return endsFrame(raw, raw.length);
}

/** True where a raw frame consists of comment lines alone. */
export function isComment(raw: Uint8Array): boolean {
  if (raw[0] !== COLON) return false;
  return decoder
    .decode(raw)
    .split(/\r\n|\n|\r/)
    .every((line) => line === "" || line.startsWith(":"));
}

/** Gives the raw frames of a stream; the last may lack its blank line. */
export async function* readFrames(
  chunks: AsyncIterable<Uint8Array>,
  provider?: string,
): AsyncGenerator<Uint8Array, void, void> {
  const cutter = createFrameCutter(FRAME_LIMIT, provider);
  for await (const read of chunks) {
    const block = cutter.push(read);
    if (block !== undefined) yield* splitFrames(block);
  }
  const rest = cutter.rest();
  if (rest !== undefined) yield rest;
}

function fieldValue(line: string, name: string): string | undefined {
  if (!line.startsWith(name)) return undefined;
  if (line.length === name.length) return "";
  if (line.charCodeAt(name.length) !== COLON) return undefined;
  return line.slice(name.length + (line.charCodeAt(name.length + 1) === 32 ? 2 : 1));
}

/** True where two line ends meet just before `end` and after `start`: a blank line, which ends a frame. */
function endsFrame(bytes: Uint8Array, end: number, start = 0): boolean {
  const last = bytes[end - 1];
  if (last !== LF && last !== CR) return false;
  let before = end - 2;
  if (last === LF && bytes[before] === CR) before -= 1;
  if (before < start) return false;
  // LF CR is half of a CRLF until the next byte says otherwise.
  if (last === CR && bytes[before] === LF) return end < bytes.length;
  return bytes[before] === LF || bytes[before] === CR;
}

function findLastEnd(bytes: Uint8Array, least = 0): number {
  for (let end = bytes.length; end > least; end--) {
    if (endsFrame(bytes, end)) return end;
  }
  return 0;
}

/** Where the frame that begins at `start` ends; 0 where it does not. */
function findNextEnd(bytes: Uint8Array, start: number): number {
  for (let end = start + 1; end <= bytes.length; end++) {
    if (endsFrame(bytes, end, start)) return bytes[end - 1] === CR && bytes[end] === LF ? end + 1 : end;
  }
  return 0;
}

/** The end of the last whole frame, counted from the start of `read`, where earlier reads are held. */
function findEndAcross(held: readonly Uint8Array[], read: Uint8Array): number {
  const tail = lastBytes(held, 3);
  const seam = joinBytes([tail, read.subarray(0, 3)]);
  const inside = findLastEnd(read);
  if (inside > 0) return inside;
  const across = findLastEnd(seam, tail.length);
  return across === 0 ? 0 : across - tail.length;
}

function lastBytes(pieces: readonly Uint8Array[], count: number): Uint8Array {
  const tail: number[] = [];
  for (let piece = pieces.length - 1; piece >= 0 && tail.length < count; piece--) {
    const bytes = pieces[piece] ?? new Uint8Array(0);
    for (let at = bytes.length - 1; at >= 0 && tail.length < count; at--) tail.unshift(bytes[at] ?? 0);
  }
  return Uint8Array.from(tail);
}
