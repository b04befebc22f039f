import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };

const main = join(import.meta.dir, "..", "main.ts");
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "perdix-cli-"))));
afterAll(() => rmSync(folder, { recursive: true }));

function start(inputs: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return Bun.spawn([process.execPath, main, ...inputs], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function run(inputs: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = start(inputs, environment);
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}

/** What may complete the last of these words. */
async function words(...inputs: string[]) {
  return (await run(["__complete", "--", ...inputs])).out.trimEnd().split("\n");
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("the command line", () => {
  test("tells its version", async () => {
    expect(await run(["version"])).toEqual({ out: `${manifest.version}\n`, err: "", code: 0 });
    expect(await run(["--version"])).toEqual({ out: `${manifest.version}\n`, err: "", code: 0 });
  });

  test("helps everywhere", async () => {
    const { out, code } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).not.toContain("__complete");
    const commands = ["serve", "init", "check", "doctor", "models", "reload", "health", "version", "completions"];
    for (const command of commands) expect(out).toContain(`\n  ${command} `);
    const helps = await Promise.all(commands.map((command) => run([command, "--help"])));
    expect(helps.map((help) => help.code)).toEqual(commands.map(() => 0));
    expect(helps.every((help) => help.out.startsWith("USAGE"))).toBe(true);
  });

  test.each([
    [["nope"]],
    [["serve", "--port", "x"]],
    [["serve", "--port", "65536"]],
    [["serve", "--nope"]],
    [["health", "--url", "x"]],
  ])("ends with 2 where it is used wrongly: %p", async (inputs) => {
    const { out, err, code } = await run(inputs);
    expect({ out, code }).toEqual({ out: "", code: 2 });
    expect(err).not.toBe("");
  });

  test("checks a file", async () => {
    const bad = write("bad.yaml", "listen: 0.0.0.0\nprovidrs: {}\n");
    const { out, err, code } = await run(["check", "bad.yaml"]);
    expect({ out, code }).toEqual({ out: "", code: 1 });
    const [first, second] = err.trimEnd().split("\n");
    expect(first).toStartWith(`${bad}:1:9: listen: 0.0.0.0 is reachable`);
    expect(second).toBe(`${bad}:2:1: providrs: unknown key; write providers`);
    write("good.yaml", "models: { fast: { any_of: [groq/x] } }\n");
    const good = await run(["check", "good.yaml"], { GROQ_API_KEY: "canary" });
    expect(good).toMatchObject({ err: "", code: 0 });
    expect(good.out).toContain("provider groq: key from GROQ_API_KEY");
    expect(good.out).toContain("model fast: groq/x");
    expect(good.out).not.toContain("canary");
  });

  test("init writes a file once, with variables and no keys, and the file is right", async () => {
    const environment = { GROQ_API_KEY: "canary" };
    const shown = await run(["init", "--print"], environment);
    expect(shown.out).toContain('groq: { api_key: "${GROQ_API_KEY}" }');
    expect((await run(["init"], environment)).code).toBe(0);
    const path = join(folder, "perdix.yaml");
    expect(readFileSync(path, "utf8")).toBe(shown.out);
    expect(shown.out).not.toContain("canary");
    writeFileSync(path, "strict: true\n");
    const again = await run(["init"], environment);
    expect(again.code).toBe(1);
    expect(again.err).toContain("--force");
    expect(readFileSync(path, "utf8")).toBe("strict: true\n");
    expect((await run(["init", "--force"], environment)).code).toBe(0);
    expect((await run(["check"], environment)).code).toBe(0);
    rmSync(path);
  });

  test("doctor tells variables and never their values", async () => {
    write("doctor.yaml", "listen: 0\nproviders: { openai: { base_url: http://127.0.0.1:1/v1 } }\n");
    const { out, code } = await run(["doctor", "--json", "--config", "doctor.yaml"], { OPENAI_API_KEY: "canary" });
    expect(code).toBe(0);
    expect(out).not.toContain("canary");
    const findings: unknown = JSON.parse(out);
    expect(findings).toContainEqual({ name: "key openai", state: "ok", detail: "OPENAI_API_KEY is set" });
    expect(findings).toContainEqual({
      name: "provider openai",
      state: "warn",
      detail: "http://127.0.0.1:1/v1 cannot be reached: nothing listens there",
    });
    write("broken.yaml", "x: 1\n");
    expect((await run(["doctor", "--config", "broken.yaml"])).code).toBe(1);
  });

  test("completes words", async () => {
    expect(await words("")).toEqual([
      "serve",
      "init",
      "check",
      "doctor",
      "models",
      "reload",
      "health",
      "version",
      "completions",
    ]);
    expect(await words("re")).toEqual(["reload"]);
    expect(await words("serve", "--p")).toEqual(["--port"]);
    expect(await words("completions", "")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
  });

  test.skipIf(Bun.which("bash") === null)("completes words in bash (skipped where there is no bash)", async () => {
    const script = `perdix() { "${process.execPath}" "${main}" "$@"; }
eval "$(perdix completions bash)"
COMP_WORDS=(perdix completions fi); COMP_CWORD=2; _perdix; echo "\${COMPREPLY[@]}"`;
    const child = Bun.spawn(["bash", "-c", script], { cwd: folder, stdout: "pipe" });
    expect((await child.stdout.text()).trim()).toBe("fish");
  });
});

describe("the daemon", () => {
  test("serves, answers its commands, reloads and drains", async () => {
    const environment = { GROQ_API_KEY: "canary-key-1" };
    const child = start(["serve", "--port", "0"], environment);
    try {
      const reader = child.stdout.getReader();
      const line = new TextDecoder().decode((await reader.read()).value);
      const said = JSON.parse(line) as Readonly<Record<string, unknown>> & { readonly url: string };
      expect(said).toEqual({ event: "listening", url: expect.any(String), pid: child.pid, version: manifest.version });
      expect(await run(["health"])).toEqual({ out: `ok ${said.url}\n`, err: "", code: 0 });
      expect((await run(["health", "--url", said.url])).code).toBe(0);
      expect((await run(["models"])).out).toContain("sim/echo");
      const second = await run(["serve", "--port", new URL(said.url).port]);
      expect(second).toMatchObject({ out: "", code: 1 });
      expect(second.err).toContain(`Port ${new URL(said.url).port} on 127.0.0.1 is taken`);

      const answer = await fetch(`${said.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: "Bearer canary-caller", "x-provider-key": "canary-brought" },
        body: JSON.stringify({ model: "sim/echo", messages: [{ role: "user", content: "canary-prompt" }] }),
      });
      expect(answer.status).toBe(200);
      await answer.text();

      write("perdix.yaml", "strikt: true\n");
      const wrong = await run(["reload", "--data-dir", join(folder, ".local/share/perdix")]);
      expect(wrong).toMatchObject({ out: "", code: 1 });
      expect(wrong.err).toContain(":1:1: strikt: unknown key; write strict");
      // The variable is set for the daemon alone.
      write("perdix.yaml", "data_dir: ${DATA_OF_THE_DAEMON:-~/.local/share/perdix}\nstrict: true\n");
      expect(await run(["reload"])).toEqual({ out: "reloaded\n", err: "", code: 0 });

      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
      const log = await child.stderr.text();
      expect(log).toContain('"path":"/v1/chat/completions"');
      expect(log).toContain("strikt: unknown key");
      expect(log).not.toContain("canary");
      expect((await reader.read()).done).toBe(true);
      const gone = await run(["reload"]);
      expect(gone.err).toContain("No daemon runs");
      expect((await run(["health", "--url", said.url])).code).toBe(1);
    } finally {
      child.kill("SIGKILL");
      rmSync(join(folder, "perdix.yaml"), { force: true });
    }
  }, 30_000);

  test("does not listen beyond this machine", async () => {
    const { out, err, code } = await run(["serve", "--host", "0.0.0.0", "--port", "0"]);
    expect({ out, code }).toEqual({ out: "", code: 1 });
    expect(err).toContain("--host: 0.0.0.0 is reachable from other machines");
  });

  test("a wrong configuration stops it before it listens", async () => {
    write("wrong.yaml", "x: 1\n");
    const { out, err, code } = await run(["serve", "--config", "wrong.yaml", "--port", "0"]);
    expect({ out, code }).toEqual({ out: "", code: 1 });
    expect(err).toContain("wrong.yaml:1:1: x: unknown key");
  });
});
