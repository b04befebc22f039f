import { finding, isTest, lineOf, type Source, type SyntaxNode } from "./source.ts";

// 300 is the aim; a clear 320-line file beats two halves.
const LONGEST_FILE = 320;
const LONGEST_FUNCTION = 60;

/** No file of `src` is longer than 320 lines, no function than 60. */
export function lengths(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    const lines = source.text.split("\n").length - 1;
    const long = source.path.startsWith("src/") && lines > LONGEST_FILE;
    const file = long ? [`${source.path} has ${lines} lines`] : [];
    return [...file, ...longFunctions(source)];
  });
}

/** Counts a function's own lines: those of the functions inside it are theirs, so that a factory is not the sum of its methods. */
function longFunctions(source: Source): readonly string[] {
  if (isTest(source.path)) return [];
  const functions = source.nodes.map(({ node }) => node).filter(isFunction);
  return functions.flatMap((node) => {
    const inside = functions.filter((other) => other !== node && other.start >= node.start && other.end <= node.end);
    const nested = inside.filter((other) => !inside.some((outer) => outer !== other && contains(outer, other)));
    const own = nested.reduce((lines, other) => lines - innerLines(source, other), innerLines(source, node) + 1);
    return own > LONGEST_FUNCTION ? [finding(source, node.start, `a function of ${own} lines`)] : [];
  });
}

const isFunction = ({ type }: SyntaxNode) => /Function/.test(type) && !type.startsWith("TS");
const contains = (outer: SyntaxNode, inner: SyntaxNode) => outer.start <= inner.start && inner.end <= outer.end;
const innerLines = (source: Source, node: SyntaxNode) => lineOf(source, node.end) - lineOf(source, node.start);

const UNWANTED: Readonly<Record<string, string>> = {
  TSAnyKeyword: "any",
  TSEnumDeclaration: "an enum",
  ExportDefaultDeclaration: "a default export",
};

/** No `any`, no enums, no default exports. */
export function unwanted(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    source.nodes.flatMap(({ node }) => {
      const what = UNWANTED[node.type];
      return what === undefined ? [] : [finding(source, node.start, what)];
    }),
  );
}

/** Each exported name of `src` says in JSDoc what it is. */
export function documented(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) => path.startsWith("src/") && !isTest(path))
    .flatMap((source) =>
      source.nodes.flatMap(({ node }) => {
        if (node.type !== "ExportNamedDeclaration" || !node["declaration"]) return [];
        const has = source.docs.some(
          ({ end }) => end <= node.start && source.text.slice(end, node.start).trim() === "",
        );
        return has ? [] : [finding(source, node.start, "an exported name without JSDoc")];
      }),
    );
}

const REASON = /\b(needs?|skip(s|ped)?|without|absent|missing|long run|only (in|on|with|where))\b|reason/i;

/** No test is singled out, and one that may be skipped tells in its name why. */
export function singled(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    source.nodes.flatMap(({ node }) => {
      const method = node.type === "CallExpression" ? testMethod(source, node["callee"] as SyntaxNode) : undefined;
      if (method === undefined) return [];
      if (method === "only") return [finding(source, node.start, "a test is singled out")];
      const [title] = node["arguments"] as readonly SyntaxNode[];
      const said = title === undefined ? "" : source.text.slice(title.start, title.end);
      return REASON.test(said)
        ? []
        : [finding(source, node.start, `a test may be skipped, and its name does not tell why`)];
    }),
  );
}

/** `skip` of `test.skip(…)`, `skipIf` of `test.skipIf(…)(…)`. */
function testMethod(source: Source, callee: SyntaxNode): string | undefined {
  const curried = callee.type === "CallExpression";
  const named = curried ? (callee["callee"] as SyntaxNode) : callee;
  const pattern = curried
    ? /^(?:test|it|describe)\b.*\.(skipIf|todoIf|if)$/s
    : /^(?:test|it|describe)\b.*\.(only|skip|todo)$/s;
  return pattern.exec(source.text.slice(named.start, named.end))?.[1];
}
