import { describe, expect, test } from "bun:test";
import { openapiFaults, openapiReason, openapiReasonSuffix } from "../openapi.ts";
import { faultsOfError, faultsOfModels, faultsOfReply } from "./openai-shape.ts";
import { choice, delta } from "./scripted-upstream.ts";
import type { Loose } from "./shape.ts";
import { faultsOfStream } from "./stream-shape.ts";

// Whoever judges everything else must be seen to find something.

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const head = { id: "x", created: 1, model: "m" };
const reply: Loose = { ...head, object: "chat.completion", choices: [choice({ content: "hi" })], usage };
const call = { id: "call", type: "function", function: { name: "f", arguments: "{}" } };

const brokenReplies: Readonly<Record<string, Loose>> = {
  "no id": { ...reply, id: undefined },
  "another object": { ...reply, object: "chat.completion.chunk" },
  "a created that is text": { ...reply, created: "now" },
  "no choices": { ...reply, choices: [] },
  "a wrong index": { ...reply, choices: [choice({ content: "hi" }, { index: 1 })] },
  "no finish_reason": { ...reply, choices: [choice({ content: "hi" }, { finish_reason: null })] },
  "another role": { ...reply, choices: [choice({ content: "hi", role: "user" })] },
  "no refusal": { ...reply, choices: [choice({ content: "hi", refusal: undefined })] },
  "calls that are none": { ...reply, choices: [choice({ tool_calls: [] })] },
  "a call without id": { ...reply, choices: [choice({ tool_calls: [{ ...call, id: "" }] })] },
  "arguments as an object": {
    ...reply,
    choices: [choice({ tool_calls: [{ ...call, function: { name: "f", arguments: {} } }] })],
  },
  "two calls of one id": { ...reply, choices: [choice({ tool_calls: [call, call] })] },
  "usage that does not add up": { ...reply, usage: { ...usage, total_tokens: 4 } },
};

const frame = (chunk: Loose) => `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...chunk })}\n\n`;
const done = "data: [DONE]\n\n";
const first = frame(delta({ role: "assistant", content: "h" }));
const last = frame(delta({}, { finish_reason: "stop" }));
const called = frame(delta({}, { finish_reason: "tool_calls" }));
const counted = frame({ choices: [], usage });
const error = `event: error\ndata: ${JSON.stringify({ error: { message: "broke" } })}\n\n`;
const piece = (index: number, rest: Loose = call) => frame(delta({ tool_calls: [{ index, ...rest }] }));

const soundStreams: Readonly<Record<string, string>> = {
  plain: `:\n${first}${last}${done}`,
  "with calls": first + piece(0) + piece(0, { function: { arguments: "}" } }) + piece(1) + called + done,
  "broken off by an error": first + error,
};
const brokenStreams: Readonly<Record<string, string>> = {
  "no end": first + last,
  "two ends": first + last + done + done,
  "words after the end": first + last + done + first,
  "an end after an error": first + error + done,
  "no finish_reason": first + done,
  "two finish_reasons": first + last + last + done,
  "another id": first + frame({ ...delta({}, { finish_reason: "stop" }), id: "y" }) + done,
  "usage nobody asked for": first + last + counted + done,
  "a named event": `event: ping\ndata: {}\n\n${first}${last}${done}`,
  "broken JSON": `${first}data: {"id":\n\n${last}${done}`,
  "a gap between calls": first + piece(0) + piece(2) + called + done,
  "a call without a name": first + piece(0, { id: "call" }) + called + done,
  "calls that end in stop": first + piece(0) + last + done,
};
const facts = { includeUsage: false, left: false };

describe("the judges", () => {
  test("find nothing in what is sound", () => {
    expect(faultsOfReply(reply)).toEqual([]);
    for (const stream of Object.values(soundStreams)) expect(faultsOfStream(stream, facts)).toEqual([]);
    expect(faultsOfStream(first + last + counted + done, { ...facts, includeUsage: true })).toEqual([]);
    expect(faultsOfStream(first, { ...facts, left: true })).toEqual([]);
  });
  test.each(Object.keys(brokenReplies))("find %s in a reply", (name) => {
    expect(faultsOfReply(brokenReplies[name])).not.toEqual([]);
  });
  test.each(Object.keys(brokenStreams))("find %s in a stream", (name) => {
    expect(faultsOfStream(brokenStreams[name] ?? "", facts)).not.toEqual([]);
  });
  test("find usage that is missing, early, or in company", () => {
    const asked = { ...facts, includeUsage: true };
    const beside = frame({ ...delta({}, { finish_reason: "stop" }), usage });
    for (const stream of [first + last + done, first + counted + last + done, first + beside + done]) {
      expect(faultsOfStream(stream, asked)).not.toEqual([]);
    }
  });
  test("find faults in errors and lists", () => {
    const sound = { error: { message: "no", type: "t", param: null, code: null }, message: "no" };
    expect(faultsOfError(sound)).toEqual([]);
    for (const broken of [
      { ...sound, message: "yes" },
      { error: "no", message: "no" },
      { error: { message: "no" }, message: "no" },
    ]) {
      expect(faultsOfError(broken)).not.toEqual([]);
    }
    expect(faultsOfModels({ object: "list", data: [{ id: "m", object: "model", created: 1 }] })).not.toEqual([]);
    expect(faultsOfModels({ data: [] })).not.toEqual([]);
  });
  test.skipIf(openapiReason !== undefined)(`find faults by the OpenAPI document${openapiReasonSuffix}`, () => {
    expect(openapiFaults("reply", reply)).toEqual([]);
    expect(openapiFaults("reply", { ...reply, choices: [{ index: 0 }] })).not.toEqual([]);
    expect(openapiFaults("chunk", { ...head, object: "chat.completion.chunk", choices: [{ index: 0 }] })).not.toEqual(
      [],
    );
    expect(openapiFaults("models", { object: "list", data: [{ id: "m" }] })).not.toEqual([]);
    expect(openapiFaults("faults", { detail: [{ msg: 1 }] })).not.toEqual([]);
  });
});
