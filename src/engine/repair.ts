import type { Message, ToolCall } from "../spec/message.ts";

/** A call that was handed to the client earlier, by its id; undefined where it is not remembered. */
export type RecallCall = (callId: string) => ToolCall | undefined;

/**
 * Mends a history so that every provider accepts it (protocol.md §3.7): a turn with nothing in it goes, answers stand
 * behind the turn that called, in the order of its calls, once each, and a turn that a runner forgot to send
 * is rebuilt from memory. Gives back the very same list where nothing had to be mended.
 */
export function repairHistory(messages: readonly Message[], recall: RecallCall): readonly Message[] {
  if (messages.every((message, index) => isSound(message, index, messages))) return messages;
  const mended: Message[] = [];
  for (let index = 0; index < messages.length;) {
    const message = messages[index] as Message;
    if (message.role === "tool") {
      const answers = takeAnswers(messages, index);
      const turn = mended.at(-1)?.role === "assistant" ? mended.pop() : undefined;
      mended.push(...mendTurn(turn, answers, recall));
      index += answers.length;
    } else {
      if (!isEmptyTurn(message)) mended.push(message);
      index++;
    }
  }
  return mended;
}

const isEmptyTurn = ({ role, content, toolCalls, extra }: Message) =>
  role === "assistant" && (content === null || content.length === 0) && !toolCalls && extra === undefined;

/** A message that needs no mending: not an empty turn, and no answer that is out of place. */
function isSound(message: Message, index: number, messages: readonly Message[]): boolean {
  if (message.role !== "tool") return !isEmptyTurn(message);
  let first = index;
  while (messages[first - 1]?.role === "tool") first--;
  const calls = messages[first - 1]?.toolCalls ?? [];
  const position = (id: string | undefined) => calls.findIndex((call) => call.id === id);
  const own = position(message.toolCallId);
  return own >= 0 && (index === first || position(messages[index - 1]?.toolCallId) < own);
}

function takeAnswers(messages: readonly Message[], start: number): readonly Message[] {
  const end = messages.findIndex((message, index) => index > start && message.role !== "tool");
  return messages.slice(start, end < 0 ? messages.length : end);
}

/** The turn with every call that is answered, then the answers in the order of the calls; of two answers the last counts. */
function mendTurn(turn: Message | undefined, answers: readonly Message[], recall: RecallCall): Message[] {
  const byCall = new Map(answers.map((answer) => [answer.toolCallId ?? "", answer]));
  const known = turn?.toolCalls ?? [];
  const forgotten = [...byCall.keys()].filter((id) => !known.some((call) => call.id === id));
  const toolCalls = [...known, ...forgotten.map((id) => recall(id) ?? unknownCall(id))];
  const ordered = toolCalls.flatMap(({ id }) => byCall.get(id) ?? []);
  return [{ role: "assistant", content: null, ...turn, toolCalls }, ...ordered];
}

// The name protocol.md §3.7 recommends for a call that nobody remembers.
const unknownCall = (id: string): ToolCall => ({ id, kind: "function", name: "unknown_tool", input: "{}" });
