/**
 * Tells from bytes alone whether frames of a stream may hold something that has to be read. A match decides
 * nothing but that the frame is parsed; text that looks like a marker costs a parse and no more.
 */

const COLON = 58;
const ZERO = 48;
const LOWER_N = 110;

const encode = (text: string) => new TextEncoder().encode(text);
// Members that matter unless they are null.
const members = ["finish_reason", "usage", "error", "tool_calls", "function_call"].map((name) => encode(`"${name}"`));
const index = encode('"index"');
const words = ["[DONE]", "event:", "\n:"].map(encode);

const find = (bytes: Uint8Array, word: Uint8Array, from: number): number =>
  // Native on any Uint8Array; a Buffer made first would cost twice as much as the search.
  Buffer.prototype.indexOf.call(bytes, word, from);

/** True where a block of frames must be taken apart: it may end, fail, call a tool, tell usage, or hold a comment. */
export function needsReading(block: Uint8Array): boolean {
  if (block[0] === COLON || block.includes(13)) return true;
  if (words.some((word) => find(block, word, 0) >= 0)) return true;
  if (members.some((member) => hasValue(block, member, isNotNull))) return true;
  // Only the first choice is followed without parsing; others must be known so that none is left unfinished.
  return hasValue(block, index, isNotZero);
}

function hasValue(bytes: Uint8Array, member: Uint8Array, test: (bytes: Uint8Array, at: number) => boolean): boolean {
  for (let at = find(bytes, member, 0); at >= 0; at = find(bytes, member, at)) {
    at = skipBlanks(bytes, at + member.length);
    if (bytes[at] !== COLON) continue;
    at = skipBlanks(bytes, at + 1);
    if (test(bytes, at)) return true;
  }
  return false;
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 32 || bytes[at] === 9) at++;
  return at;
}

function isNotNull(bytes: Uint8Array, at: number): boolean {
  return bytes[at] !== LOWER_N;
}

function isNotZero(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1] ?? 0;
  return bytes[at] !== ZERO || (next >= ZERO && next <= 57);
}
