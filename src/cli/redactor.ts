/** Takes secrets out of texts. */
export interface Redactor {
  /** A secret that holds as long as the process: a configured key. Shorter than four characters it cannot be told from words. */
  add(secret: string): void;
  redact(text: string): string;
}

const MARK = "[redacted]";
const SHORTEST = 4;

// Keys by the way they look, whoever they belong to.
const shapes: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)\s+[^\s"',;\\]+/gi, `$1 ${MARK}`],
  [/\b(?:sk|pk|rk|dsk|gsk|csk|xai|pplx|hf|fw|nvapi|ghp|gho|ghs|github_pat|tgp)[-_][A-Za-z0-9_-]{8,}/g, MARK],
  [/\bAIza[A-Za-z0-9_-]{10,}/g, MARK],
  [/\b((?:api[-_]?key|key|access_token|token|x-goog-api-key)=)[^&\s"']+/gi, `$1${MARK}`],
];

/** Makes a redactor that knows no secret yet, only what secrets look like. */
export function createRedactor(): Redactor {
  const kept = new Set<string>();
  let ordered: readonly string[] = [];

  function add(secret: string): void {
    if (secret.length < SHORTEST) return;
    kept.add(secret).add(encodeURIComponent(secret));
    // The longest first: one secret may hold another.
    ordered = [...kept].toSorted((left, right) => right.length - left.length);
  }

  function redact(text: string): string {
    const known = ordered.reduce((rest, secret) => rest.replaceAll(secret, MARK), text);
    return shapes.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), known);
  }

  return { add, redact };
}
