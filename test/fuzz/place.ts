// An oracle for the place where a text stops being JSON: JSON.parse alone, asked which beginnings can still be completed.

const halves = ["", "0", '"', '":0', ":0", '"":0', ",0", "rue", "ue", "e", "alse", "lse", "se", "ull", "ll", "l"];
const escapes = ["n", "0", "00", "000", "0000", "u0000"].flatMap((rest) => [`${rest}"`, `${rest}":0`]);

/** What would close the brackets that are open at the end of a text. */
function closers(text: string): string {
  const open: string[] = [];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isQuoted) {
      if (character === "\\") at++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === "{") open.push("}");
    else if (character === "[") open.push("]");
    else if (character === "}" || character === "]") open.pop();
  }
  return open.toReversed().join("");
}

/** True where some text that begins so is JSON. */
function isViable(beginning: string): boolean {
  const end = closers(beginning);
  return [...halves, ...escapes].some((half) => {
    try {
      JSON.parse(beginning + half + end);
      return true;
    } catch {
      return false;
    }
  });
}

/** The length of the longest beginning that can still become JSON. */
function longestViable(text: string): number {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isViable(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** True where an escape, a word or a minus sign begins at the offset, or what follows the digits of a number. */
function isToken(text: string, offset: number, end: number): boolean {
  const token = text.slice(offset, end);
  const previous = text.slice(Math.max(offset - 1, 0), offset);
  if (/^\\\w*$/.test(token)) return true;
  return /^[.eE][+-]?$/.test(token) ? /\d/.test(previous) : /^([a-z]+|-)$/.test(token) && !/\w/.test(previous);
}

/**
 * True where a line and column (from 1) point to the place where the text stops being JSON, or to the beginning of the
 * number, word or escape that breaks off there.
 */
export function isRealPlace(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): boolean {
  const before = text.split("\n").slice(0, line - 1);
  const offset = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  const end = longestViable(text);
  return before.length === line - 1 && offset <= end && (offset === end || isToken(text, offset, end));
}
