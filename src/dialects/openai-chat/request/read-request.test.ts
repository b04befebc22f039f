import { describe, expect, test } from "bun:test";
import { GatewayError } from "../../../spec/error.ts";
import type { JsonObject } from "../../../spec/json.ts";
import { readMessages } from "./read-messages.ts";
import { readRequest } from "./read-request.ts";
import { writeMessages } from "./write-messages.ts";

const hello = [{ role: "user", content: "hello" }];

function read(
  body: unknown,
  options: { readonly userAgent?: string; readonly strict?: boolean; readonly providerModel?: string } = {},
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readRequest({
    text,
    userAgent: options.userAgent,
    providerModel: options.providerModel,
    strict: options.strict ?? false,
  });
}

function refusal(body: unknown, options = {}): GatewayError {
  try {
    read(body, options);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("what real clients send", () => {
  test.each([
    [
      "an assistant turn with an empty list of content",
      { messages: [...hello, { role: "assistant", content: [], tool_calls: [] }] },
    ],
    ["a tool choice without a type", { messages: hello, tool_choice: { function: { name: "look" } } }],
    ["Z.ai's thinking without a type", { messages: hello, thinking: { clear_thinking: false } }],
  ])("%s is accepted", (_, body) => {
    expect(() => read({ model: "m", ...body })).not.toThrow();
  });

  test("a tool choice without a type gets it", () => {
    const choice = { function: { name: "look" } };
    expect(read({ model: "m", messages: hello, tool_choice: choice }).overrides).toEqual({
      tool_choice: { type: "function", ...choice },
    });
  });
});

describe("model", () => {
  test.each([
    ["a/b", [{ name: "a/b" }]],
    [["a/b"], [{ name: "a/b" }]],
    [{ model: "a/b", settings: { temperature: 1 } }, [{ name: "a/b", settings: { temperature: 1 } }]],
    [{ name: "a/b", temperature: 1 }, [{ name: "a/b", settings: { temperature: 1 } }]],
    [{ id: "a/b", settings: null }, [{ name: "a/b" }]],
    [
      ["a/b", { model: "c", settings: { n: 1 } }],
      [{ name: "a/b" }, { name: "c", settings: { n: 1 } }],
    ],
  ])("%j", (model, expected) => {
    expect(read({ model, messages: hello }).models).toEqual(expected as never);
  });

  test("the header X-Provider-Model stands in for the first", () => {
    expect(read({ model: ["a", "b"], messages: hello }, { providerModel: "c" }).models).toEqual([
      { name: "c" },
      { name: "b" },
    ]);
  });

  test("an entry without a name is refused", () => {
    expect(refusal({ model: [{ settings: {} }], messages: hello }).details.param).toBe("model");
  });
});

describe("conversation", () => {
  test.each([
    [{ input: "hi" }, [["user", "hi"]]],
    [{ messages: "hi" }, [["user", "hi"]]],
    [{ input: hello }, [["user", "hello"]]],
    [
      { messages: hello, system: "be brief" },
      [
        ["system", "be brief"],
        ["user", "hello"],
      ],
    ],
    [
      { messages: hello, system_instruction: { parts: [{ text: "a" }, { text: "b" }] } },
      [
        ["system", "a\nb"],
        ["user", "hello"],
      ],
    ],
    [
      { messages: hello, system_instruction: "a" },
      [
        ["system", "a"],
        ["user", "hello"],
      ],
    ],
    [
      {
        messages: [{ role: "system", content: "old" }, { role: "developer", content: "older" }, ...hello],
        instructions: "new",
        system: "no",
      },
      [
        ["system", "new"],
        ["user", "hello"],
      ],
    ],
    [{ instructions: "alone" }, [["system", "alone"]]],
  ])("%j", (body, expected) => {
    const request = read({ model: "m", ...body });
    expect(request.messages.map(({ role, content }) => [role, content])).toEqual(expected);
    expect(request.repaired).toBe(true);
  });

  test.each([
    [{ role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }] }],
    [{ role: "assistant", content: "x", tool_calls: [] }],
    [
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: { x: 1 } } }],
      },
    ],
    [{ role: "tool", content: null, tool_call_id: "a" }],
  ])("%j is dirty", (message) => {
    expect(read({ model: "m", messages: [...hello, message] }).repaired).toBe(true);
  });

  test("a clean history stays as it was said", () => {
    expect(read({ model: "m", messages: hello }).repaired).toBe(false);
  });

  test.each([[{}], [{ messages: [] }], [{ messages: null }]])("%j has nothing to answer", (body) => {
    expect(refusal({ model: "m", ...body }).details.param).toBe("messages");
  });
});

test("what the dialect can say survives reading and writing", () => {
  const wire: JsonObject[] = [
    { role: "developer", content: [{ type: "text", text: "t", cache_control: { type: "ephemeral" } }], name: "n" },
    {
      role: "user",
      content: [
        { type: "image_url", image_url: { url: "data:,x", detail: "low", fps: 2 }, more: 1 },
        { type: "input_audio", input_audio: { data: "aa", format: "wav" } },
        { type: "file", file: { filename: "f", file_data: "data:,y" } },
        { type: "video_url", video_url: { url: "v" } },
      ],
    },
    {
      role: "assistant",
      content: null,
      reasoning_content: "why",
      tool_calls: [
        {
          id: "a",
          type: "function",
          function: { name: "f", arguments: "{ }", strict: true },
          thought_signature: "c2ln",
        },
        { id: "b", type: "custom", custom: { name: "g", input: "free" } },
      ],
      audio: { id: "x" },
    },
    { role: "tool", content: [{ type: "text", text: "r" }], tool_call_id: "a", unheard: [1] },
    { role: "assistant", content: [{ type: "refusal", refusal: "no" }] },
    { role: "function", content: "old", name: "f" },
  ];
  expect(writeMessages(readMessages(wire), { developerRole: true })).toEqual(wire);
  expect(writeMessages(readMessages(wire), { developerRole: false })[0]?.["role"]).toBe("system");
});

