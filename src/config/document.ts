import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { type Environment, expand } from "./expand.ts";
import { childOf, type Problem, readablePath } from "./problem.ts";

/** What a configuration file says, with the place of each word of it. */
export interface SettingsDocument {
  /** Plain values, variables filled in, empty ones left out. */
  readonly value: unknown;
  /** Variables that were filled in, by the JSON pointer of the value. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly LocatedProblem[];
  readonly warnings: readonly LocatedProblem[];
  /** A problem at a value or, with `atKey`, at the key before it. */
  locate(pointer: string, fault: Fault): LocatedProblem;
}

/** What is wrong at some place. */
export interface Fault extends Pick<Problem, "message" | "hint" | "unset"> {
  readonly atKey?: boolean;
}

/** A problem together with the JSON pointer of its place. */
export interface LocatedProblem extends Problem {
  readonly pointer: string;
}

// A file of a few lines can name itself into billions of nodes.
const ALIAS_LIMIT = 1000;
const keyPointer = /^\/providers\/[^/]+\/api_key$/;
const providerPointer = /^\/providers\/[^/]+$/;

/** Reads YAML. Broken syntax is reported alone; everything else goes on, so that all problems are found at once. */
export function readDocument(text: string, file: string, environment: Environment): SettingsDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const walk = startWalk({ document, environment, file, lines });
  const broken = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    ...at(lines, pos[0]),
    file,
    pointer: "",
    path: "",
    message,
    hint: syntaxHints[code] ?? "correct the YAML at this place",
  }));
  if (broken.length === 0) walk.begin();
  return {
    value: walk.value() ?? {},
    variables: walk.variables,
    problems: [...broken, ...walk.problems],
    warnings: walk.warnings,
    locate: walk.locate,
  };
}

const syntaxHints: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "leave the line --- out: the file is one document",
  TAB_AS_INDENT: "indent with spaces",
  TAG_RESOLVE_FAILED: "leave the tag out, or put the text in quotes",
  BLOCK_AS_IMPLICIT_KEY: "put a text that holds a colon in quotes, or correct the indentation",
  BAD_INDENT: "correct the indentation, or close the bracket before this line",
  MISSING_CHAR: "close the quote or bracket",
};

function at(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

interface WalkOptions {
  readonly document: Document;
  readonly environment: Environment;
  readonly file: string;
  readonly lines: LineCounter;
}

const twice: Fault = { message: "this key stands here twice", hint: "keep one of the two", atKey: true };

function startWalk({ document, environment, file, lines }: WalkOptions) {
  const places = new Map<string, { readonly key: number; readonly value: number }>();
  const variables = new Map<string, readonly string[]>();
  const problems: LocatedProblem[] = [];
  const warnings: LocatedProblem[] = [];
  const open = new Set<unknown>();
  let aliases = 0;
  let value: unknown;

  function locate(pointer: string, { atKey = false, ...fault }: Fault): LocatedProblem {
    const place = places.get(pointer);
    return {
      file,
      ...at(lines, (atKey ? place?.key : place?.value) ?? 0),
      pointer,
      path: readablePath(pointer),
      ...fault,
    };
  }

  function visit(node: unknown, pointer: string): unknown {
    if (isAlias(node)) return visitAlias(node, pointer);
    if (isMap(node)) return visitMap(node, pointer);
    if (isSeq(node)) return node.items.map((item, index) => visitItem(item, childOf(pointer, index)));
    const scalar = isScalar(node) ? node.value : null;
    if (scalar === null) return providerPointer.test(pointer) ? {} : undefined;
    return typeof scalar === "string" ? fill(scalar, pointer) : scalar;
  }

  function visitAlias(node: { resolve(document: Document): unknown; source: string }, pointer: string): unknown {
    const target = node.resolve(document);
    aliases += 1;
    const fault =
      target === undefined
        ? `there is no anchor &${node.source}`
        : open.has(target)
          ? `*${node.source} stands inside itself`
          : undefined;
    if (fault === undefined && aliases <= ALIAS_LIMIT) return visit(target, pointer);
    const message = fault ?? `more than ${ALIAS_LIMIT} aliases`;
    if (aliases <= ALIAS_LIMIT + 1) problems.push(locate(pointer, { message, hint: "write the value out" }));
    return undefined;
  }

  function visitMap(node: YAMLMap, pointer: string): unknown {
    open.add(node);
    const entries = node.items.map((pair) => visitPair(pair, pointer)).filter((entry) => entry !== undefined);
    open.delete(node);
    return Object.fromEntries(entries);
  }

  function visitPair({ key, value: item }: Pair, pointer: string): readonly [string, unknown] | undefined {
    if (!isScalar(key) || key.value === null) {
      problems.push(locate(pointer, { message: "a key must be a word", hint: "put the key in quotes" }));
      return undefined;
    }
    const name = String(key.value);
    const child = childOf(pointer, name);
    const again = places.has(child);
    mark(item, child, key.range?.[0]);
    if (again) problems.push(locate(child, twice));
    const visited = visit(item, child);
    return visited === undefined ? undefined : [name, visited];
  }

  function visitItem(item: unknown, pointer: string): unknown {
    return visit(mark(item, pointer), pointer);
  }

  function mark(node: unknown, pointer: string, key?: number): unknown {
    const start = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
    places.set(pointer, { key: key ?? start ?? 0, value: start ?? key ?? 0 });
    return node;
  }

  function fill(scalar: string, pointer: string): string {
    const { text, used, unset, malformed } = expand(scalar, environment);
    if (used.length > 0) variables.set(pointer, used);
    else if (text !== scalar) variables.set(pointer, []);
    for (const part of malformed) {
      const hint = "write ${NAME} or ${NAME:-default}, and $${ where a plain ${ is meant";
      problems.push(locate(pointer, { message: `${JSON.stringify(part)} names no variable`, hint }));
    }
    const isKey = keyPointer.test(pointer);
    for (const name of unset) {
      const message = `the variable ${name} is not set`;
      const hint = isKey
        ? `this provider has no key until it is; set ${name}, or leave api_key out`
        : `set it, or write \${${name}:-default}`;
      (isKey ? warnings : problems).push(locate(pointer, { message, hint, unset: name }));
    }
    // A faulty text stays as it was written, so that its key can be judged.
    return unset.length + malformed.length === 0 ? text : isKey && malformed.length === 0 ? "" : scalar;
  }

  const begin = () => void (value = visitItem(document.contents, ""));
  return { begin, value: () => value, problems, warnings, variables, locate };
}
