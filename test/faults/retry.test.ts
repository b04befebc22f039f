import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";
import {
  beginning,
  chunk,
  done,
  frame,
  greeting,
  refusal,
  reply,
  streamOf,
  streamHead,
  wholeReply,
  wholeStream,
} from "./answers.ts";
import { answerWell } from "./cases.ts";
import { chat, errorOf, finishesOf, textOf } from "./client.ts";
import { bothLanes, lanes, modelOf, startDouble } from "./double.ts";
import { type Script, startUpstream, type Upstream } from "./upstream.ts";

let double: Upstream;
let daemon: Daemon;
const tries = new Map<string, number>();

/** Refuses so many times, then answers. The model's name says how: `429 x1 retry-after: 0`. */
const refuse: Script = (received, line) => {
  const model = modelOf(received.body);
  const [, status = "", times = "9", header = ""] = /^(\d{3}) x(\d)(?: (\S+: \S+))?/.exec(model) ?? [];
  const before = tries.get(model) ?? 0;
  tries.set(model, before + 1);
  if (status === "" || before >= Number(times)) return answerWell(received, line);
  return line.write(refusal(`${status} Refused`, header === "" ? "" : `${header}\r\n`));
};

const scripts = new Map<string, Script>([
  [
    "role-then-reset",
    async (_, line) => {
      await line.write(Buffer.concat([Buffer.from(streamHead), chunk(frame({ role: "assistant", content: "" }))]));
      await Bun.sleep(50);
      line.reset();
    },
  ],
  [
    "content-then-reset",
    async (_, line) => {
      await line.write(Buffer.concat([Buffer.from(streamHead), chunk(beginning)]));
      await Bun.sleep(50);
      line.reset();
    },
  ],
  [
    "content-then-error",
    (_, line) =>
      line.write(
        streamOf(`${beginning}data: {"error": {"message": "overloaded", "type": "overloaded_error"}}\n\n${done}`),
      ),
  ],
  ["reset", (_, line) => line.reset()],
  ["html", (_, line) => line.write(reply("<html>portal</html>", { type: "text/html" }))],
  ["empty", (_, line) => line.write(reply(""))],
]);

beforeAll(async () => {
  double = startUpstream((received, line) => (scripts.get(modelOf(received.body)) ?? refuse)(received, line));
  const gone = startDouble(new Map());
  gone.stop();
  const providers = {
    ...bothLanes(double.url),
    ...bothLanes(double.url, { prefix: "spare-" }),
    ...bothLanes(double.url, { prefix: "hasty-", settings: { timeouts: { headers: 1, idle: 1, total: 3 } } }),
    ...bothLanes(gone.url, { prefix: "gone-" }),
  };
  scripts.set("silent", () => undefined);
  daemon = await startDaemon({ configuration: JSON.stringify({ providers }) });
});

afterAll(async () => {
  await daemon.stop();
  double.stop();
});

const asked = (model: string) => double.received.filter(({ body }) => modelOf(body) === model).length;

describe.each(lanes)("tries again by the %s lane", (lane) => {
  const other = lane === "relay" ? "" : " again";

  for (const status of [408, 409, 429, 500, 503, 529]) {
    test(`${status} once: the second try answers`, async () => {
      const model = `${status} x1 retry-after: 0${other}`;
      const seen = await chat(daemon.url, { model: `${lane}/${model}`, stream: true });
      expect(textOf(seen)).toBe(greeting);
      expect(asked(model)).toBe(2);
    }, 60_000);

    test(`${status} always: two tries, then the first error with both attempts`, async () => {
      const model = `${status} x9 retry-after-ms: 5${other}`;
      const seen = await chat(daemon.url, { model: `${lane}/${model}` });
      const error = errorOf(seen);
      expect(seen.status).toBe(status);
      expect(error).toMatchObject({
        message: `the double says ${status} Refused`,
        type: "double_error",
        code: "double_code",
        provider: lane,
      });
      expect(error.attempts?.map((attempt) => attempt.status)).toEqual([status, status]);
      expect(asked(model)).toBe(2);
    }, 60_000);
  }

  test.each([400, 401, 402, 403, 404, 413, 422])(
    "%i is asked once",
    async (status) => {
      const model = `${status} x9${other}`;
      const seen = await chat(daemon.url, { model: `${lane}/${model}`, stream: true });
      expect(seen.status).toBe(status);
      expect(errorOf(seen).message).toBe(`the double says ${status} Refused`);
      expect(asked(model)).toBe(1);
    },
    60_000,
  );

  test("x-should-retry: false is obeyed and passed on", async () => {
    const model = `503 x9 x-should-retry: false${other}`;
    const seen = await chat(daemon.url, { model: `${lane}/${model}` });
    expect([seen.status, seen.headers.get("x-should-retry"), asked(model)]).toEqual([503, "false", 1]);
  }, 60_000);

  test("a Retry-After beyond all patience is passed on at once", async () => {
    const model = `429 x9 retry-after: 120${other}`;
    const seen = await chat(daemon.url, { model: `${lane}/${model}` });
    expect([seen.status, seen.headers.get("retry-after"), asked(model)]).toEqual([429, "120", 1]);
  }, 60_000);

  test("Retry-After is waited for", async () => {
    const model = `429 x1 retry-after: 1${other}`;
    const began = performance.now();
    const seen = await chat(daemon.url, { model: `${lane}/${model}` });
    expect(textOf(seen)).toBe(greeting);
    // A quarter of the wait is chance.
    expect(performance.now() - began).toBeGreaterThan(700);
  }, 60_000);

  test("four tries in all, whatever the number of candidates", async () => {
    const models = ["a", "b", "c"].map((name) => `500 x9 retry-after: 0 ${name}${other}`);
    const seen = await chat(daemon.url, { model: models.map((model) => `${lane}/${model}`) });
    expect(models.map(asked)).toEqual([2, 2, 0]);
    expect(errorOf(seen).attempts?.map(({ model }) => model)).toEqual(
      [0, 0, 1, 1].map((index) => `${lane}/${models[index]}`),
    );
  }, 60_000);
});

