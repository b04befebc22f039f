import { afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import type { StreamEvent } from "../spec/event.ts";
import {
  closeUpstreams,
  END,
  ENDED,
  REPLY,
  SAID,
  collect,
  connect,
  failure,
  json,
  lines,
  never,
  part,
  sse,
  textOf,
  turn,
  upstream,
} from "../../test/rig/transport.ts";

afterEach(closeUpstreams);

describe("a connection", () => {
  test("that is refused names provider and host, not key or query", async () => {
    const error = await failure(
      connect({ baseUrl: "http://127.0.0.1:1/v1?secret=s3", key: "k-secret" }).ask(turn(), never),
    );
    expect(error.code).toBe("upstream_unreachable");
    expect(error.message).toContain("box at 127.0.0.1:1");
    expect(error.message).not.toMatch(/secret|s3/);
  });

  test("to an unknown host is unreachable", async () => {
    const error = await failure(connect({ baseUrl: "http://nobody.invalid/v1" }).ask(turn(), never));
    expect(error.code).toBe("upstream_unreachable");
  });

  test("that is reset from the pool is made anew, once, although other idle ones are as dead", async () => {
    const answers = { dead: false };
    const live = new Set<Socket>();
    const { url, seen } = await upstream((socket) => {
      if (answers.dead && live.has(socket)) return void socket.resetAndDestroy();
      live.add(socket);
      // Late enough that the three first requests do not share a connection.
      setTimeout(() => socket.write(json(REPLY)), 20);
    });
    const provider = connect({ baseUrl: url });
    await Promise.all([1, 2, 3].map(() => collect(provider.ask(turn(), never))));
    answers.dead = true;
    lines.length = 0;
    expect(textOf(await collect(provider.ask(turn(), never)))).toBe("hello");
    expect(seen.map(({ connection }) => connection).slice(3)).toEqual([expect.any(Number), 4]);
    expect(lines.length).toBe(1);
  });

  test("that is closed twice before an answer is unreachable after two requests", async () => {
    for (const close of [(socket: Socket) => socket.resetAndDestroy(), (socket: Socket) => socket.end()]) {
      const { url, seen } = await upstream((socket) => void close(socket));
      const error = await failure(connect({ baseUrl: url }).ask(turn(), never));
      expect(error.code).toBe("upstream_unreachable");
      expect(seen.length).toBe(2);
    }
  });

  test("that breaks in the middle makes the answer incomplete, and nothing is asked again", async () => {
    const plain = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{";
    for (const [stream, start] of [
      [true, sse(SAID)],
      [false, plain],
    ] as const) {
      for (const lane of ["relay", "events"] as const) {
        const { url, seen } = await upstream((socket) => {
          socket.write(start);
          setTimeout(() => socket.resetAndDestroy(), 10);
        });
        const error = await failure(connect({ baseUrl: url }).ask(turn({ stream, lane }), never));
        expect(error.code).toBe("upstream_incomplete");
        expect(seen.length).toBe(1);
      }
    }
  });
});

describe("a deadline", () => {
  const slow = { headers: 9, idle: 9, total: 9 };

  test("passes before the headers, between bytes, and before the end, and closes the connection", async () => {
    const cases = [
      { name: "headers", stream: false, act: () => undefined },
      { name: "idle", stream: true, act: (socket: Socket) => void socket.write(sse(SAID)) },
      { name: "idle", stream: false, act: (socket: Socket) => void socket.write(json(REPLY).slice(0, -9)) },
      {
        name: "total",
        stream: true,
        act: (socket: Socket) => {
          socket.write(sse(SAID));
          const timer = setInterval(() => socket.write(part(": still here\n\n")), 10);
          socket.on("close", () => clearInterval(timer));
        },
      },
    ];
    for (const { name, stream, act } of cases) {
      const { url, closed } = await upstream(act);
      const provider = connect({ baseUrl: url, timeouts: { ...slow, [name]: 0.08 } });
      const error = await failure(provider.ask(turn({ stream }), never));
      expect(error.code).toBe("upstream_timeout");
      expect(error.message).toContain(`"${name}"`);
      await closed;
    }
  });

  test("between bytes does not run while the reader rests", async () => {
    // The second half arrives during the rest, after the deadline would have passed.
    const { url } = await upstream((socket) => {
      socket.write(sse(SAID));
      setTimeout(() => socket.write(part(ENDED) + END), 90);
    });
    const provider = connect({ baseUrl: url, timeouts: { ...slow, idle: 0.05 } });
    const heard: StreamEvent[] = [];
    for await (const event of await provider.ask(turn({ stream: true }), never)) {
      heard.push(event);
      if (heard.length === 1) await Bun.sleep(150);
    }
    expect(textOf(heard)).toBe("hello");
  });

  test("of one call is the total, and its wait for headers", async () => {
    const { url } = await upstream(() => undefined);
    const provider = connect({ baseUrl: url, timeouts: slow });
    const error = await failure(provider.ask(turn({ settings: { timeout: 0.05 } }), never));
    expect(error.message).toContain('"total"');
  });
});

describe("a client that leaves", () => {
  const phases = [
    { name: "before headers", stream: false, act: () => undefined },
    { name: "in a stream", stream: true, act: (socket: Socket) => void socket.write(sse(SAID)) },
    { name: "in a plain body", stream: false, act: (socket: Socket) => void socket.write(json(REPLY).slice(0, -9)) },
  ];
  for (const { name, stream, act } of phases) {
    test(`${name} closes the upstream`, async () => {
      const begun = Promise.withResolvers<void>();
      const { url, closed } = await upstream((socket) => {
        act(socket);
        begun.resolve();
      });
      const client = new AbortController();
      const failed = failure(connect({ baseUrl: url }).ask(turn({ stream }), client.signal));
      await begun.promise;
      await Bun.sleep(20);
      client.abort();
      expect((await failed).code).toBe("client_gone");
      await closed;
    });
  }

  test("before anything was sent is not asked for", async () => {
    const { url, seen } = await upstream((socket) => socket.write(json(REPLY)));
    const error = await failure(connect({ baseUrl: url }).ask(turn(), AbortSignal.abort()));
    expect(error.code).toBe("client_gone");
    expect(seen.length).toBe(0);
  });

  test("by closing the generator closes the upstream", async () => {
    const { url, closed } = await upstream((socket) => socket.write(sse(SAID)));
    for await (const event of await connect({ baseUrl: url }).ask(turn({ stream: true }), never)) {
      if (event.type === "text-delta") break;
    }
    await closed;
  });
});
