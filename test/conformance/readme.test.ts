import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../daemon.ts";
import { list, loose } from "./shape.ts";

const root = join(import.meta.dir, "../..");
const PATIENCE = 120_000; // ms

/** What the script of the README's first line runs once everything is installed. */
async function startCommand(): Promise<readonly string[]> {
  const { scripts } = (await Bun.file(join(root, "package.json")).json()) as {
    readonly scripts: { readonly start: string };
  };
  const [install, serve = ""] = scripts.start.split(" && ");
  expect(install).toStartWith("bun install");
  const [bun, ...rest] = serve.split(" ");
  expect(bun).toBe("bun");
  return [process.execPath, ...rest];
}

/** The address in the first line that a daemon prints. */
async function readAddress(output: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) return (JSON.parse(text.slice(0, text.indexOf("\n"))) as { readonly url: string }).url;
  }
  throw new Error(`the daemon ended before it listened: ${text}`);
}

const ways: Readonly<
  Record<string, { readonly command: () => Promise<readonly string[]>; readonly fromRoot: boolean }>
> = {
  "from the sources, as the start script does": { command: startCommand, fromRoot: true },
  "from the binary, in an empty folder": { command: async () => [binary, "serve"], fromRoot: false },
};

for (const [name, { command, fromRoot }] of Object.entries(ways)) {
  test(
    `what the README's first line starts answers a curl: ${name}`,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "perdix-readme-"));
      const flags = ["--port", "0", "--data-dir", join(folder, "data")];
      const child = Bun.spawn([...(await command()), ...flags], {
        cwd: fromRoot ? root : folder,
        env: {},
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        const url = await readAddress(child.stdout);
        // As `curl -d` sends it: no JSON content type, no key.
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "curl/8.0", accept: "*/*" },
          body: '{"model":"sim/echo","messages":[{"role":"user","content":"hello"}]}',
        });
        expect(response.status).toBe(200);
        const { choices } = loose(await response.json());
        expect(loose(loose(list(choices)[0])["message"])["content"]).toContain("hello");
      } finally {
        child.kill("SIGTERM");
        await child.exited;
        await rm(folder, { recursive: true, force: true });
      }
    },
    PATIENCE,
  );
}