describe.each(lanes)("falls back by the %s lane", (lane) => {
  const ask = (model: string, stream: boolean) => chat(daemon.url, { model: [model, `spare-${lane}/fine`], stream });
  const other = lane === "relay" ? "" : " again";

  test.each([true, false])(
    "before the first content (streamed: %p)",
    async (stream) => {
      const kinds = [
        `${lane}/401 x9 ${stream}${other}`,
        `${lane}/404 x9 ${stream}${other}`,
        `${lane}/503 x9 ${stream}${other}`,
        `${lane}/reset`,
        `${lane}/html`,
        `${lane}/empty`,
        `hasty-${lane}/silent`,
        `gone-${lane}/any`,
      ];
      const seen = await Promise.all(
        (stream ? [...kinds, `${lane}/role-then-reset`] : kinds).map((model) => ask(model, stream)),
      );
      for (const each of seen) {
        expect(each.text).toContain("chatcmpl-1");
        expect([each.status, textOf(each), finishesOf(each)]).toEqual([200, greeting, ["stop"]]);
      }
      expect(seen[0]?.headers.get("x-perdix-model")).toBe(`spare-${lane}/fine`);
    },
    60_000,
  );

  test("not for what another model would refuse too", async () => {
    const seen = await ask(`${lane}/400 x9 alone${other}`, true);
    expect([seen.status, errorOf(seen).message]).toEqual([400, "the double says 400 Refused"]);
  }, 60_000);

  test.each(["content-then-reset", "content-then-error"])(
    "never after it: %s",
    async (model) => {
      const before = asked("fine");
      const seen = await ask(`${lane}/${model}`, true);
      expect(textOf(seen)).toBe(greeting);
      expect(seen.frames.at(-1)?.event).toBe("error");
      expect(finishesOf(seen)).toEqual([]);
      expect(seen.text).not.toContain("[DONE]");
      expect(asked("fine")).toBe(before);
    },
    60_000,
  );
});

describe.each(lanes)("pooled connections by the %s lane", (lane) => {
  test("one that is reset when it is used again is replaced", async () => {
    let replaced = 0;
    const upstream = startUpstream((received, line) => {
      if (received.before === 0) return line.write(lane === "relay" ? streamOf(wholeStream) : reply(wholeReply));
      replaced += 1;
      return line.reset();
    });
    const own = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(upstream.url) }) });
    for (let round = 0; round < 6; round++) {
      const seen = await chat(own.url, { model: `${lane}/fine`, stream: lane === "relay" });
      expect([seen.status, textOf(seen)]).toEqual([200, greeting]);
    }
    expect(replaced).toBeGreaterThan(0);
    await own.stop();
    upstream.stop();
  }, 60_000);

  test("idle ones that the upstream resets are no failure", async () => {
    const upstream = startUpstream(async (_, line) => {
      await line.write(reply(wholeReply));
      await Bun.sleep(30);
      line.reset();
    });
    const own = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(upstream.url) }) });
    for (let round = 0; round < 12; round++) {
      const seen = await chat(own.url, { model: `${lane}/fine` });
      expect([seen.status, textOf(seen)]).toEqual([200, greeting]);
      await Bun.sleep(round * 6);
    }
    await own.stop();
    upstream.stop();
  }, 60_000);
});

test("a redirect is not followed, so that no key goes elsewhere", async () => {
  const elsewhere = startDouble(new Map());
  for (const status of ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]) {
    const upstream = startUpstream((_, line) =>
      line.write(
        reply("moved", { status, type: "text/plain", headers: `location: ${elsewhere.url}/chat/completions\r\n` }),
      ),
    );
    const own = await startDaemon({ configuration: JSON.stringify({ providers: bothLanes(upstream.url) }) });
    for (const stream of [true, false]) {
      const seen = await chat(own.url, { model: "relay/fine", stream });
      expect(seen.status).toBe(502);
      expect(errorOf(seen).provider).toBe("relay");
    }
    await own.stop();
    upstream.stop();
  }
  expect(elsewhere.received).toEqual([]);
  elsewhere.stop();
}, 60_000);
