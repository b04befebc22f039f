import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A language that tests can use, or in words why not: `needs …`, to stand in the names of the tests that skip. */
export type Language<Kit> =
  { readonly kit: Kit; readonly reason?: never } | { readonly kit?: never; readonly reason: string };

/** A Python interpreter with the client libraries installed. */
export interface Python {
  readonly interpreter: string;
}

/** A Go module that requires the client library. Programs go into folders of their own inside it. */
export interface Go {
  readonly command: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

const PYTHON_PACKAGES = ["openai==3.52.0", "dedalus_labs==0.3.0"];
const GO_MODULE = "github.com/dedalus-labs/dedalus-sdk-go@v0.1.0-alpha.2";

const cache = join(import.meta.dir, "../../node_modules/.cache/perdix");
const PATIENCE = 300_000; // ms for an installation

/** Python with `openai` and `dedalus_labs`, made once under `node_modules/.cache` and kept until the versions change. */
export async function python(): Promise<Language<Python>> {
  const system = Bun.which("python3");
  if (system === null) return { reason: "needs python3" };
  const folder = join(cache, "python");
  const interpreter = join(folder, "bin/python");
  const stamp = join(folder, "perdix-packages.txt");
  if ((await contentOf(stamp)) === PYTHON_PACKAGES.join("\n")) return { kit: { interpreter } };
  await rm(folder, { recursive: true, force: true });
  const made = await run([system, "-m", "venv", folder]);
  if (made !== undefined) return { reason: `needs Python's venv: ${made}` };
  const installed = await run([interpreter, "-m", "pip", "install", "--quiet", ...PYTHON_PACKAGES]);
  if (installed !== undefined) return { reason: `needs ${PYTHON_PACKAGES.join(" and ")}: ${installed}` };
  await writeFile(stamp, PYTHON_PACKAGES.join("\n"));
  return { kit: { interpreter } };
}

/** Go with `dedalus-sdk-go`, in a module under `node_modules/.cache` with module and build caches of its own. */
export async function go(): Promise<Language<Go>> {
  const command = Bun.which("go");
  if (command === null) return { reason: "needs go" };
  const folder = join(cache, "go/module");
  const environment = {
    GOMODCACHE: join(cache, "go/packages"),
    GOCACHE: join(cache, "go/build"),
    GOFLAGS: "-modcacherw",
    GOTOOLCHAIN: "local",
  };
  const kit = { command, folder, environment };
  const stamp = join(folder, "perdix-module.txt");
  if ((await contentOf(stamp)) === GO_MODULE) return { kit };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const options = { cwd: folder, environment };
  const made = await run([command, "mod", "init", "perdix.test/examples"], options);
  if (made !== undefined) return { reason: `needs a Go module: ${made}` };
  const fetched = await run([command, "get", GO_MODULE], options);
  if (fetched !== undefined) return { reason: `needs ${GO_MODULE}: ${fetched}` };
  await writeFile(stamp, GO_MODULE);
  return { kit };
}

interface Surroundings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs a command to its end; undefined where it succeeded, else the last line it wrote, without addresses. */
async function run(command: readonly string[], surroundings?: Surroundings): Promise<string | undefined> {
  const child = Bun.spawn([...command], {
    ...(surroundings && { cwd: surroundings.cwd }),
    env: { ...process.env, ...surroundings?.environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE,
    killSignal: "SIGKILL",
  });
  const output = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const exitCode = await child.exited;
  if (exitCode === 0) return undefined;
  const last = output.join("\n").trim().split("\n").at(-1) ?? "";
  return last.replaceAll(/https?:\/\/\S+/g, "…").trim() || `exit code ${exitCode}`;
}

async function contentOf(path: string): Promise<string> {
  return Bun.file(path)
    .text()
    .catch(() => "");
}
