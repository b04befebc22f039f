import { expect, test } from "bun:test";
import { GatewayError, type ErrorDetails, type FailedAttempt } from "../spec/error.ts";
import type { StreamEvent } from "../spec/event.ts";
import type { Candidate, Plan } from "../spec/provider.ts";
import { askInOrder } from "./ask.ts";

type Script = readonly (StreamEvent | GatewayError)[];

const opening = (candidate: string): StreamEvent => ({
  type: "opening",
  candidate,
  id: "id",
  created: 0,
  model: candidate,
  headers: {},
  warnings: [],
  lane: "events",
});
const text = (words: string): StreamEvent => ({ type: "text-delta", choice: 0, block: 0, text: words });
const finish: StreamEvent = { type: "finish", choice: 0, reason: "stop", rawReason: "stop" };
const refused = (
  status: number,
  more: Partial<NonNullable<ErrorDetails["upstream"]>> = {},
  message = `HTTP ${status}`,
) => new GatewayError("upstream_error", message, { upstream: { provider: "p", status, ...more } });

/** Plays one script a try, in order, whichever candidate is asked. */
async function play(ids: readonly string[], scripts: readonly Script[]) {
  const candidates = ids.map((id) => ({ id, model: id, settings: {}, reason: "named" }) as unknown as Candidate);
  const asked: string[] = [];
  const slept: number[] = [];
  const failures: FailedAttempt[] = [];
  const heard: StreamEvent[] = [];
  const plan: Plan = { candidates, rejected: [] };
  const openings: string[] = [];
  let thrown: unknown;
  async function* speak(script: Script): AsyncGenerator<StreamEvent, void, void> {
    for (const step of script) {
      if (step instanceof GatewayError) throw step;
      yield step;
    }
  }
  try {
    const { first, rest = [] } = await askInOrder(plan, {
      ask: async ({ id }) => speak(scripts[asked.push(id) - 1] ?? []),
      opened: ({ candidate }) => void openings.push(candidate),
      sleep: async (milliseconds) => void slept.push(milliseconds),
      random: () => 0,
      failures,
    });
    heard.push(...first);
    for await (const event of rest) heard.push(event);
  } catch (error) {
    thrown = error;
  }
  return { asked, slept, heard, openings, error: thrown as GatewayError | undefined, failures };
}

test("the first that speaks answers alone", async () => {
  const { asked, heard, error } = await play(["a", "b"], [[opening("a"), text("hi"), finish]]);
  expect(asked).toEqual(["a"]);
  expect(heard).toEqual([opening("a"), text("hi"), finish]);
  expect(error).toBeUndefined();
});

test("what came before the first content of a failed candidate never reaches the client", async () => {
  const role: StreamEvent = { type: "extra", choice: 0, origin: { choice: { x: 1 } } };
  const broken = new GatewayError("upstream_incomplete", "cut");
  const { heard, openings } = await play(
    ["a", "b"],
    [
      [opening("a"), role, broken],
      [opening("b"), role, text("yes"), finish],
    ],
  );
  expect(heard).toEqual([opening("b"), role, text("yes"), finish]);
  expect(openings).toEqual(["a", "b"]);
});

test("nobody takes over after the first content", async () => {
  const broken = new GatewayError("upstream_incomplete", "cut");
  const { asked, heard, error } = await play(["a", "b"], [[opening("a"), text("ha"), broken]]);
  expect(asked).toEqual(["a"]);
  expect(heard.at(-1)).toEqual(text("ha"));
  expect(error).toBe(broken);
});

test("an empty answer is an answer", async () => {
  const { heard, error } = await play(["a", "b"], [[opening("a"), finish]]);
  expect(heard).toEqual([opening("a"), finish]);
  expect(error).toBeUndefined();
});

test.each([401, 402, 403, 404, 408, 429, 500, 503, 529])("after HTTP %d the next is asked", async (status) => {
  const { asked } = await play(
    ["a", "b"],
    [[refused(status, { shouldRetry: false })], [opening("b"), text("yes"), finish]],
  );
  expect(asked).toEqual(["a", "b"]);
});

test.each([400, 409, 413, 422])("HTTP %d is final", async (status) => {
  const { asked, error } = await play(["a", "b"], [[refused(status, { shouldRetry: false })]]);
  expect(asked).toEqual(["a"]);
  expect(error?.details.upstream?.status).toBe(status);
});

test("a prompt that is too long goes to the next", async () => {
  const long = refused(400, { code: "context_length_exceeded" });
  expect((await play(["a", "b"], [[long], [opening("b"), text("yes")]])).asked).toEqual(["a", "b"]);
  const inWords = refused(400, {}, "This model's maximum context length is 8192 tokens");
  expect((await play(["a", "b"], [[inWords], [opening("b"), text("yes")]])).asked).toEqual(["a", "b"]);
});

test.each(["upstream_unreachable", "upstream_timeout", "upstream_invalid", "unsupported_parameter"] as const)(
  "after %s the next is asked",
  async (code) => {
    const { asked } = await play(["a", "b"], [[new GatewayError(code, "x")], [opening("b"), text("yes")]]);
    expect(asked).toEqual(["a", "b"]);
  },
);

test.each(["client_gone", "invalid_request", "internal"] as const)("%s ends it", async (code) => {
  expect((await play(["a", "b"], [[new GatewayError(code, "x")]])).asked).toEqual(["a"]);
});

test("a passing fault is tried again once, after the provider's wait", async () => {
  const { asked, slept } = await play(["a"], [[refused(429, { retryAfter: 2 })], [opening("a"), text("yes")]]);
  expect(asked).toEqual(["a", "a"]);
  expect(slept).toEqual([2000]);
});

test("nobody waits longer than ten seconds, or than one where another can be asked", async () => {
  expect((await play(["a"], [[refused(429, { retryAfter: 11 })]])).asked).toEqual(["a"]);
  expect((await play(["a", "b"], [[refused(429, { retryAfter: 2 })], [opening("b"), text("yes")]])).asked).toEqual([
    "a",
    "b",
  ]);
});

test("the provider's word against a retry is kept", async () => {
  expect((await play(["a"], [[refused(500, { shouldRetry: false })]])).asked).toEqual(["a"]);
});

test("two tries a candidate, four in all; the first error tells of all", async () => {
  const always = Array.from({ length: 9 }, (_, index): Script => [refused(500, {}, `failure ${index}`)]);
  const { asked, error } = await play(["a", "b", "c"], always);
  expect(asked).toEqual(["a", "a", "b", "b"]);
  expect(error?.message).toBe("failure 0");
  expect(error?.details.attempts?.map(({ model, status }) => [model, status])).toEqual([
    ["a", 500],
    ["a", 500],
    ["b", 500],
    ["b", 500],
  ]);
});
