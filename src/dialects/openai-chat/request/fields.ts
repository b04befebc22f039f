import { type TSchema, Type } from "@sinclair/typebox";
import { messageSchema, toolChoiceSchema, toolSchema } from "./parts.ts";

/**
 * What becomes of a field on its way to an upstream of this dialect:
 * - `sent`: OpenAI's own; goes to every upstream that does not list it as unsupported.
 * - `extension`: belongs to some vendors; goes only to those that list it.
 * - `gateway`: meant for perdix and never sent.
 */
export type Fate = "sent" | "extension" | "gateway";

/** One property of a chat completion request. */
export interface Field {
  readonly name: string;
  readonly schema: TSchema;
  readonly fate: Fate;
  /** Dropping it would change what is answered, so that it is refused rather than dropped. */
  readonly meaning: boolean;
  /** False where `null` is not the same as absent but a fault. */
  readonly nullable: boolean;
}

const object = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });
const between = (minimum: number, maximum: number) =>
  Type.Number({ minimum, maximum, description: `a number from ${minimum} to ${maximum}` });
const integer = (minimum: number, maximum?: number) =>
  Type.Integer(
    maximum === undefined
      ? { minimum, description: `a whole number from ${minimum}` }
      : { minimum, maximum, description: `a whole number from ${minimum} to ${maximum}` },
  );
const text = (description = "a string") => Type.String({ description });
const flag = Type.Boolean({ description: "true or false" });
const strings = Type.Array(Type.String(), { description: "a list of strings" });
const oneOf = (...values: string[]) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description: values.map((value) => JSON.stringify(value)).join(", ") },
  );
const share = Type.Number({ minimum: 0, maximum: 1, description: "a number from 0 to 1" });

const sent = (name: string, schema: TSchema): Field => ({ name, schema, fate: "sent", meaning: false, nullable: true });
const extension = (name: string, schema: TSchema): Field => ({ ...sent(name, schema), fate: "extension" });
const gateway = (name: string, schema: TSchema): Field => ({ ...sent(name, schema), fate: "gateway" });
const meaning = (field: Field): Field => ({ ...field, meaning: true });

// 2^63 as a double: the nearest number to the largest seed that JSON can say here.
const LARGEST_SEED = 9223372036854775808;

const responseFormat = Type.Union(
  [
    Type.Object({ type: Type.Literal("text") }),
    Type.Object({ type: Type.Literal("json_object") }),
    Type.Object({
      type: Type.Literal("json_schema"),
      json_schema: Type.Object({ name: Type.String(), schema: Type.Optional(object("a JSON schema")) }),
    }),
  ],
  { description: '{"type": "text" | "json_object" | "json_schema", …}' },
);

const thinking = Type.Union(
  [
    Type.Object({ type: Type.Literal("enabled"), budget_tokens: Type.Optional(Type.Integer({ minimum: 1024 })) }),
    Type.Object({ type: Type.Literal("disabled") }),
    Type.Object({ type: Type.Literal("adaptive") }),
    // Z.ai has settings of its own beside the type, and takes them without it.
    Type.Object({ type: Type.Optional(Type.Never()), clear_thinking: Type.Boolean() }),
  ],
  { description: '{"type": "enabled" | "disabled" | "adaptive"}, budget_tokens from 1024' },
);

const audio = Type.Object(
  {
    voice: Type.Union([Type.String(), Type.Object({ id: Type.String() })]),
    format: oneOf("wav", "aac", "mp3", "flac", "opus", "pcm16"),
  },
  { description: "{voice, format}" },
);

/** Fields that settings of one model and the request itself have in common. */
const shared: readonly Field[] = [
  sent("temperature", between(0, 2)),
  sent("top_p", between(0, 1)),
  sent("frequency_penalty", between(-2, 2)),
  sent("presence_penalty", between(-2, 2)),
  sent("stop", Type.Union([Type.String(), strings], { description: "a string or a list of strings" })),
  sent("seed", integer(0, LARGEST_SEED)),
  sent(
    "logit_bias",
    Type.Record(Type.String(), Type.Integer(), { description: "a map of token ids to whole numbers" }),
  ),
  sent("logprobs", flag),
  sent("top_logprobs", integer(0, 20)),
  meaning(sent("n", integer(1, 128))),
  sent("user", text()),
  meaning(sent("response_format", responseFormat)),
  sent("stream", flag),
  sent("stream_options", Type.Object({ include_usage: Type.Optional(flag) }, { description: "an object" })),
  meaning(sent("audio", audio)),
  sent("service_tier", text()),
  sent("prediction", object('{"type": "content", "content": …}')),
  meaning(sent("tool_choice", toolChoiceSchema)),
  sent("parallel_tool_calls", flag),
  sent("max_tokens", integer(1)),
  sent("max_completion_tokens", Type.Integer({ description: "a whole number" })),
  sent("reasoning_effort", text()),
  sent("metadata", object("a map of strings")),
  sent("store", flag),
  sent("prompt_cache_key", text()),
  sent("safety_identifier", Type.String({ maxLength: 64, description: "a string of at most 64 characters" })),
  sent("verbosity", text()),
  meaning(sent("web_search_options", object("an object"))),
  meaning(sent("modalities", strings)),
  extension("thinking", thinking),
  extension("top_k", integer(0)),
  extension("generation_config", object("an object")),
  gateway(
    "system_instruction",
    Type.Union([Type.String(), object("an object")], { description: "a string or an object" }),
  ),
  extension("safety_settings", Type.Array(object("an object"), { description: "a list of objects" })),
  extension("tool_config", object("an object")),
  meaning(extension("search_parameters", object("an object"))),
  meaning(extension("deferred", flag)),
];

