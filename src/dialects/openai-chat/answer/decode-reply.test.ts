import { expect, test } from "bun:test";
import type { GatewayError } from "../../../spec/error.ts";
import type { StreamEvent } from "../../../spec/event.ts";
import type { JsonObject } from "../../../spec/json.ts";
import type { Answering } from "./answering.ts";
import { decodeFrames } from "./decode-frames.ts";
import { decodeReply } from "./decode-reply.ts";
import { openaiTraits } from "../traits.ts";

const answering: Answering = {
  opening: { candidate: "box/m", headers: {}, warnings: [], lane: "events" },
  provider: "box",
  model: "asked",
  traits: openaiTraits,
  includeUsage: true,
  hush: (error) => error,
  now: 99,
};

const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });

async function stream(body: JsonObject): Promise<StreamEvent[]> {
  async function* chunks() {
    yield new TextEncoder().encode(`data: ${JSON.stringify(body)}\n\ndata: [DONE]\n\n`);
  }
  return Array.fromAsync(decodeFrames(chunks(), answering));
}

test("a plain reply gives the events of a stream that says it in one frame", async () => {
  const said = { role: "assistant", reasoning: "r", content: "a", tool_calls: [call("x")], audio: { data: "AA" } };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const rest = { id: "c1", created: 5, model: "wire", service_tier: "flex", usage };
  const ended = { index: 0, finish_reason: "tool_calls", logprobs: { content: [1] }, seed: 3 };
  const reply = JSON.stringify({ ...rest, object: "chat.completion", choices: [{ ...ended, message: said }] });
  const events = [...decodeReply(reply, answering)];
  expect(events.map(({ type }) => type)).toEqual([
    "opening",
    "extra",
    "logprobs",
    "reasoning-delta",
    "text-delta",
    "tool-call-start",
    "tool-call-delta",
    "finish",
    "usage",
  ]);
  expect(events).toEqual(await stream({ ...rest, choices: [{ ...ended, delta: said }] }));
});

const faults: readonly [name: string, body: string, code: string][] = [
  ["an error", '{"error":{"message":"x","code":404}}', "upstream_error"],
  ["an error beside choices", '{"error":"x","choices":[]}', "upstream_error"],
  ["an error in a choice", '{"choices":[{"error":{"message":"x"},"finish_reason":"error"}]}', "upstream_error"],
  ["HTML", "<html></html>", "upstream_invalid"],
  ["nothing", "", "upstream_invalid"],
  ["cut JSON", '{"choices":[', "upstream_invalid"],
  ["a list", "[]", "upstream_invalid"],
  ["no choices", '{"id":"x","object":"chat.completion"}', "upstream_invalid"],
  ["an empty list of choices", '{"choices":[]}', "upstream_invalid"],
];
for (const [name, body, code] of faults) {
  test(`a plain reply with ${name}: ${code}`, () => {
    let error: GatewayError | undefined;
    try {
      Array.from(decodeReply(body, answering));
    } catch (error_) {
      error = error_ as GatewayError;
    }
    expect(error?.code).toBe(code as never);
  });
}
