import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";
import { greeting } from "./answers.ts";
import { cases, type Outcome, scripts, spoiled } from "./cases.ts";
import { chat, errorOf, finishesOf, type Seen, textOf } from "./client.ts";
import { bothLanes, lanes, startDouble } from "./double.ts";
import type { Upstream } from "./upstream.ts";

let double: Upstream;
let daemon: Daemon;

beforeAll(async () => {
  double = startDouble(scripts);
  const unlucky = startDouble(scripts);
  unlucky.stop();
  const hasty = { timeouts: { headers: 1, idle: 1, total: 3 } };
  const providers = {
    ...bothLanes(double.url),
    ...bothLanes(double.url, { prefix: "hasty-", settings: hasty }),
    ...bothLanes(unlucky.url, { prefix: "refused-" }),
  };
  daemon = await startDaemon({ configuration: JSON.stringify({ providers }) });
});

afterAll(async () => {
  const code = await daemon.stop();
  double.stop();
  expect(code).toBe(0);
});

function expectAnswer(seen: Seen, stream: boolean): void {
  expect(textOf(seen)).toBe(greeting);
  expect(seen.status).toBe(200);
  expect(finishesOf(seen)).toEqual(["stop"]);
  if (stream) expect(seen.frames.filter(({ data }) => data === "[DONE]")).toHaveLength(1);
}

function expectOutcome(
  seen: Seen,
  outcome: Outcome,
  { stream, provider }: { readonly stream: boolean; readonly provider: string },
): void {
  if (outcome === "answer") return expectAnswer(seen, stream);
  const error = errorOf(seen);
  expect(error.message).toMatch(outcome.says);
  expect(error.provider).toBe(provider);
  expect(error.type).toBeString();
  if ("status" in outcome) {
    expect({ status: seen.status, code: error.code }).toEqual({ status: outcome.status, code: outcome.code });
    expect(seen.headers.get("x-perdix-provider")).toBe(provider);
    expect(seen.headers.get("x-request-id")).toStartWith("req_");
    return;
  }
  expect({ status: seen.status, code: error.code }).toEqual({ status: 200, code: outcome.broken });
  expect(seen.frames.filter(({ event }) => event === "error")).toHaveLength(1);
  expect(seen.frames.at(-1)?.event).toBe("error");
  expect(finishesOf(seen)).toEqual([]);
  expect(seen.text).not.toContain("[DONE]");
  if (outcome.text !== undefined) expect(textOf(seen)).toBe(outcome.text);
}

for (const lane of lanes) {
  describe(`by the ${lane} lane`, () => {
    for (const { name, streamed, plain, hasty } of cases) {
      test(`${name}: streamed and plain`, async () => {
        const provider = hasty ? `hasty-${lane}` : lane;
        const ask = (stream: boolean) => chat(daemon.url, { model: `${provider}/${name}`, stream });
        const [stream, reply] = await Promise.all([ask(true), ask(false)]);
        expectOutcome(stream, streamed, { stream: true, provider });
        expectOutcome(reply, plain, { stream: false, provider });
        const next = await chat(daemon.url, { model: `${lane}/fine`, stream: true });
        expectAnswer(next, true);
      }, 60_000);
    }

    test("a refused connection", async () => {
      for (const stream of [true, false]) {
        const seen = await chat(daemon.url, { model: `refused-${lane}/any`, stream });
        expectOutcome(
          seen,
          { status: 502, code: "upstream_unreachable", says: /nothing listens there/ },
          { stream, provider: `refused-${lane}` },
        );
      }
    }, 60_000);
  });
}

test("an event inside an answer that is no JSON is an error where it is taken apart, and untouched where it is relayed", async () => {
  const taken = await chat(daemon.url, { model: "events/spoiled", stream: true });
  expectOutcome(
    taken,
    { broken: "upstream_invalid", says: /broken JSON/, text: greeting },
    { stream: true, provider: "events" },
  );
  const relayed = await chat(daemon.url, { model: "relay/spoiled", stream: true });
  expect(relayed.text).toBe(spoiled);
}, 60_000);

test.each(lanes)(
  "a reset between the finish reason and [DONE] loses nothing of the answer by the %s lane",
  async (lane) => {
    const seen = await chat(daemon.url, { model: `${lane}/finished`, stream: true });
    expect(textOf(seen)).toBe(greeting);
    // The model has finished; that its terminal never came is told, or it is added.
    const ends = seen.frames.filter(({ event, data }) => event === "error" || data === "[DONE]");
    expect(ends).toHaveLength(1);
    expect(seen.frames.at(-1)).toEqual(ends[0]);
  },
  60_000,
);

test("the daemon counts nothing in flight and knows of no failure of its own", async () => {
  const health = (await (await fetch(`${daemon.url}/health`)).json()) as { readonly in_flight: number };
  expect(health.in_flight).toBe(0);
  expect(daemon.log()).not.toContain("unexpected failure");
  expect(daemon.log()).not.toMatch(/unhandled|uncaught/i);
});
