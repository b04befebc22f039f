import { parseSync } from "oxc-parser";

/** A file of the tree, its path relative to the root with `/`. */
export interface Text {
  readonly path: string;
  readonly text: string;
}

/** A node of the syntax tree, as ESTree with TypeScript has it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Something a file imports, type-only imports and re-exports included. */
interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file of the tree it leads to; absent for packages. */
  readonly target?: string;
  readonly start: number;
}

/** A parsed TypeScript file. */
export interface Source extends Text {
  /** Every node, each with its parent; parents before children. */
  readonly nodes: readonly { readonly node: SyntaxNode; readonly parent: SyntaxNode }[];
  readonly imports: readonly Import[];
  /** Start and end of each JSDoc comment. */
  readonly docs: readonly { readonly start: number; readonly end: number }[];
}

/** Parses one file. Throws where it is no TypeScript. */
export function parse({ path, text }: Text): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const nodes = [...walk(program)];
  const imports = nodes.flatMap(({ node }) => importOf(path, node));
  const docs = comments.filter((comment) => comment.type === "Block" && comment.value.startsWith("*"));
  return { path, text, nodes, imports, docs };
}

/** A finding in words: where, and what is wrong. */
export function finding(source: Text, start: number, message: string): string {
  return `${source.path}:${lineOf(source, start)} ${message}`;
}

/** The line of an offset, from 1. */
export function lineOf({ text }: Text, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** True for unit tests, which may reach further than the code they test. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** The room of a path under `src`: its folder, or its name where it stands alone (`main`, `config`). */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)?.[1];
}

function* walk(root: unknown): Generator<{ node: SyntaxNode; parent: SyntaxNode }> {
  if (!isNode(root)) return;
  const waiting: { node: SyntaxNode; parent: SyntaxNode }[] = [{ node: root, parent: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    const { node } = next;
    const children = Object.values(node).flat().filter(isNode);
    for (const child of children.toReversed()) waiting.push({ node: child, parent: node });
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportAllDeclaration",
  "ExportNamedDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function importOf(path: string, node: SyntaxNode): readonly Import[] {
  if (!IMPORTING.has(node.type) || !isNode(node["source"])) return [];
  const specifier = node["source"]["value"];
  if (typeof specifier !== "string") return [];
  if (!specifier.startsWith(".")) return [{ specifier, start: node.start }];
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  return [{ specifier, target, start: node.start }];
}
