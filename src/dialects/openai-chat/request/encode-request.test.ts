import { describe, expect, test } from "bun:test";
import { GatewayError } from "../../../spec/error.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { encodeRequest } from "./encode-request.ts";
import { readRequest } from "./read-request.ts";
import { type ChatTraits, openaiTraits } from "../traits.ts";

interface Case {
  readonly traits?: Partial<ChatTraits>;
  readonly settings?: JsonObject;
  readonly strict?: boolean;
}

const hello = [{ role: "user", content: "hello" }];

function encodeText(text: string, { traits, settings = {}, strict = false }: Case = {}) {
  const request = readRequest({ text, userAgent: undefined, providerModel: undefined, strict: false });
  return encodeRequest(
    { request, model: "upstream-name", settings, lane: "relay", strict },
    { ...openaiTraits, ...traits },
    "box",
  );
}

/** What the upstream gets beside model and messages. */
function sent(body: JsonObject, options: Case = {}): JsonObject {
  const { model, messages, ...rest } = JSON.parse(
    encodeText(JSON.stringify({ model: "m", messages: hello, ...body }), options).text,
  );
  expect(model).toBe("upstream-name");
  expect(messages).toBeArray();
  return rest;
}

test("every byte but the model's name stays as it was", () => {
  const text =
    '{ "seed": 9223372036854775807, "model": "m",\n"messages":[{"role":"user","content":"\\u00e9", "x":1.0}], "unheard_of": {"a":[1e2]} }';
  expect(encodeText(text).text).toBe(text.replace('"m"', '"upstream-name"'));
});

describe("fields", () => {
  test.each<[string, JsonObject, Case, JsonObject]>([
    ["sent as they are", { temperature: 1, top_p: 0.5 }, {}, { temperature: 1, top_p: 0.5 }],
    ["null means absent", { temperature: null, tools: null }, {}, {}],
    [
      "meant for the gateway",
      { max_turns: 3, mcp_servers: [], credentials: null, handoff_mode: true, agent_attributes: {} },
      {},
      {},
    ],
    ["unknown to all", { unheard_of: { a: 1 } }, {}, { unheard_of: { a: 1 } }],
    [
      "another vendor's hint",
      { thinking: { type: "disabled" }, top_k: 3 },
      { traits: { extensions: ["top_k"] } },
      { top_k: 3 },
    ],
    [
      "a default that asks for nothing",
      { n: 1, response_format: { type: "text" } },
      { traits: { unsupported: ["n", "response_format"] } },
      {},
    ],
    ["settings win", { temperature: 1, stop: "a" }, { settings: { temperature: 2 } }, { temperature: 2, stop: "a" }],
    ["extra arguments", {}, { settings: { extra_args: { x: { y: 1 } } } }, { x: { y: 1 } }],
    ["reasoning effort", {}, { settings: { reasoning: { effort: "low" } } }, { reasoning_effort: "low" }],
    [
      "voice",
      {},
      { settings: { voice: "ash", output_audio_format: "mp3" } },
      { audio: { voice: "ash", format: "mp3" } },
    ],
    [
      "structured output",
      {},
      { settings: { structured_output: { type: "object" } } },
      {
        response_format: {
          type: "json_schema",
          json_schema: { name: "structured_output", schema: { type: "object" } },
        },
      },
    ],
    [
      "street settings",
      {},
      { settings: { stream: true, include_usage: true, attributes: { speed: 1 }, timeout: 3 } },
      {},
    ],
    [
      "required, spelled any",
      { tool_choice: "required" },
      { traits: { requiredChoice: "any" } },
      { tool_choice: "any" },
    ],
  ])("%s", (_, body, options, expected) => {
    expect(sent(body, options)).toEqual(expected);
  });

  test("a hint that is dropped is warned of, and refused where strict", () => {
    const text = JSON.stringify({ model: "m", messages: hello, verbosity: "low" });
    const options = { traits: { unsupported: ["verbosity"] } };
    expect(encodeText(text, options).warnings).toEqual(["verbosity was dropped: box/upstream-name does not take it"]);
    expect(() => encodeText(text, { ...options, strict: true })).toThrow(GatewayError);
  });

  test.each([
    [{ tools: [{ type: "function", function: { name: "f" } }] }, "tools"],
    [{ response_format: { type: "json_object" } }, "response_format"],
    [{ n: 2 }, "n"],
    [{ modalities: ["audio"], audio: { voice: "a", format: "wav" } }, "modalities"],
  ])("%j changes the answer, so that its loss is refused", (body, name) => {
    expect(() => sent(body, { traits: { unsupported: [name] } })).toThrow(`does not take ${name}`);
  });
});

