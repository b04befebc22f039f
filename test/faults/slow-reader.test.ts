import { describe, expect, test } from "bun:test";
import { startDaemon } from "../daemon.ts";
import { chunk, done, frame, lastChunk, streamHead } from "./answers.ts";
import { bothLanes, lanes, startDouble } from "./double.ts";
import { hasProcFolder, residentMegabytes } from "./machine.ts";
import type { Script } from "./upstream.ts";

const FRAMES = 24_000;
/** One sign a frame, so that a reader can count frames without taking them apart. */
const SIGN = "~".charCodeAt(0);
const piece = chunk(frame({ content: `~${"x".repeat(4000)}` }));
const TOTAL_MEGABYTES = (FRAMES * piece.length) / 1e6;

let written = 0;

const flood: Script = async (_, line) => {
  written = 0;
  await line.write(streamHead);
  for (let sent = 0; sent < FRAMES && !line.isGone(); sent++) {
    await line.write(piece);
    written += piece.length / 1e6;
  }
  await line.write(Buffer.concat([chunk(frame({}, "stop") + done), Buffer.from(lastChunk)]));
};

/** A client that reads nothing until it is told to. */
async function openStalledStream(url: string, model: string) {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ model, stream: true, messages: [{ role: "user", content: "Flood me" }] });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let signs = 0;
  let tail = "";
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, bytes) {
        for (const byte of bytes) if (byte === SIGN) signs += 1;
        tail = (tail + bytes.toString("latin1")).slice(-200);
        if (tail.endsWith("\r\n0\r\n\r\n")) resolve();
      },
      close: () => resolve(),
      error: () => resolve(),
    },
  });
  socket.pause();
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return {
    async readOn() {
      socket.resume();
      await ended;
      socket.end();
      return { signs, tail };
    },
  };
}

describe.skipIf(!hasProcFolder)("a client that stops reading (needs /proc)", () => {
  test.each(lanes)(
    "holds the upstream back and not the daemon's memory, by the %s lane",
    async (lane) => {
      const upstream = startDouble(new Map([["flood", flood]]));
      const daemon = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(upstream.url) }) });
      const before = residentMegabytes(daemon.pid);
      const client = await openStalledStream(daemon.url, `${lane}/flood`);
      let most = 0;
      for (let round = 0; round < 20; round++) {
        await Bun.sleep(100);
        most = Math.max(most, residentMegabytes(daemon.pid));
      }
      expect(most - before).toBeLessThan(80);
      expect(written).toBeGreaterThan(0);
      expect(written).toBeLessThan(TOTAL_MEGABYTES / 2);
      const { signs, tail } = await client.readOn();
      expect(signs).toBe(FRAMES);
      expect(tail).toContain("data: [DONE]\n\n");
      expect(residentMegabytes(daemon.pid) - before).toBeLessThan(120);
      expect(await daemon.stop()).toBe(0);
      upstream.stop();
    },
    120_000,
  );
});
