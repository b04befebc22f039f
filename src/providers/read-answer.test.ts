import { afterEach, describe, expect, test } from "bun:test";
import {
  closeUpstreams,
  END,
  ENDED,
  REPLY,
  SAID,
  bytesOf,
  collect,
  connect,
  failure,
  json,
  never,
  openingOf,
  part,
  sse,
  textOf,
  turn,
  upstream,
} from "../../test/rig/transport.ts";

afterEach(closeUpstreams);

describe("an answer", () => {
  test("arrives plain, in both lanes, with the headers a client may see", async () => {
    const more = "x-request-id: r1\r\nx-ratelimit-limit-requests: 9\r\nset-cookie: a=b\r\nserver: s\r\n";
    const { url, seen } = await upstream((socket) => socket.write(json(REPLY, 200, more)));
    const provider = connect({ baseUrl: url, key: "k-1" });
    const events = await collect(provider.ask(turn(), never));
    expect(textOf(events)).toBe("hello");
    expect(openingOf(events)).toMatchObject({
      candidate: "box/m",
      model: "m-1",
      lane: "events",
      headers: { "x-upstream-request-id": "r1", "x-ratelimit-limit-requests": "9" },
    });
    expect(Object.keys(openingOf(events)?.headers ?? {}).toSorted()).toEqual([
      "x-ratelimit-limit-requests",
      "x-upstream-request-id",
    ]);
    const relayed = await collect(provider.ask(turn({ lane: "relay" }), never));
    expect(relayed.find((event) => event.type === "body")).toEqual({ type: "body", text: REPLY });
    expect(seen[0]?.head).toStartWith("POST /v1/chat/completions HTTP/1.1");
    expect(seen[0]?.head).toMatch(/authorization: Bearer k-1/i);
    expect(seen[0]?.head).toMatch(/accept-encoding: identity/i);
    expect(seen[0]?.head).toMatch(/user-agent: perdix\/1\.2\.3/i);
    expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({ model: "m" });
  });

  test("arrives streamed, in both lanes, and its connection is used again", async () => {
    // The end of the body comes in a packet of its own, as many servers send it.
    const { url, seen } = await upstream((socket) => {
      socket.write(sse(SAID, ENDED));
      setTimeout(() => socket.write(END), 5);
    });
    const provider = connect({ baseUrl: url });
    expect(textOf(await collect(provider.ask(turn({ stream: true }), never)))).toBe("hello");
    await Bun.sleep(30);
    const relayed = await collect(provider.ask(turn({ stream: true, lane: "relay" }), never));
    expect(bytesOf(relayed)).toBe(SAID + ENDED);
    expect(seen.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test("arrives plain without an announced length, also where a character is cut in two", async () => {
    const whole = Buffer.from(REPLY.replace("hello", "h\u00e9llo"));
    const middle = whole.indexOf(0xc3) + 1;
    const { url } = await upstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
      for (const piece of [whole.subarray(0, middle), whole.subarray(middle)]) {
        socket.write(`${piece.length.toString(16)}\r\n`);
        socket.write(piece);
        socket.write("\r\n");
      }
      socket.write(END);
    });
    expect(textOf(await collect(connect({ baseUrl: url }).ask(turn(), never)))).toBe("h\u00e9llo");
  });

  test("that is plain where a stream was asked for is told as events", async () => {
    const { url } = await upstream((socket) => socket.write(json(REPLY)));
    const events = await collect(connect({ baseUrl: url }).ask(turn({ stream: true, lane: "relay" }), never));
    expect(openingOf(events)?.lane).toBe("events");
    expect(textOf(events)).toBe("hello");
  });

  test("that streams unasked is told as events", async () => {
    const { url } = await upstream((socket) => socket.write(sse(SAID, ENDED) + END));
    const events = await collect(connect({ baseUrl: url }).ask(turn({ lane: "relay" }), never));
    expect(openingOf(events)?.lane).toBe("events");
    expect(textOf(events)).toBe("hello");
  });
});

describe("an error", () => {
  test("keeps status, message, code and the time to wait", async () => {
    const body = JSON.stringify({ error: { message: "slow down", type: "tokens", code: "rate_limit_exceeded" } });
    const { url } = await upstream((socket) => socket.write(json(body, 429, "retry-after: 7\r\n")));
    const error = await failure(connect({ baseUrl: url }).ask(turn({ stream: true }), never));
    expect(error).toMatchObject({ code: "upstream_error", message: "slow down" });
    expect(error.details.upstream).toMatchObject({
      provider: "box",
      status: 429,
      type: "tokens",
      code: "rate_limit_exceeded",
      retryAfter: 7,
    });
  });

  test("in a 200 is an error, plain and where a stream was asked for", async () => {
    const { url } = await upstream((socket) => socket.write(json('{"error":{"message":"no","code":"x"}}')));
    for (const stream of [false, true]) {
      const error = await failure(connect({ baseUrl: url }).ask(turn({ stream, lane: "relay" }), never));
      expect(error).toMatchObject({ code: "upstream_error", message: "no" });
    }
  });

  test("whose text is cut is told with its status", async () => {
    const { url } = await upstream((socket) =>
      socket.end("HTTP/1.1 503 X\r\ncontent-type: text/plain\r\ncontent-length: 99\r\n\r\nover capa"),
    );
    const error = await failure(connect({ baseUrl: url }).ask(turn(), never));
    expect(error.details.upstream?.status).toBe(503);
  });

  test("is a redirect, which is not followed", async () => {
    const { url, seen } = await upstream((socket) =>
      socket.write("HTTP/1.1 307 X\r\nlocation: https://elsewhere.example/v1?key=1\r\ncontent-length: 0\r\n\r\n"),
    );
    const error = await failure(connect({ baseUrl: url }).ask(turn(), never));
    expect(error.code).toBe("upstream_invalid");
    expect(error.message).toContain("elsewhere.example");
    expect(error.message).not.toContain("key=1");
    expect(seen.length).toBe(1);
  });

  test("is a web page in place of an answer", async () => {
    const { url } = await upstream((socket) =>
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"),
    );
    for (const stream of [false, true]) {
      expect((await failure(connect({ baseUrl: url }).ask(turn({ stream }), never))).code).toBe("upstream_invalid");
    }
  });

  test("is an answer past all bounds", async () => {
    const piece = part("x".repeat(1 << 20));
    const { url, closed } = await upstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
      const pour = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on("drain", pour);
      pour();
    });
    const error = await failure(connect({ baseUrl: url }).ask(turn(), never));
    expect(error).toMatchObject({ code: "upstream_invalid" });
    expect(error.message).toContain("64 MiB");
    await closed;
  });
});
