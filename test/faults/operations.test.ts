import { join } from "node:path";
import { afterAll, describe, expect, test } from "bun:test";
import { binary, type Daemon, startDaemon } from "../daemon.ts";
import { beginning, chunk, done, frame, greeting, lastChunk, streamHead } from "./answers.ts";
import { chat, textOf } from "./client.ts";
import { bothLanes, lanes, startDouble } from "./double.ts";
import { until } from "./machine.ts";
import type { Script } from "./upstream.ts";

let open = Promise.withResolvers<void>();
let waiting = 0;

const gated: Script = async (_, line) => {
  await line.write(Buffer.concat([Buffer.from(streamHead), chunk(beginning)]));
  waiting += 1;
  await open.promise;
  await line.write(Buffer.concat([chunk(frame({}, "stop") + done), Buffer.from(lastChunk)]));
};

const double = startDouble(new Map([["gated", gated]]));
const configuration = (more: object = {}) => JSON.stringify({ providers: bothLanes(double.url), ...more });

afterAll(() => double.stop());

/** Starts a stream and waits until its first half has come. */
async function startStream(daemon: Daemon, lane: string): Promise<{ readonly rest: Promise<string> }> {
  open = Promise.withResolvers();
  const before = waiting;
  const response = await fetch(`${daemon.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: `${lane}/gated`, stream: true, messages: [{ role: "user", content: "Hi" }] }),
  });
  const rest = response.text();
  rest.catch(() => undefined);
  await until("the stream has begun", () => waiting > before);
  return { rest };
}

async function perdix(daemon: Daemon, ...words: readonly string[]) {
  const child = Bun.spawn([binary, ...words], {
    cwd: daemon.folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: daemon.folder },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, said: output + errors };
}

const whereabouts = (daemon: Daemon) => ["--data-dir", join(daemon.folder, "data")];

describe("the end of a daemon", () => {
  test.each(lanes)(
    "SIGTERM lets a stream by the %s lane finish, takes no more, and exits with 0",
    async (lane) => {
      const daemon = await startDaemon({ configuration: configuration() });
      const { rest } = await startStream(daemon, lane);
      const code = daemon.stop("SIGTERM");
      await until("nobody is let in", () =>
        fetch(`${daemon.url}/health`).then(
          () => false,
          () => true,
        ),
      );
      open.resolve();
      expect(await rest).toEndWith("data: [DONE]\n\n");
      expect(await code).toBe(0);
    },
    60_000,
  );

  test("a second SIGTERM ends it at once", async () => {
    const daemon = await startDaemon({ configuration: configuration() });
    const { rest } = await startStream(daemon, "relay");
    const code = daemon.stop("SIGTERM");
    await until("it drains", () => daemon.log().includes("draining"));
    process.kill(daemon.pid, "SIGTERM");
    expect(await code).not.toBe(0);
    expect(await rest.catch(() => "cut")).not.toContain("[DONE]");
    open.resolve();
  }, 60_000);

  test("the drain has a deadline", async () => {
    const daemon = await startDaemon({ configuration: configuration({ limits: { drain_seconds: 1 } }) });
    const { rest } = await startStream(daemon, "events");
    expect(await daemon.stop("SIGINT")).toBe(0);
    expect(await rest.catch(() => "cut")).not.toContain("[DONE]");
    open.resolve();
  }, 60_000);
});

describe("a new configuration", () => {
  test("good ones and bad ones under load lose no request, and a running stream goes on", async () => {
    const daemon = await startDaemon({ configuration: configuration() });
    const file = join(daemon.folder, "perdix.yaml");
    const { rest } = await startStream(daemon, "events");
    const over = new AbortController();
    let answered = 0;
    const load = Array.from({ length: 6 }, async (_, worker) => {
      while (!over.signal.aborted || answered < 300) {
        const seen = await chat(daemon.url, { model: `${lanes[worker % 2]}/fine`, stream: worker < 3 });
        expect([seen.status, textOf(seen)]).toEqual([200, greeting]);
        answered += 1;
      }
    });
    const outcomes = () => daemon.log().match(/configuration (not )?reloaded/g)?.length ?? 0;
    for (let round = 0; round < 8; round++) {
      const before = outcomes();
      const good = configuration({ models: { [`alias-${round}`]: { any_of: ["relay/fine"] } } });
      await Bun.write(file, round % 2 === 0 ? good : '{"providers": {"relay": {"base_url": 7}}}');
      process.kill(daemon.pid, "SIGHUP");
      await until(`reload ${round} is done`, () => outcomes() > before);
    }
    over.abort();
    await Promise.all(load);
    open.resolve();
    expect(await rest).toEndWith("data: [DONE]\n\n");
    // The last good one holds, and the one before it no longer does.
    expect((await chat(daemon.url, { model: "alias-6" })).status).toBe(200);
    expect((await chat(daemon.url, { model: "alias-4" })).status).toBe(404);
    expect(daemon.log()).not.toMatch(/unexpected failure|nobody handled/);
    expect(await daemon.stop()).toBe(0);
  }, 120_000);

  test("`perdix reload` tells by its exit status what came of it", async () => {
    const daemon = await startDaemon({ configuration: configuration() });
    const file = join(daemon.folder, "perdix.yaml");
    await Bun.write(file, configuration({ models: { new: { any_of: ["relay/fine"] } } }));
    const good = await perdix(daemon, "reload", ...whereabouts(daemon));
    expect(good).toEqual({ code: 0, said: expect.stringContaining("reloaded") });
    expect((await chat(daemon.url, { model: "new" })).status).toBe(200);
    await Bun.write(file, "providers: { relay: { base_url: 7 } }\n");
    const bad = await perdix(daemon, "reload", ...whereabouts(daemon));
    expect(bad.code).toBe(1);
    expect(bad.said).toContain("providers.relay.base_url");
    expect((await chat(daemon.url, { model: "new" })).status).toBe(200);
    await daemon.stop();
  }, 60_000);

  test("`perdix reload` and `perdix health` without a daemon fail and say so", async () => {
    const daemon = await startDaemon({ configuration: configuration() });
    expect(await perdix(daemon, "health", ...whereabouts(daemon))).toMatchObject({ code: 0 });
    expect(await perdix(daemon, "health", "--url", daemon.url)).toMatchObject({ code: 0 });
    await Bun.write(join(daemon.folder, "empty", "note"), "");
    const nobody = ["--data-dir", join(daemon.folder, "empty")];
    const reload = await perdix(daemon, "reload", ...nobody);
    expect(reload).toEqual({ code: 1, said: expect.stringContaining("No daemon runs") });
    const { url } = daemon;
    process.kill(daemon.pid, "SIGTERM");
    await until("it has gone", () =>
      fetch(`${url}/health`).then(
        () => false,
        () => true,
      ),
    );
    const health = await perdix(daemon, "health", "--url", url);
    expect(health).toEqual({ code: 1, said: expect.stringContaining("does not answer") });
    await daemon.stop();
  }, 60_000);
});

test("a port that is taken is told with a way out", async () => {
  const daemon = await startDaemon({ configuration: configuration() });
  const second = await perdix(
    daemon,
    "serve",
    "--port",
    new URL(daemon.url).port,
    "--data-dir",
    join(daemon.folder, "second"),
  );
  expect(second.code).toBe(1);
  expect(second.said).toContain("is taken by another program");
  expect(second.said).toContain("--port");
  expect((await chat(daemon.url, { model: "relay/fine" })).status).toBe(200);
  await daemon.stop();
}, 60_000);
