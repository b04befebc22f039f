import { finding, isTest, roomOf, type Source } from "./source.ts";

const EVERYTHING = ["*"];

/** Which rooms each room may enter; its own is always open. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  main: ["cli"],
  cli: EVERYTHING,
  http: ["engine", "dialects", "spec"],
  providers: ["dialects", "spec"],
  engine: ["spec"],
  mcp: ["spec"],
  store: ["spec"],
  dialects: ["spec"],
  config: ["spec"],
  spec: [],
  console: [],
};

/** Which rooms may name a package. A package that is missing here has no owner yet. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "@modelcontextprotocol/client": ["mcp"],
  "@modelcontextprotocol/sdk": ["mcp"],
  "@modelcontextprotocol/server": ["mcp"],
  "@pydantic/genai-prices": ["engine"],
  "@sinclair/typebox": ["http", "dialects", "config"],
  "@stricli/core": ["cli"],
  "bun:sqlite": ["store"],
  elysia: ["http"],
  yaml: ["config"],
};

const INNER = new Set(["spec", "dialects", "engine"]);

const BANNED_ROOMS = /^(utils?|common|types|services|helpers?|middlewares?)(\.ts)?$/;

const FORBIDDEN_GLOBALS = new Set([
  "Bun",
  "process",
  "fetch",
  "console",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "globalThis",
]);

/** Every room is known, and enters only the rooms its doors lead to. Types count. */
export function doors(sources: readonly Source[]): readonly string[] {
  return productive(sources).flatMap((source) => {
    const room = roomOf(source.path) ?? "";
    const open = DOORS[room];
    if (open === undefined) return [`${source.path} stands in no room of the plan`];
    return source.imports.flatMap(({ target, start }) => {
      if (target === undefined) return [];
      const entered = roomOf(target);
      if (entered === room || (open === EVERYTHING && entered !== undefined && entered !== "main")) return [];
      if (entered !== undefined && open.includes(entered)) return [];
      if (target === "package.json" && room === "cli") return [];
      return [finding(source, start, `${room} has no door to ${target}`)];
    });
  });
}

/** Each package has one owner; Node's modules stay out of the inner rooms, `fetch` with providers and cli. */
export function owners(sources: readonly Source[]): readonly string[] {
  return productive(sources).flatMap((source) => {
    const room = roomOf(source.path) ?? "";
    const packages = source.imports.flatMap(({ specifier, target, start }) =>
      target !== undefined || mayImport(room, specifier)
        ? []
        : [finding(source, start, `${room} does not own ${specifier}`)],
    );
    return [...packages, ...ownedGlobals(source, room)];
  });
}

function mayImport(room: string, specifier: string): boolean {
  if (specifier.startsWith("node:") || specifier === "bun") return !INNER.has(room);
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return OWNERS[name]?.includes(room) ?? false;
}

function ownedGlobals(source: Source, room: string): readonly string[] {
  const speaks = room === "cli";
  const fetches = speaks || room === "providers";
  return namesIn(source).flatMap(({ name, start }) => {
    if (!fetches && (name === "fetch" || name === "Bun.fetch")) {
      return [finding(source, start, "fetch belongs to providers and cli")];
    }
    const isVoice = /^(console|(process|Bun)\.(stdout|stderr))$/.test(name);
    return isVoice && !speaks ? [finding(source, start, `${name} belongs to cli`)] : [];
  });
}

/** The inner rooms are handed clock, chance, timers and log; they never reach for them. */
export function purity(sources: readonly Source[]): readonly string[] {
  return productive(sources)
    .filter((source) => INNER.has(roomOf(source.path) ?? ""))
    .flatMap((source) => {
      const names = namesIn(source).filter(({ name }) => FORBIDDEN_GLOBALS.has(name) || IMPURE.test(name));
      return names.map(({ name, start }) => finding(source, start, `an inner room names ${name}`));
    });
}

const IMPURE = /^(Date\.now|Math\.random|AbortSignal\.timeout|crypto\.(randomUUID|getRandomValues)|new Date)$/;

/** Globals a file names, `Object.property` where one of theirs is read, `new Date` for a clock read by construction. */
function namesIn(source: Source): readonly { readonly name: string; readonly start: number }[] {
  return source.nodes.flatMap(({ node, parent }) => {
    if (node.type === "NewExpression" && source.text.slice(node.start, node.end).startsWith("new Date()")) {
      return [{ name: "new Date", start: node.start }];
    }
    if (node.type !== "Identifier" || isKey(node, parent)) return [];
    const name = String(node["name"]);
    const isObject = parent.type === "MemberExpression" && parent["object"] === node;
    const whole = source.text.slice(parent.start, parent.end).replaceAll(/\s|\?/g, "");
    return [{ name, start: node.start }, ...(isObject ? [{ name: whole, start: node.start }] : [])];
  });
}

function isKey(node: { readonly start: number }, parent: Source["nodes"][number]["node"]): boolean {
  if (parent["computed"] === true) return false;
  if (parent.type === "TSQualifiedName") return parent["right"] === node;
  return parent["property"] === node || parent["key"] === node;
}

/** No file imports itself in a circle, not even for a type. */
export function cycles(sources: readonly Source[]): readonly string[] {
  const edges = new Map(sources.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at !== -1) found.push([...trail.slice(at), path].join(" -> "));
    if (at !== -1 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

/** No room is named after nothing in particular. */
export function roomNames(paths: readonly string[]): readonly string[] {
  const named = paths.filter(
    (path) => path.startsWith("src/") && path.split("/").some((part) => BANNED_ROOMS.test(part)),
  );
  return named.map((path) => `${path} is named after nothing in particular`);
}

/** A guest who hangs in no roster is never met: vendors, commands and dialects are all listed. */
export function rosters(sources: readonly Source[]): readonly string[] {
  const importsOf = (path: string): ReadonlySet<string | undefined> =>
    new Set(sources.find((source) => source.path === path)?.imports.map(({ target }) => target));
  const vendors = importsOf("src/providers/roster.ts");
  const commands = importsOf("src/cli/app.ts");
  const words = sources.find(({ path }) => path === "src/spec/request.ts")?.text ?? "";
  return productive(sources).flatMap(({ path, text }) => {
    const isVendor = path.startsWith("src/providers/vendors/");
    const isCommand = path.startsWith("src/cli/") && /^export const \w+Command\b/m.test(text);
    const dialect = /^src\/dialects\/([^/]+)\//.exec(path)?.[1];
    const missingFrom = [
      ...(isVendor && !vendors.has(path) ? ["src/providers/roster.ts"] : []),
      ...(isCommand && !commands.has(path) ? ["src/cli/app.ts"] : []),
      ...(dialect !== undefined && !words.includes(`"${dialect}"`) ? ["the Dialect of src/spec/request.ts"] : []),
    ];
    return missingFrom.map((roster) => `${path} is missing from ${roster}`);
  });
}

function productive(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => path.startsWith("src/") && !isTest(path));
}
