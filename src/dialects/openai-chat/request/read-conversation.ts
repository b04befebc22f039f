import { GatewayError } from "../../../spec/error.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import type { Message } from "../../../spec/message.ts";
import type { ChatRequest } from "../../../spec/request.ts";
import { readMessages } from "./read-messages.ts";

/** The conversation of a request, and whether it must be written anew because the body says it otherwise. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly rewritten: boolean;
}

/** Messages from `messages` or its aliases (protocol.md §1.3). `instructions` takes the place of all system messages. */
export function readConversation(body: JsonObject): Conversation {
  const said = body["messages"] ?? body["input"] ?? [];
  const wire = (typeof said === "string" ? [{ role: "user", content: said }] : said) as readonly JsonObject[];
  const read = readMessages(wire);
  const messages = withInstructions(read, body);
  if (messages.length === 0) {
    throw new GatewayError(
      "invalid_request",
      'messages is empty: give at least one, such as {"role": "user", "content": "Hello"}',
      {
        param: "messages",
      },
    );
  }
  return { messages, rewritten: wire !== body["messages"] || messages !== read || wire.some(isDirty) };
}

function withInstructions(messages: readonly Message[], body: JsonObject): readonly Message[] {
  const { instructions, system, system_instruction: instruction } = body;
  if (typeof instructions === "string") {
    return [
      { role: "system", content: instructions },
      ...messages.filter(({ role }) => role !== "system" && role !== "developer"),
    ];
  }
  const content = typeof system === "string" ? system : readInstruction(instruction);
  return content === undefined ? messages : [{ role: "system", content }, ...messages];
}

/** The conversation under the system instruction of one model, which takes the place of the request's own. */
export function instruct({ messages, source: { body } }: ChatRequest, instruction: string): readonly Message[] {
  const { instructions, system, system_instruction: general } = body;
  const isInstructed =
    typeof instructions === "string" || typeof system === "string" || (general !== undefined && general !== null);
  return [{ role: "system", content: instruction }, ...(isInstructed ? messages.slice(1) : messages)];
}

/** The text of a `system_instruction`. Google's form is `{parts: [{text}]}`; a bare string and `{text}` occur too. */
export function readInstruction(instruction: Json | undefined): string | undefined {
  if (typeof instruction === "string") return instruction;
  if (typeof instruction !== "object" || instruction === null) return undefined;
  const { parts, text, content } = instruction as JsonObject;
  const pieces = Array.isArray(parts) ? parts.map((part) => (part as JsonObject | null)?.["text"]) : [text ?? content];
  const texts = pieces.filter((piece) => typeof piece === "string");
  if (texts.length > 0) return texts.join("\n");
  throw new GatewayError("invalid_request", 'system_instruction must be a string or {"parts": [{"text": …}]}', {
    param: "system_instruction",
  });
}

/** What runners send and providers refuse: an assistant without content, empty `tool_calls`, arguments that are no text. */
function isDirty({ role, content, tool_calls: calls }: JsonObject): boolean {
  if (role === "tool") return content === undefined || content === null;
  if (role !== "assistant") return false;
  if (content === undefined) return true;
  return Array.isArray(calls) && (calls.length === 0 || calls.some(hasLooseArguments));
}

const hasLooseArguments = (call: Json) => {
  const called = (call as JsonObject)["function"] as JsonObject | undefined;
  return called !== undefined && typeof called["arguments"] !== "string";
};
