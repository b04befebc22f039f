import type { Text } from "./source.ts";

const TOP_LEVEL = new Set([
  ".ci",
  ".gitignore",
  ".npmrc",
  ".oxlintrc.json",
  "README.md",
  "bun.lock",
  "bunfig.toml",
  "compose.yaml",
  "package.json",
  "src",
  "test",
  "tsconfig.json",
]);

const MACHINE_PATHS = /(?:^|[^\w.])\/(?:work|farm|root|home)\//;
const PACKAGE_HOSTS =
  /registry\.(?:npmjs|yarnpkg)|npmjs\.(?:org|com)|npmmirror\.com|pypi\.org|pythonhosted\.org|(?:proxy|sum)\.golang\.org|crates\.io|rubygems\.org|repo1?\.maven|jsr\.io|deb\.debian\.org/;

/** The top level is the card's: nothing is missing, nothing stands beside it. */
export function topLevel(paths: readonly string[]): readonly string[] {
  const there = new Set(paths.map((path) => path.split("/", 1).join()));
  const extra = [...there]
    .filter((name) => !TOP_LEVEL.has(name))
    .map((name) => `${name} does not belong to the top level`);
  const missing = [...TOP_LEVEL]
    .filter((name) => !there.has(name))
    .map((name) => `${name} is missing from the top level`);
  return [...extra, ...missing];
}

/** No file names a folder of the machine it was written on, nor a host of packages. */
export function addresses(texts: readonly Text[]): readonly string[] {
  return texts.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      if (MACHINE_PATHS.test(line)) return [`${path}:${index + 1} names a folder of one machine`];
      const locked = path === "bun.lock" && line.includes('"http');
      return locked || PACKAGE_HOSTS.test(line) ? [`${path}:${index + 1} names a host of packages`] : [];
    }),
  );
}

/** CI does what the README promises: the last line of its script stands verbatim in the README. */
export function promise(script: string, readme: string): readonly string[] {
  const line = script.trim().split("\n").at(-1) ?? "";
  return line !== "" && readme.includes(line) ? [] : [`README.md does not say "${line}"`];
}

/** Dependencies are pinned to one version each. */
export function pinned(dependencies: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(dependencies)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} is pinned to no version: ${version}`);
}
