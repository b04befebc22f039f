import { type TSchema, Type } from "@sinclair/typebox";

// Shapes inside `messages`, `tools` and `tool_choice`. Unknown keys pass everywhere; what has no known `type` passes whole.

const nullable = (schema: TSchema) => Type.Optional(Type.Union([schema, Type.Null()]));
const knownParts = ["text", "refusal", "image_url", "input_audio", "file"];

const partSchema = Type.Union([
  Type.Object({ type: Type.Literal("text"), text: Type.String() }),
  Type.Object({ type: Type.Literal("refusal"), refusal: Type.String() }),
  Type.Object({
    type: Type.Literal("image_url"),
    image_url: Type.Object({ url: Type.String(), detail: nullable(Type.String()) }),
  }),
  Type.Object({
    type: Type.Literal("input_audio"),
    input_audio: Type.Object({ data: Type.String(), format: Type.String() }),
  }),
  Type.Object({
    type: Type.Literal("file"),
    file: Type.Object({
      filename: nullable(Type.String()),
      file_data: nullable(Type.String()),
      file_id: nullable(Type.String()),
    }),
  }),
  Type.Object({ type: Type.String({ pattern: `^(?!(${knownParts.join("|")})$)` }) }),
]);

const partsSchema = Type.Array(partSchema, { minItems: 1, description: "a list of content parts, at least one" });
const contentWords = { description: "a string or a list of content parts" };
const contentSchema = Type.Union([Type.String(), partsSchema], contentWords);

const toolCallSchema = Type.Union([
  Type.Object({
    id: Type.String(),
    type: Type.Optional(Type.Literal("function")),
    function: Type.Object({ name: Type.String(), arguments: nullable(Type.Unknown()) }),
  }),
  Type.Object({
    id: Type.String(),
    type: Type.Literal("custom"),
    custom: Type.Object({ name: Type.String(), input: Type.String() }),
  }),
]);

const speaker = (role: string) =>
  Type.Object({ role: Type.Literal(role), content: contentSchema, name: nullable(Type.String()) });

/** One message. Histories of real runners are dirty (protocol.md §3.7), so content may be missing where a tool is called. */
export const messageSchema = Type.Union(
  [
    speaker("developer"),
    speaker("system"),
    speaker("user"),
    Type.Object({
      role: Type.Literal("assistant"),
      // Mistral's client sends an empty list with tool calls.
      content: nullable(Type.Union([Type.String(), Type.Array(partSchema)], contentWords)),
      name: nullable(Type.String()),
      tool_calls: nullable(Type.Array(toolCallSchema, { description: "a list of tool calls" })),
      function_call: nullable(Type.Object({ name: Type.String(), arguments: Type.String() })),
    }),
    Type.Object({ role: Type.Literal("tool"), content: nullable(contentSchema), tool_call_id: Type.String() }),
    Type.Object({ role: Type.Literal("function"), name: Type.String(), content: nullable(Type.String()) }),
  ],
  { description: 'a message with the role "developer", "system", "user", "assistant", "tool" or "function"' },
);

/** One tool a model may call. Types of vendors (searches, browsers) pass as they are. */
export const toolSchema = Type.Union(
  [
    Type.Object({
      type: Type.Optional(Type.Literal("function")),
      function: Type.Object({
        name: Type.String({ minLength: 1 }),
        description: nullable(Type.String()),
        parameters: nullable(Type.Record(Type.String(), Type.Unknown())),
      }),
    }),
    Type.Object({ type: Type.Literal("custom"), custom: Type.Object({ name: Type.String({ minLength: 1 }) }) }),
    Type.Object({ type: Type.String({ pattern: "^(?!(function|custom)$)" }) }),
  ],
  { description: 'a tool such as {"type": "function", "function": {"name": …}}' },
);

/** Every spelling of `tool_choice` that clients use (protocol.md §1.4). */
export const toolChoiceSchema = Type.Union(
  [
    Type.String(),
    Type.Object({ type: Type.Literal("tool"), name: Type.String() }),
    Type.Object({
      type: Type.Optional(Type.Literal("function")),
      function: Type.Object({ name: Type.String() }),
    }),
    Type.Object({ type: Type.Literal("custom"), custom: Type.Object({ name: Type.String() }) }),
    Type.Object({ server_label: Type.String(), name: Type.String() }),
    Type.Object({ type: Type.String({ pattern: "^(?!(tool|function|custom)$)" }) }),
  ],
  { description: '"auto", "none", "required", or a tool by name' },
);
