import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";
import { beginning, chunk, done, frame, greeting, lastChunk, streamHead } from "./answers.ts";
import { chat, textOf } from "./client.ts";
import { bothLanes, lanes, startDouble } from "./double.ts";
import type { Script, Upstream } from "./upstream.ts";

let double: Upstream;
let daemon: Daemon;

const rest = Buffer.concat([chunk(frame({}, "stop") + done), Buffer.from(lastChunk)]);

const scripts = new Map<string, Script>([
  [
    "silent inside",
    async (_, line) => {
      await line.write(Buffer.concat([Buffer.from(streamHead), chunk(beginning)]));
      await Bun.sleep(13_000);
      await line.write(rest);
    },
  ],
  [
    "silent before",
    async (_, line) => {
      await Bun.sleep(23_000);
      await line.write(Buffer.concat([Buffer.from(streamHead), chunk(beginning), rest]));
    },
  ],
  [
    "slow to finish",
    async (_, line) => {
      await line.write(Buffer.concat([Buffer.from(streamHead), chunk(beginning)]));
      await Bun.sleep(2_000);
      await line.write(rest);
    },
  ],
]);

beforeAll(async () => {
  double = startDouble(scripts);
  daemon = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(double.url) }) });
});

afterAll(async () => {
  await daemon.stop();
  double.stop();
});

describe.each(lanes)("silence by the %s lane", (lane) => {
  test.concurrent(
    "inside a stream is filled with comments without blank lines, between frames",
    async () => {
      const seen = await chat(daemon.url, { model: `${lane}/silent inside`, stream: true });
      expect(textOf(seen)).toBe(greeting);
      expect(seen.text).toMatch(/\n\n(?::\n)+data: /);
      expect(seen.text).not.toMatch(/^:.*\n\n/m);
      expect(seen.text).toEndWith("data: [DONE]\n\n");
    },
    60_000,
  );

  test.concurrent(
    "before the first event: headers leave after 20 s, the answer follows",
    async () => {
      const began = performance.now();
      const response = await fetch(`${daemon.url}/v1/chat/completions`, {
        method: "POST",
        body: JSON.stringify({
          model: `${lane}/silent before`,
          stream: true,
          messages: [{ role: "user", content: "Hi" }],
        }),
      });
      const waited = performance.now() - began;
      expect(waited).toBeGreaterThan(19_000);
      expect(waited).toBeLessThan(22_900);
      expect(response.headers.get("content-type")).toStartWith("text/event-stream");
      const text = await response.text();
      expect(text).toStartWith(":\n");
      expect(text).not.toMatch(/^:.*\n\n/m);
      expect(text).toContain('"role":"assistant"');
      expect(text).toEndWith("data: [DONE]\n\n");
    },
    60_000,
  );

  test.concurrent(
    "after the first event: headers are there at once",
    async () => {
      const response = await fetch(`${daemon.url}/v1/chat/completions`, {
        method: "POST",
        body: JSON.stringify({
          model: `${lane}/slow to finish`,
          stream: true,
          messages: [{ role: "user", content: "Hi" }],
        }),
      });
      const reader = response.body?.getReader();
      const first = await reader?.read();
      expect(first?.done).toBe(false);
      expect(new TextDecoder().decode(first?.value)).not.toContain("[DONE]");
      await reader?.cancel();
    },
    60_000,
  );
});
