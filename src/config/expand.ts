/** A text with its variables filled in. */
export interface Expanded {
  readonly text: string;
  /** Names that were filled in. */
  readonly used: readonly string[];
  /** Names that have neither a value nor a default. */
  readonly unset: readonly string[];
  /** What stands after a `${` and is no variable. */
  readonly malformed: readonly string[];
}

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\$\{|\$\{([^}]*)(\}?)/g;
const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/** Fills in `${NAME}` and `${NAME:-default}` (for a variable unset or empty); `$${` stands for `${`. */
export function expand(text: string, environment: Environment): Expanded {
  const used: string[] = [];
  const unset: string[] = [];
  const malformed: string[] = [];
  const result = text.replace(reference, (whole, inside: string | undefined, end: string) => {
    if (inside === undefined) return "${";
    const [, name, fallback] = variable.exec(inside) ?? [];
    if (name === undefined || end === "") {
      malformed.push(whole);
      return whole;
    }
    const value = environment[name];
    const empty = value === undefined || value === "";
    if (empty && fallback === undefined) unset.push(name);
    else if (!empty) used.push(name);
    return empty ? (fallback ?? "") : value;
  });
  return { text: result, used, unset, malformed };
}
