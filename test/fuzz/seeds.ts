import type { JsonObject } from "../fields/row.ts";

/** Stands in every prompt; longer than any name, so that an error which repeats it repeats a prompt. */
export const canary = "the confidential plan is to sail at dawn, ".repeat(8).trim();

const user = { role: "user", content: canary };
const parameters = {
  type: "object",
  properties: { city: { type: "string", minLength: 1 }, days: { type: "integer" } },
  required: ["city"],
};
const weather = { type: "function", function: { name: "weather", description: canary, parameters, strict: true } };
const asked = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Delos"}' } };
const picture = "data:image/png;base64,iVBORw0KGgo=";

/** Bodies that are answered; each mutation starts from one of them. */
export const seeds: readonly JsonObject[] = [
  { model: "sim/echo", messages: [user] },
  { model: "sim/echo", messages: [user], stream: true, stream_options: { include_usage: true } },
  {
    model: ["sim/echo", { model: "sim/echo", settings: { temperature: 0.2, stop: ["x"], extra_args: { a: 1 } } }],
    messages: [{ role: "system", content: canary, name: "s" }, user],
    temperature: 1.5,
    top_p: 0.9,
    n: 2,
    seed: 9_007_199_254_740_991,
    logprobs: true,
    top_logprobs: 3,
    metadata: { team: canary, number: 1 },
  },
  {
    model: "sim/echo",
    messages: [
      { role: "developer", content: [{ type: "text", text: canary }] },
      {
        role: "user",
        content: [
          { type: "text", text: canary, cache_control: { type: "ephemeral" } },
          { type: "image_url", image_url: { url: picture, detail: "low" } },
          { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
          { type: "file", file: { filename: "a.pdf", file_data: "AAAA" } },
          { type: "video_url", video_url: { url: "http://127.0.0.1/v" } },
        ],
      },
    ],
    stream: true,
  },
  {
    model: "sim/echo",
    messages: [
      user,
      { role: "assistant", content: null, tool_calls: [asked], reasoning_content: canary },
      { role: "tool", tool_call_id: "call_1", content: canary },
    ],
    tools: [weather, { type: "custom", custom: { name: "note" } }],
    tool_choice: "auto",
    parallel_tool_calls: false,
  },
  {
    model: "sim/echo",
    messages: [user],
    response_format: { type: "json_schema", json_schema: { name: "trip", schema: parameters, strict: true } },
    max_completion_tokens: 50,
    reasoning_effort: "low",
    verbosity: "low",
    service_tier: "auto",
    user: "u",
    store: false,
  },
  {
    model: { name: "sim/echo", temperature: 1 },
    input: canary,
    instructions: canary,
    mcp_servers: ["a/b", { name: "c", url: "https://127.0.0.1/mcp" }],
    credentials: [{ connection_name: "a", values: { key: canary } }],
    agent_attributes: { speed: 0.5 },
    model_attributes: { m: { speed: 0.5 } },
    max_turns: 3,
    automatic_tool_execution: true,
  },
  {
    model: "sim/echo",
    messages: [
      user,
      { role: "assistant", content: "", function_call: { name: "f", arguments: "{}" } },
      { role: "function", name: "f", content: canary },
      { role: "assistant", content: [{ type: "refusal", refusal: canary }] },
      user,
    ],
    stop: ["dawn"],
    logit_bias: { 50256: -100 },
    thinking: { type: "enabled", budget_tokens: 1024 },
    unheard_of: { deep: [[{ a: null }]] },
  },
];
