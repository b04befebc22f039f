/** JSON of which nothing is known yet. */
export type Value = string | number | boolean | null | readonly Value[] | Members;

/** An object of which nothing is known yet. */
export type Members = { readonly [key: string]: Value | undefined };

/** The value as an object; an empty one where it is none. */
export function members(value: Value | undefined): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** The value as a list; empty where it is none. */
export function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; empty where it is none. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A text as JSON; undefined where it is none. */
export function parse(source: string): Value | undefined {
  try {
    return JSON.parse(source) as Value;
  } catch {
    return undefined;
  }
}

/** True where two values say the same, whatever the order of their keys. */
export function same(left: Value | undefined, right: Value | undefined): boolean {
  return Bun.deepEquals(left, right, true);
}

/** The source text of a top-level member's value, byte for byte; undefined where the object has none of that name. */
export function sliceOf(source: string, name: string): string | undefined {
  let depth = 0;
  let start: number | undefined;
  for (let at = 0; at < source.length; at++) {
    const sign = source[at] ?? "";
    if (depth === 1 && start !== undefined && (sign === "," || sign === "}")) return source.slice(start, at).trim();
    if (sign === '"') {
      const end = endOfText(source, at);
      const isKey = depth === 1 && start === undefined && /^\s*:/.test(source.slice(end, end + 8));
      if (isKey && JSON.parse(source.slice(at, end)) === name) {
        start = source.indexOf(":", end) + 1;
        at = start - 1;
      } else at = end - 1;
    } else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
  }
  return undefined;
}

function endOfText(source: string, start: number): number {
  let at = start + 1;
  while (source[at] !== '"') at += source[at] === "\\" ? 2 : 1;
  return at + 1;
}
