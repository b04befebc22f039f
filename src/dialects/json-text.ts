// JSON as text. A round trip through JSON.parse loses integers beyond 2^53 and the sender's own spelling;
// these functions work on the text itself. All take the text of one JSON value.

/** Where a member of the outermost object stands in the text: offsets of UTF-16 units, end exclusive. */
interface Member {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

const QUOTE = 34;
const BACKSLASH = 92;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** A place where the text stops being JSON. */
class JsonFault extends Error {
  override readonly name = "JsonFault";
  readonly offset: number;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
  }
}

/**
 * Sets, or with `undefined` removes, members of the outermost object; every other byte stays as it is.
 * New members come last. `text` must be a valid JSON object.
 */
export function editMembers(text: string, edits: ReadonlyMap<string, string | undefined>): string {
  if (edits.size === 0) return text;
  const members = readMembers(text);
  const replaced = replaceInPlace(text, members, edits);
  if (replaced !== undefined) return replaced;
  const kept = members.filter(({ key }) => !edits.has(key)).map(({ start, end }) => text.slice(start, end));
  const added = [...edits].flatMap(([key, value]) => (value === undefined ? [] : `${JSON.stringify(key)}:${value}`));
  return `{${[...kept, ...added].join(",")}}`;
}

/** The common case: every edit replaces the value of a member that is there once. */
function replaceInPlace(text: string, members: readonly Member[], edits: ReadonlyMap<string, string | undefined>) {
  let edited = "";
  let from = 0;
  const found = new Set<string>();
  for (const { key, valueStart, end } of members) {
    const value = edits.get(key);
    if (value === undefined) continue;
    if (found.has(key)) return undefined;
    found.add(key);
    edited += text.slice(from, valueStart) + value;
    from = end;
  }
  return found.size === edits.size ? edited + text.slice(from) : undefined;
}

function readMembers(text: string): Member[] {
  const members: Member[] = [];
  let at = skipSpace(text, expect(text, skipSpace(text, 0), "{"));
  while (text[at] !== "}") {
    const start = at;
    const keyEnd = skipString(text, at);
    const valueStart = skipSpace(text, expect(text, skipSpace(text, keyEnd), ":"));
    const end = skipValue(text, valueStart);
    const key = text.slice(start + 1, keyEnd - 1);
    members.push({ key: key.includes("\\") ? JSON.parse(`"${key}"`) : key, start, valueStart, end });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return members;
}

/**
 * Where and why `text` is not JSON, counted from 1 as editors do; undefined where it is JSON after all.
 * JavaScriptCore's own parser tells no position.
 */
export function findJsonFault(
  text: string,
): { readonly line: number; readonly column: number; readonly expected: string } | undefined {
  try {
    const end = skipSpace(text, skipValue(text, skipSpace(text, 0), skipStrictString));
    if (end < text.length) throw new JsonFault(end, "nothing after the value");
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const before = text.slice(0, error.offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    return { line: before.split("\n").length, column: error.offset - lineStart + 1, expected: error.message };
  }
}

/** How strings are passed: only to their end, or checked on the way. Gives the offset behind the string at `at`. */
type SkipString = (text: string, at: number) => number;

/** The offset behind the value at `at`. Iterative: depth costs no stack. */
function skipValue(text: string, at: number, skip: SkipString = skipString): number {
  const open: string[] = [];
  let next = enter(text, at, { open, skip });
  while (open.length > 0) {
    const close = open.at(-1);
    next = skipSpace(text, next);
    if (text[next] === close) {
      open.pop();
      next++;
    } else {
      if (text[next] !== ",") throw new JsonFault(next, `"," or "${close}"`);
      next = skipSpace(text, next + 1);
      next = enter(text, close === "}" ? skipKey(text, next, skip) : next, { open, skip });
    }
  }
  return next;
}

/** Goes into the value at `at` as far as its first scalar or empty container; `open` gets what must be closed after it. */
function enter(
  text: string,
  at: number,
  { open, skip }: { readonly open: string[]; readonly skip: SkipString },
): number {
  let next = at;
  for (;;) {
    const character = text[next];
    if (character === '"') return skip(text, next);
    if (character !== "{" && character !== "[") return skipScalar(text, next);
    const close = character === "{" ? "}" : "]";
    next = skipSpace(text, next + 1);
    if (text[next] === close) return next + 1;
    open.push(close);
    if (close === "}") next = skipKey(text, next, skip);
  }
}

function skipKey(text: string, at: number, skip: SkipString): number {
  if (text[at] !== '"') throw new JsonFault(at, "a key in double quotes");
  return skipSpace(text, expect(text, skipSpace(text, skip(text, at)), ":"));
}

function skipString(text: string, at: number): number {
  let end = at;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) throw new JsonFault(text.length, "the end of a string");
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
}

function skipStrictString(text: string, at: number): number {
  for (let index = at + 1; index < text.length;) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    if (code < 32) throw new JsonFault(index, "an escape such as \\n (control characters must be escaped)");
    escape.lastIndex = index;
    if (code === BACKSLASH && !escape.test(text)) throw new JsonFault(index, "a valid escape");
    index = code === BACKSLASH ? escape.lastIndex : index + 1;
  }
  throw new JsonFault(text.length, "the end of a string");
}

function skipScalar(text: string, at: number): number {
  scalar.lastIndex = at;
  if (!scalar.test(text)) throw new JsonFault(at, "a value");
  return scalar.lastIndex;
}

function skipSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at++;
  }
}

function expect(text: string, at: number, character: string): number {
  if (text[at] !== character) throw new JsonFault(at, JSON.stringify(character));
  return at + 1;
}
