/** What a run of `bun test` came to. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Names of the tests that did not run, todo included; each name tells why. */
  readonly skipped: readonly string[];
  /** Faults of the run itself, each counted as a failed test: files that did not load, a crash. */
  readonly faults: readonly string[];
}

/** What is known of a run when it has ended. */
export interface Run {
  /** The JUnit report; empty where none was written. */
  readonly report: string;
  /** Test files that were to run, as the report names them. */
  readonly files: readonly string[];
  readonly exitCode: number;
}

/** Counts a run. Whatever the report does not vouch for is a fault; bun leaves out files that failed to load. */
export function readOutcome({ report, files, exitCode }: Run): Outcome {
  const root = /<testsuites [^>]*>/.exec(report)?.[0];
  if (root === undefined || !report.trimEnd().endsWith("</testsuites>")) {
    return { passed: 0, failed: 1, skipped: [], faults: [`no readable report (exit code ${exitCode})`] };
  }
  const tests = attribute(root, "tests");
  const failures = attribute(root, "failures");
  const skipped = [...report.matchAll(/(<testcase [^>]*[^/])>\s*<skipped/g)].map((match) => nameOf(match[1] ?? ""));
  const reported = new Set(
    [...report.matchAll(/<testcase [^>]*? file="([^"]*)"/g)].map((match) => plain(match[1] ?? "")),
  );
  const faults = files.filter((file) => !reported.has(file)).map((file) => `${file} ran no test`);
  if (tests === 0) faults.push("no test ran");
  if (exitCode !== 0 && failures + faults.length === 0) faults.push(`bun test ended with exit code ${exitCode}`);
  const failed = failures + faults.length;
  return { passed: tests - failures - skipped.length, failed, skipped, faults };
}

/** The line that ends a run. */
export function closingLine(outcome: Outcome): string {
  return `${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped.length} skipped`;
}

function attribute(tag: string, name: string): number {
  return Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
}

function nameOf(tag: string): string {
  const name = plain(/ name="([^"]*)"/.exec(tag)?.[1] ?? "");
  const group = plain(/ classname="([^"]*)"/.exec(tag)?.[1] ?? "");
  return group === "" ? name : `${group} > ${name}`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
