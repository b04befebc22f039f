import {
  asked,
  common,
  foreign,
  foreignVital,
  hint,
  idle,
  outdated,
  own,
  renamed,
  type Rows,
  said,
  vital,
} from "./row.ts";

const hello = [{ role: "user", content: "hello" }];
const brief = { messages: [{ role: "system", content: "be brief" }, ...hello] };
const look = { type: "function", function: { name: "look", parameters: { type: "object" } } };
const ash = { voice: "ash", format: "wav" };
const call = { id: "c1", name: "look", arguments: {} };
const schema = { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } };
const names = ["openai/m", ["openai/m"], { model: "openai/m" }, [{ model: "openai/m", settings: { top_p: 1 } }]];
const badTools = ["look", [{}], [{ type: "function" }], [{ type: "function", function: { name: "" } }]];
const badMessages = [[], 1, [{ role: "nobody", content: "" }], [{ role: "user" }], [{ role: "user", content: [] }]];
const long = (length: number) => "x".repeat(length);

/** Every property of `ChatCompletionRequest`, in the order of the Dedalus OpenAPI. */
// prettier-ignore
export const requestRows: Rows = {
  audio: [vital, "`{voice, format}`; format wav, aac, mp3, flac, opus or pcm16",
    [ash, { voice: { id: "v" }, format: "pcm16" }], [{ voice: "ash" }, { voice: "ash", format: "midi" }, "ash"]],
  frequency_penalty: [hint, "-2 to 2", [0.5, -2, 2], [-2.01, 2.01, "1"]],
  function_call: [vital, "a string or `{name}`", ["auto", { name: "look" }], [1, {}]],
  functions: [vital, "a list of `{name, …}`", [[{ name: "look" }], []], [[{}], "look"]],
  logit_bias: [hint, "a map of token ids to whole numbers", [{ 50256: -100 }, {}], [{ 1: 0.5 }, { 1: "1" }, []]],
  logprobs: [hint, "true or false", [true, false], ["true", 1]],
  max_completion_tokens: [renamed, "a whole number", [9, -1], [1.5, "1"], { arrives: { max_tokens: 9 } }],
  max_tokens: [outdated, "a whole number from 1", [9, 1], [0, 1.5, "1"], { arrives: { max_completion_tokens: 9 } }],
  messages: [common, "a list of messages, not empty; a string stands for one user message",
    [hello, [{ role: "user", content: [{ type: "text", text: "hello" }] }]], badMessages, { needed: true }],
  metadata: [hint, "an object; values that are no strings become their JSON", [{ team: "a" }, {}], ["a", []]],
  modalities: [vital, "a list of strings", [["text", "audio"], ["text"]], ["audio", [1]], { beside: { audio: ash } }],
  model: [said, "a name, `{model, settings}`, or a list of these; names of at most 256 characters",
    names, ["", 1, [], {}, long(257)], { needed: true, arrives: { model: "m" } }],
  n: [vital, "a whole number 1 to 128", [2, 1, 128], [0, 129, 1.5, "1"]],
  parallel_tool_calls: [hint, "true or false", [true, false], ["true", 1]],
  prediction: [hint, "an object", [{ type: "content", content: "x" }], ["x", []]],
  presence_penalty: [hint, "-2 to 2", [0.5, -2, 2], [-2.01, 2.01, "1"]],
  prompt_cache_key: [hint, "a string", ["k"], [1]],
  prompt_cache_retention: [hint, "a string", ["24h"], [24]],
  reasoning_effort: [hint, "a string", ["low", "none", "xhigh"], [1]],
  response_format: [vital, "`{type: text, json_object or json_schema, …}`",
    [{ type: "json_object" }, { type: "text" }, schema], ["json_object", { type: "xml" }, { type: "json_schema" }]],
  safety_identifier: [hint, "a string of at most 64 characters", ["u", long(64)], [long(65), 1]],
  seed: [hint, "a whole number 0 to 2^63", [7, 0, 2 ** 63], [-1, 1e19, 0.5, "7"]],
  service_tier: [hint, "a string", ["flex"], [1]],
  stop: [hint, "a string or a list of strings", ["END", ["a", "b", "c", "d", "e"]], [1, [1]]],
  store: [hint, "true or false", [true, false], ["true", 1]],
  stream: [common, "true or false", [true, false], ["true", 1]],
  stream_options: [asked, "an object; include_usage true or false",
    [{ include_usage: true }, { include_usage: true, more: 1 }], [true, { include_usage: 1 }], { beside: { stream: true } }],
  system_instruction: [said, "a string or `{parts: [{text}]}`",
    ["be brief", { parts: [{ text: "be brief" }] }], [1, [], { parts: [] }], { arrives: brief }],
  temperature: [hint, "0 to 2", [0.5, 0, 2], [-0.01, 2.01, "1"]],
  tool_choice: [vital, "auto, none, required, any, or a tool by name",
    ["required", "auto", { type: "function", function: { name: "look" } }], [1, {}, { type: "tool" }, { type: "function" }]],
  tools: [vital, "a list of tools", [[look], []], badTools],
  top_k: [foreign, "a whole number from 0", [1, 0], [-1, 1.5, "1"]],
  top_logprobs: [hint, "a whole number 0 to 20", [1, 0, 20], [-1, 21, 1.5, "1"], { beside: { logprobs: true } }],
  top_p: [hint, "0 to 1", [0.5, 0, 1], [-0.01, 1.01, "1"]],
  user: [hint, "a string", ["u"], [1]],
  verbosity: [hint, "a string", ["low"], [1]],
  web_search_options: [vital, "an object", [{ search_context_size: "low" }], ["low", []]],
  cache_control: [foreign, "`{type: ephemeral, ttl?: 5m or 1h}`",
    [{ type: "ephemeral" }, { type: "ephemeral", ttl: "1h" }], [{ type: "x" }, { type: "ephemeral", ttl: "2h" }, "ephemeral"]],
  cached_content: [foreignVital, "a string", ["cachedContents/a"], [1]],
  container: [foreignVital, "a string", ["c"], [1]],
  deferred: [foreignVital, "true or false", [true, false], ["true", 1]],
  generation_config: [foreign, "an object", [{ topK: 1 }], ["x", []]],
  inference_geo: [foreign, "a string", ["eu"], [1]],
  output_config: [foreign, "an object", [{ effort: "low" }], ["low", []]],
  prompt_mode: [foreign, "`reasoning`", ["reasoning"], ["other", 1]],
  safe_prompt: [foreign, "true or false", [true, false], ["true", 1]],
  safety_settings: [foreign, "a list of objects", [[{ category: "HARM", threshold: "OFF" }], []], [{}, ["x"]]],
  search_parameters: [foreignVital, "an object", [{ mode: "auto" }], ["auto", []]],
  thinking: [foreign, "`{type: enabled, disabled or adaptive}`; budget_tokens from 1024",
    [{ type: "enabled", budget_tokens: 1024 }, { type: "disabled" }, { type: "adaptive" }],
    [{ type: "enabled", budget_tokens: 1023 }, { type: "x" }, true]],
  tool_config: [foreign, "an object", [{ mode: "AUTO" }], ["AUTO", []]],
  mcp_servers: [own, "a name, an address, a spec, or a list of these", [["a/b"], "a/b", { slug: "a/b" }, []], [1, [1]]],
  credentials: [own, "`{connection_name, values}` or a list of these",
    [{ connection_name: "a", values: { k: "v" } }, []], ["a", { connection_name: "a" }, [{}]]],
  guardrails: [own, "an empty list: this version knows no guardrails", [[]], [[{ type: "pii" }], {}, ["x"]]],
  handoff_config: [idle, "an object", [{ a: 1 }], ["a", []]],
  model_attributes: [idle, "a map of models to `{attribute: 0 to 1}`",
    [{ "gpt-5": { speed: 0, cost: 1 } }], [{ m: { a: -0.01 } }, { m: { a: 1.01 } }, { m: 1 }, []]],
  agent_attributes: [idle, "a map of attributes to 0 to 1",
    [{ accuracy: 0, complexity: 1 }], [{ a: -0.01 }, { a: 1.01 }, { a: "1" }, []]],
  max_turns: [own, "a whole number 1 to 100", [1, 100], [0, 101, 1.5, "1"]],
  automatic_tool_execution: [own, "true or false", [true, false], ["true", 1], { needed: true }],
  correlation_id: [idle, "a string", ["s"], [1]],
  deferred_calls: [idle, "a list of `{id, name, …}`", [[call]], [[{ id: "c1" }], "c1"]],
  handoff_mode: [own, "true or false", [true, false], ["true", 1]],
};

/** Fields that only documents of vendors, of SDKs or of earlier versions name. */
// prettier-ignore
export const extraRows: Rows = {
  input: [own, "a string or a list of messages, in place of messages", ["hello", hello], [1, [{}]]],
  instructions: [said, "a string, in place of all system messages", ["be brief"], [1], { arrives: brief }],
  system: [said, "a string", ["be brief"], [1], { arrives: brief }],
  auto_execute_tools: [own, "true or false", [true, false], ["true", 1]],
  disable_automatic_function_calling: [own, "true or false", [true, false], ["true", 1]],
  speed: [foreign, "`standard` or `fast`", ["fast", "standard"], ["slow", 1]],
};
