/** Takes secrets out of texts. */
export interface Redactor {
  /** A secret that holds as long as the process: a configured key. Shorter than four characters it cannot be told from words. */
  add(secret: string): void;
  redact(text: string): string;
  /** True for the JSON of what needs no redaction. */
  isHarmless(json: string): boolean;
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

// Nearly every text is harmless; one look at it costs a quarter of four replacements. In JSON the space behind `Bearer` may be escaped.
const anyShape = new RegExp(["Bearer|Basic", ...shapes.slice(1).map(([pattern]) => pattern.source)].join("|"), "i");

/** Makes a redactor that knows no secret yet, only what secrets look like. */
export function createRedactor(): Redactor {
  const kept = new Set<string>();
  let ordered: readonly string[] = [];
  let escaped: readonly string[] = [];

  function add(secret: string): void {
    if (secret.length < SHORTEST) return;
    kept.add(secret).add(encodeURIComponent(secret));
    // The longest first: one secret may hold another.
    ordered = [...kept].toSorted((left, right) => right.length - left.length);
    escaped = ordered.map((text) => JSON.stringify(text).slice(1, -1));
  }

  function redact(text: string): string {
    let safe = text;
    for (const secret of ordered) if (safe.includes(secret)) safe = safe.replaceAll(secret, MARK);
    if (!anyShape.test(safe)) return safe;
    return shapes.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), safe);
  }

  const isHarmless = (json: string) => !escaped.some((secret) => json.includes(secret)) && !anyShape.test(json);

  return { add, redact, isHarmless };
}
