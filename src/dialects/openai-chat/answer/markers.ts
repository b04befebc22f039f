/**
 * Tells from bytes alone whether frames of a stream may hold something that has to be read. A match decides
 * nothing but that the frame is parsed; text that looks like a marker costs a parse and no more.
 */

const COLON = 58;
const ZERO = 48;
const LOWER_N = 110;
const LOWER_D = 100;
const LF = 10;
const BRACE = 123;
const BRACE_END = 125;
// In `data: {`.
const SPACE_AT = 5;

const encode = (text: string) => new TextEncoder().encode(text);
// Members that matter unless they are null, and what those that call tools have in common.
const members = ["finish_reason", "usage", "error"].map((name) => encode(`"${name}"`));
const call = encode("_call");
const calls = ["tool_calls", "function_call"].map((name) => encode(`"${name}"`));
const index = encode('"index"');
const words = ["[DONE]", "event:", "\n:"].map(encode);

const find = (bytes: Uint8Array, word: Uint8Array, from: number): number =>
  // Native on any Uint8Array; a Buffer made first would cost twice as much as the search.
  Buffer.prototype.indexOf.call(bytes, word, from);

/** True where a block of frames must be taken apart: it may end, fail, call a tool, tell usage, or hold a comment. */
export function needsReading(block: Uint8Array): boolean {
  if (!isOneObject(block) && (block[0] === COLON || block.includes(13) || has(block, words))) return true;
  for (const member of members) if (hasValue(block, member, isNotNull)) return true;
  if (find(block, call, 0) >= 0 && calls.some((member) => hasValue(block, member, isNotNull))) return true;
  // Only the first choice is followed without parsing; others must be known so that none is left unfinished.
  return hasValue(block, index, isNotZero);
}

/** True for the commonest block of all, one line `data: {…}` and the blank line behind it: no comment, name or `[DONE]` fits in there. */
function isOneObject(block: Uint8Array): boolean {
  const last = block.length - 2;
  return (
    block[0] === LOWER_D &&
    block[SPACE_AT] === 32 &&
    block[SPACE_AT + 1] === BRACE &&
    block.indexOf(LF) === last &&
    block[last - 1] === BRACE_END
  );
}

function has(bytes: Uint8Array, sought: readonly Uint8Array[]): boolean {
  return sought.some((word) => find(bytes, word, 0) >= 0);
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