describe("tool choice", () => {
  test.each([
    ["any", { tool_choice: "required" }],
    [
      { type: "any", disable_parallel_tool_use: true },
      { tool_choice: "required", parallel_tool_calls: false },
    ],
    [{ type: "auto" }, { tool_choice: "auto" }],
    [{ type: "none" }, { tool_choice: "none" }],
    [{ type: "tool", name: "f" }, { tool_choice: { type: "function", function: { name: "f" } } }],
    [{ type: "function", function: { name: "f" } }, {}],
    ["auto", {}],
  ])("%j", (tool_choice, expected) => {
    expect(read({ model: "m", messages: hello, tool_choice }).overrides).toEqual(expected as never);
  });

  test("of a server that is not there is refused", () => {
    expect(refusal({ model: "m", messages: hello, tool_choice: { server_label: "s", name: "f" } }).message).toContain(
      "mcp_servers",
    );
  });
});

test("schema keywords are mended for Dedalus/JS alone, and names of properties never", () => {
  const parameters = {
    type: "object",
    additional_properties: false,
    properties: {
      min_length: { type: "string", min_length: 1, any_of: [{ max_length: 2 }] },
      one_of: { enum: ["all_of"] },
    },
    required: ["min_length"],
  };
  const tools = [{ function: { name: "f", parameters } }];
  const mended = read({ model: "m", messages: hello, tools }, { userAgent: "Dedalus/JS 0.1.0" }).overrides["tools"];
  expect(mended).toEqual([
    {
      type: "function",
      function: {
        name: "f",
        parameters: {
          type: "object",
          additionalProperties: false,
          properties: {
            min_length: { type: "string", minLength: 1, anyOf: [{ maxLength: 2 }] },
            one_of: { enum: ["all_of"] },
          },
          required: ["min_length"],
        },
      },
    },
  ]);
  expect(read({ model: "m", messages: hello, tools }, { userAgent: "OpenAI/JS" }).overrides["tools"]).toEqual([
    { type: "function", function: { name: "f", parameters } },
  ]);
});

test("metadata becomes strings", () => {
  expect(read({ model: "m", messages: hello, metadata: { a: 1, b: "x", c: { d: true } } }).overrides).toEqual({
    metadata: { a: "1", b: "x", c: '{"d":true}' },
  });
});

test("bad JSON is told with its place", () => {
  expect(refusal('{"model": "m",\n  "messages": [}').message).toBe(
    "The body is not JSON at line 2, column 16: expected a value",
  );
});

test("every fault is told, each with its place", () => {
  const { details, message } = refusal({ model: "m", messages: [{ role: "user" }], temperature: 3, n: 0 });
  expect(details.faults?.map(({ loc }) => loc.join("."))).toEqual([
    "body.temperature",
    "body.n",
    "body.messages.0.content",
  ]);
  expect(message).toContain("temperature must be a number from 0 to 2");
});

test.each([
  [{ top_logprobs: 3 }, "top_logprobs"],
  [{ modalities: ["text", "audio"] }, "modalities"],
  [{ stream_options: { include_usage: true } }, "stream_options"],
  [{ agent_attributes: { accuracy: 1 } }, "agent_attributes"],
])("%j is warned of, and refused where strict", (body, name) => {
  const request = { model: "m", messages: hello, ...body };
  expect(read(request).warnings.join()).toContain(name);
  expect(refusal(request, { strict: true }).message).toContain(name);
});

test("what nothing here does yet is refused, not swallowed", () => {
  expect(refusal({ model: "m", messages: hello, guardrails: [{ type: "pii" }] }).details.param).toBe("guardrails");
  expect(refusal({ model: "m", messages: hello, mcp_servers: ["a/b"], n: 2 }).details.param).toBe("n");
  expect(
    read({ model: "m", messages: hello, guardrails: [], mcp_servers: [], tools: [], credentials: null }).servers,
  ).toEqual([]);
});

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test("a body that is nested too deeply is refused, whatever holds it", () => {
  const body = (levels: number) =>
    `{"model":"m","messages":[{"role":"user","content":"hi"}],"metadata":{"a":${deep(levels)}}}`;
  expect(refusal(body(100_000)).message).toContain("nested deeper than 1000 levels");
  expect(refusal(body(1000)).message).toContain("nested deeper");
  expect(read(body(990)).overrides["metadata"]).toEqual({ a: deep(990) });
});

test("no error repeats more of a body than a name", () => {
  const long = "x".repeat(10_000);
  expect(refusal({ model: long, messages: hello }).message.length).toBeLessThan(300);
  expect(refusal({ model: "m", messages: hello, logit_bias: { [long]: "a" } }).message.length).toBeLessThan(300);
  expect(refusal({ model: "m", messages: hello, logit_bias: { "a/b~c": "a" } }).details.param).toBe("logit_bias.a/b~c");
});

test("settings that nothing here acts on yet are warned of", () => {
  const model = { model: "m", settings: { attributes: { speed: 1 } } };
  expect(read({ model, messages: hello }).warnings).toEqual(["settings.attributes has no effect in this version"]);
  expect(refusal({ model, messages: hello }, { strict: true }).details.param).toBe("settings.attributes");
});