const mcpServer = Type.Union([text(), object("a server spec")]);
const credential = Type.Object(
  { connection_name: Type.String(), values: object("a map of values") },
  { description: "{connection_name, values}" },
);

/** Every property of `ChatCompletionRequest`, and the few that only vendors' or SDKs' documents name. */
export const requestFields: readonly Field[] = [
  ...shared,
  meaning(
    sent("messages", Type.Union([Type.String(), Type.Array(messageSchema)], { description: "a list of messages" })),
  ),
  meaning(sent("tools", Type.Array(toolSchema, { description: "a list of tools" }))),
  meaning(sent("functions", Type.Array(Type.Object({ name: Type.String() }), { description: "a list of {name, …}" }))),
  meaning(
    sent(
      "function_call",
      Type.Union([Type.String(), Type.Object({ name: Type.String() })], { description: "a string or {name}" }),
    ),
  ),
  sent("prompt_cache_retention", text()),
  extension("cache_control", Type.Object({ type: Type.Literal("ephemeral"), ttl: Type.Optional(oneOf("5m", "1h")) })),
  meaning(extension("cached_content", text())),
  meaning(extension("container", text())),
  extension("inference_geo", text()),
  extension("output_config", object("an object")),
  extension("speed", oneOf("standard", "fast")),
  extension("prompt_mode", Type.Literal("reasoning", { description: '"reasoning"' })),
  extension("safe_prompt", flag),
  gateway(
    "mcp_servers",
    Type.Union([mcpServer, Type.Array(mcpServer)], { description: "a name, an address, a spec, or a list of them" }),
  ),
  gateway(
    "credentials",
    Type.Union([credential, Type.Array(credential)], { description: "{connection_name, values} or a list" }),
  ),
  gateway("guardrails", Type.Array(object("an object"), { description: "a list of objects" })),
  gateway("handoff_config", object("an object")),
  gateway(
    "model_attributes",
    Type.Record(Type.String(), Type.Record(Type.String(), share), {
      description: "a map of models to {attribute: 0..1}",
    }),
  ),
  gateway("agent_attributes", Type.Record(Type.String(), share, { description: "a map of attributes to 0..1" })),
  gateway("max_turns", integer(1, 100)),
  { ...gateway("automatic_tool_execution", flag), nullable: false },
  gateway("correlation_id", text()),
  gateway(
    "deferred_calls",
    Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), { description: "a list of {id, name, …}" }),
  ),
  gateway("handoff_mode", flag),
  // Aliases that earlier versions of the API took (protocol.md §1.3).
  gateway(
    "input",
    Type.Union([Type.String(), Type.Array(messageSchema)], { description: "a string or a list of messages" }),
  ),
  gateway("instructions", text()),
  gateway("system", text()),
  gateway("auto_execute_tools", flag),
  gateway("disable_automatic_function_calling", flag),
];

/** Every property of `ModelSettings`: what `{model, settings}` may set for that model alone. */
export const settingFields: readonly Field[] = [
  ...shared,
  extension("truncation", oneOf("auto", "disabled")),
  gateway(
    "reasoning",
    Type.Object({ effort: Type.Optional(Type.Union([text(), Type.Null()])) }, { description: "{effort, …}" }),
  ),
  gateway("include_usage", flag),
  // A day, as in the configuration: longer ones would overflow a timer.
  gateway(
    "timeout",
    Type.Number({ exclusiveMinimum: 0, maximum: 86_400, description: "seconds, more than 0 and at most 86400" }),
  ),
  gateway("extra_query", object("a map of query parameters")),
  gateway(
    "extra_headers",
    Type.Record(
      Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
      Type.Union([Type.String({ pattern: "^[\\t\\x20-\\x7e\\x80-\\xff]*$" }), Type.Number(), Type.Boolean()], {
        description: "a text of Latin-1 without line breaks",
      }),
      { additionalProperties: false, description: "a map of headers" },
    ),
  ),
  gateway("extra_args", object("a map of body fields")),
  {
    ...gateway("attributes", Type.Record(Type.String(), share, { description: "a map of attributes to 0..1" })),
    nullable: false,
  },
  gateway("voice", text()),
  gateway("output_audio_format", text()),
  extension("input_audio_format", text()),
  extension("input_audio_transcription", object("an object")),
  extension("turn_detection", object("an object")),
  gateway(
    "structured_output",
    Type.Union([flag, object("a JSON schema")], { description: "a JSON schema, a response format, or true" }),
  ),
];

/**
 * Every body field that has a fate. Settings that only perdix reads (`voice`, `timeout`, `reasoning` …) are not body fields:
 * beside `messages` they are unknown, and some upstream's own.
 */
export const fieldByName: ReadonlyMap<string, Field> = new Map(
  [...settingFields.filter(({ fate }) => fate === "extension"), ...requestFields].map((field) => [field.name, field]),
);