describe("output limit", () => {
  test.each<[JsonObject, ChatTraits["outputLimit"], JsonObject]>([
    [{ max_tokens: 5 }, "max_completion_tokens", { max_completion_tokens: 5 }],
    [{ max_completion_tokens: 5 }, "max_tokens", { max_tokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, "max_completion_tokens", { max_completion_tokens: 6 }],
    [{ max_tokens: 5 }, "either", { max_tokens: 5 }],
    [{ max_tokens: null }, "max_completion_tokens", {}],
  ])("%j to %s", (body, outputLimit, expected) => {
    expect(sent(body, { traits: { outputLimit } })).toEqual(expected);
  });
});

describe("stream options", () => {
  test.each<[JsonObject, ChatTraits["streamUsage"], JsonObject]>([
    [{ stream: true }, "ask", { stream: true, stream_options: { include_usage: true } }],
    [
      { stream: true, stream_options: { include_obfuscation: false } },
      "ask",
      { stream: true, stream_options: { include_obfuscation: false, include_usage: true } },
    ],
    [{ stream: true, stream_options: { include_usage: true } }, "always", { stream: true }],
    [{ stream: true }, "never", { stream: true }],
    [{ stream_options: { include_usage: true } }, "ask", {}],
    [{}, "ask", {}],
  ])("%j, %s", (body, streamUsage, expected) => {
    expect(sent(body, { traits: { streamUsage } })).toEqual(expected);
  });
});

test("a developer is a system where the role is unknown", () => {
  const text = JSON.stringify({
    model: "m",
    messages: [{ role: "developer", content: "be kind", name: "d" }, ...hello],
  });
  const { messages } = JSON.parse(encodeText(text, { traits: { developerRole: false } }).text);
  expect(messages).toEqual([{ role: "system", content: "be kind", name: "d" }, ...hello]);
});

test("settings act on the call, but never on its authentication", () => {
  const settings = {
    extra_headers: { "X-Mine": 1, Authorization: "Bearer x", host: "y" },
    extra_query: { q: true },
    timeout: 2.5,
  };
  const { headers, query, timeout, warnings } = encodeText(JSON.stringify({ model: "m", messages: hello }), {
    settings,
  });
  expect({ headers, query, timeout }).toEqual({ headers: { "X-Mine": "1" }, query: { q: "true" }, timeout: 2.5 });
  expect(warnings).toHaveLength(2);
  expect(() => encodeText(JSON.stringify({ model: "m", messages: hello }), { settings, strict: true })).toThrow(
    "extra_headers.Authorization",
  );
});

test("a system instruction of settings takes the place of the request's own", () => {
  const wire = (body: JsonObject) =>
    JSON.parse(
      encodeText(JSON.stringify({ model: "m", messages: hello, ...body }), { settings: { system_instruction: "new" } })
        .text,
    ).messages;
  const expected = [{ role: "system", content: "new" }, ...hello];
  expect(wire({})).toEqual(expected);
  expect(wire({ system_instruction: { parts: [{ text: "old" }] } })).toEqual(expected);
  expect(wire({ instructions: "old" })).toEqual(expected);
});
