/**
 * Runs every test of the house, or those of the paths given: builds the binary that the conformance tests start,
 * streams what `bun test` prints, and ends with one line of counts. Exit code 1 where anything failed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, readOutcome, type Outcome } from "./report.ts";

const root = join(import.meta.dir, "../..");

async function bun(...args: readonly string[]): Promise<number> {
  const child = Bun.spawn([process.execPath, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return child.exited;
}

async function testFiles(paths: readonly string[]): Promise<readonly string[]> {
  const all = await Array.fromAsync(new Bun.Glob("{src,test}/**/*.test.ts").scan(root));
  return all.filter((file) => paths.length === 0 || paths.some((path) => file.startsWith(path))).toSorted();
}

async function runTests(paths: readonly string[]): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "perdix-test-"));
  try {
    const files = await testFiles(paths);
    if (files.length === 0) return { passed: 0, failed: 1, skipped: [], faults: ["no test file was found"] };
    const output = join(folder, "report.xml");
    const selection = files.map((file) => `./${file}`);
    const exitCode = await bun("test", "--reporter=junit", `--reporter-outfile=${output}`, ...selection);
    const report = await Bun.file(output)
      .text()
      .catch(() => "");
    return readOutcome({ report, files, exitCode });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const built = await bun("run", "build");
const outcome: Outcome =
  built === 0
    ? await runTests(process.argv.slice(2))
    : { passed: 0, failed: 1, skipped: [], faults: ["the binary could not be built"] };

for (const name of outcome.skipped) console.log(`skipped: ${name}`);
for (const fault of outcome.faults) console.log(`fault: ${fault}`);
console.log(closingLine(outcome));
process.exit(outcome.failed > 0 ? 1 : 0);
