import {
  type ObjectOptions,
  type Static,
  type StringOptions,
  type TProperties,
  type TUnsafe,
  Type,
} from "@sinclair/typebox";

// Each node says in words what it expects and gives an example: that is what the error for it is made of.
interface Words {
  readonly expects: string;
  readonly example: string;
}

const closed = <Properties extends TProperties>(properties: Properties, example: string, options: ObjectOptions = {}) =>
  Type.Object(properties, { additionalProperties: false, expects: "a map of settings", example, ...options });
const text = (expects: string, example: string, options: StringOptions = {}) =>
  Type.String({ minLength: 1, expects, example, ...options });
const texts = (expects: string, example: string) =>
  Type.Array(text(`${expects} (one of a list)`, example), { expects, example: `[${example}]` });
const flag = () => Type.Boolean({ expects: "true or false", example: "true" });
const choice = <const Value extends string>(values: readonly Value[], example: Value) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { expects: `one of ${values.join(", ")}`, example, values },
  ) as unknown as TUnsafe<Value>;
const mapOf = <Value extends Parameters<typeof Type.Record>[1]>(value: Value, words: Words) =>
  Type.Record(Type.String(), value, { ...words });

const dollars = () => Type.Number({ minimum: 0, expects: "USD per million tokens, 0 or more", example: "0.25" });
const tokens = () => Type.Integer({ minimum: 1, expects: "a number of tokens above 0", example: "128000" });
const seconds = () =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    expects: "a number of seconds above 0, at most 86400",
    example: "600",
  });

const Timeouts = closed(
  { headers: Type.Optional(seconds()), idle: Type.Optional(seconds()), total: Type.Optional(seconds()) },
  "{ headers: 600, idle: 300, total: 3600 }",
);

const ModelFacts = {
  price: Type.Optional(
    closed(
      {
        input: Type.Optional(dollars()),
        output: Type.Optional(dollars()),
        cache_read: Type.Optional(dollars()),
        cache_write: Type.Optional(dollars()),
      },
      "{ input: 0.25, output: 2 }",
    ),
  ),
  attributes: Type.Optional(
    mapOf(Type.Number({ minimum: 0, maximum: 1, expects: "a number from 0 to 1", example: "0.7" }), {
      expects: "a map of attributes, each 0 to 1",
      example: "{ intelligence: 0.7 }",
    }),
  ),
  limits: Type.Optional(
    closed(
      { input_tokens: Type.Optional(tokens()), output_tokens: Type.Optional(tokens()) },
      "{ input_tokens: 128000, output_tokens: 16384 }",
    ),
  ),
  display_name: Type.Optional(text("a name for people", "Qwen 3")),
  description: Type.Optional(text("a text", "Runs on the machine under the desk")),
};

const modelName = () => text("the upstream's name of a model", "qwen3-8b");
const ListedModel = closed({ name: modelName(), ...ModelFacts }, "{ name: qwen3-8b }");

// The traits of the OpenAI chat dialect under their wire names.
const Quirks = closed(
  {
    output_limit: Type.Optional(choice(["max_tokens", "max_completion_tokens", "either"], "max_tokens")),
    developer_role: Type.Optional(flag()),
    stream_usage: Type.Optional(choice(["ask", "always", "never"], "ask")),
    reasoning: Type.Optional(choice(["reasoning_content", "reasoning"], "reasoning")),
    think_tags: Type.Optional(flag()),
    content_parts: Type.Optional(flag()),
    required_choice: Type.Optional(choice(["required", "any"], "required")),
    unsupported: Type.Optional(texts("a list of request fields", "logprobs")),
    extensions: Type.Optional(texts("a list of request fields", "top_k")),
  },
  "{ think_tags: true }",
);

const Provider = closed(
  {
    type: Type.Optional(text("openai-compatible or the id of a vendor", "openai-compatible")),
    api_key: Type.Optional(Type.String({ expects: "a key as text", example: '"${NAME_OF_A_VARIABLE}"' })),
    base_url: Type.Optional(
      text("an http or https address", "http://127.0.0.1:8000/v1", { pattern: "^https?://[^/\\s]+\\S*$" }),
    ),
    models: Type.Optional(
      Type.Array(
        Type.Union([modelName(), ListedModel], {
          expects: "a model's name or a map with its name",
          example: "qwen3-8b",
        }),
        {
          expects: "a list of models",
          example: "[qwen3-8b]",
        },
      ),
    ),
    headers: Type.Optional(
      mapOf(
        Type.String({
          pattern: "^[\\t\\x20-\\x7e\\x80-\\xff]*$",
          expects: "a text without line breaks",
          example: '"value"',
        }),
        {
          expects: "a map of header names and values",
          example: "{ x-team: research }",
        },
      ),
    ),
    api_version: Type.Optional(text("a version as text", '"2024-10-21"')),
    timeouts: Type.Optional(Timeouts),
    quirks: Type.Optional(Quirks),
    disabled: Type.Optional(flag()),
  },
  '{ api_key: "${NAME_OF_A_VARIABLE}" }',
);

const ModelEntry = closed(
  {
    any_of: Type.Optional(
      Type.Array(modelName(), { minItems: 1, expects: "a list of models, not empty", example: "[openai/gpt-5-nano]" }),
    ),
    ...ModelFacts,
  },
  "{ any_of: [openai/gpt-5-nano] }",
);

/** The one schema of `perdix.yaml`. */
export const SettingsSchema = closed(
  {
    listen: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.String({ minLength: 1 })], {
        expects: "a port from 0 to 65535, or host:port",
        example: "127.0.0.1:4010",
      }),
    ),
    data_dir: Type.Optional(text("a folder", "~/.local/share/perdix")),
    providers: Type.Optional(
      mapOf(Provider, { expects: "a map of providers", example: '{ openai: { api_key: "${OPENAI_API_KEY}" } }' }),
    ),
    models: Type.Optional(
      mapOf(ModelEntry, {
        expects: "a map of models and aliases",
        example: "{ fast: { any_of: [openai/gpt-5-nano] } }",
      }),
    ),
    mcp_servers: Type.Optional(mapOf(Type.Unknown(), { expects: "a map of servers", example: "{}" })),
    strict: Type.Optional(flag()),
    allowed_hosts: Type.Optional(texts("a list of host names", "perdix.local")),
    allowed_origins: Type.Optional(texts("a list of origins", "http://localhost:3000")),
    log: Type.Optional(
      closed(
        {
          level: Type.Optional(choice(["debug", "info", "warn", "error"], "info")),
          format: Type.Optional(choice(["auto", "pretty", "json"], "auto")),
        },
        "{ level: info }",
      ),
    ),
    limits: Type.Optional(
      closed(
        {
          body_megabytes: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: 1024,
              expects: "megabytes above 0, at most 1024",
              example: "64",
            }),
          ),
          drain_seconds: Type.Optional(
            Type.Number({ minimum: 0, maximum: 3600, expects: "seconds from 0 to 3600", example: "30" }),
          ),
        },
        "{ body_megabytes: 64 }",
      ),
    ),
    timeouts: Type.Optional(Timeouts),
  },
  "listen: 127.0.0.1:4010",
);

/** `perdix.yaml` as it was written, every part of it optional. */
export type Settings = Static<typeof SettingsSchema>;
/** One entry of `providers`. */
export type ProviderSettings = Static<typeof Provider>;
/** One entry of `models`. */
export type ModelSettings = Static<typeof ModelEntry>;
