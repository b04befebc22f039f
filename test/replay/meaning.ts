import { list, members, type Members, parse, same, text, type Value } from "./json.ts";
import { eventBodies } from "./recordings.ts";

/** A tool call as a client puts it together. */
export interface Called {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** What one choice of an answer says. */
export interface ChoiceMeaning {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly tools: readonly Called[];
  readonly finish: string;
  readonly nativeFinish: string;
  readonly logprobs: Readonly<Record<string, readonly Value[]>>;
}

/** What an answer says to a client, whichever way it was cut up. */
export interface Meaning {
  readonly id: string;
  readonly model: string;
  readonly choices: ReadonlyMap<number, ChoiceMeaning>;
  readonly usage: Members | undefined;
  /** Values of fields beyond the OpenAI shape as they came, by their place and name: `answer citations`, `message 0 audio`. */
  readonly unknown: ReadonlyMap<string, readonly Value[]>;
  readonly error: Members | undefined;
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] };
interface Growing extends Omit<Open<ChoiceMeaning>, "tools" | "logprobs" | "reasoning"> {
  reasoning: string;
  reasoningContent: string;
  readonly tools: Open<Called>[];
  readonly byIndex: Map<number, Open<Called>>;
  readonly logprobs: Record<string, Value[]>;
}

const answerKeys = new Set(["id", "object", "created", "model", "choices", "usage", "error"]);
const choiceKeys = new Set(["index", "finish_reason", "logprobs", "message", "delta"]);
const messageKeys = new Set(["role", "content", "refusal", "reasoning_content", "tool_calls", "function_call"]);
const callKeys = new Set(["index", "id", "type", "function"]);

/** Reads what a body says, plain or streamed. */
export function readMeaning(body: string, stream: boolean): Meaning {
  const reader = createReader();
  for (const part of stream ? eventBodies(body) : [members(parse(body))]) reader.read(part);
  return reader.meaning();
}

function createReader() {
  const choices = new Map<number, Growing>();
  const unknown = new Map<string, Value[]>();
  let [id, model] = ["", ""];
  let usage: Members | undefined;
  let error: Members | undefined;

  const note = (place: string, source: Members, known: ReadonlySet<string>) => {
    for (const [key, value] of Object.entries(source)) {
      // An empty `reasoning` is how some vendors say that there is none.
      if (known.has(key) || value === undefined || (key === "reasoning" && !value)) continue;
      const name = `${place} ${key}`;
      unknown.set(name, [...(unknown.get(name) ?? []), value]);
    }
  };
  const readCall = (choice: Growing, index: number, wire: Members) => {
    const known = typeof wire["index"] === "number" ? choice.byIndex.get(wire["index"]) : undefined;
    const isNew = known === undefined || (text(wire["id"]) !== "" && known.id !== "" && text(wire["id"]) !== known.id);
    const call = isNew ? { id: "", name: "", arguments: "" } : known;
    if (isNew) {
      choice.tools.push(call);
      choice.byIndex.set(typeof wire["index"] === "number" ? wire["index"] : choice.tools.length - 1, call);
    }
    const { name, arguments: input } = members(wire["function"]);
    call.id ||= text(wire["id"]);
    call.name ||= text(name);
    call.arguments += typeof input === "object" && input !== null ? JSON.stringify(input) : text(input);
    note(`call ${index}/${choice.tools.indexOf(call)}`, wire, callKeys);
  };
  const readChoice = (wire: Members, position: number) => {
    const index = typeof wire["index"] === "number" ? wire["index"] : position;
    const choice = choices.get(index) ?? newChoice();
    choices.set(index, choice);
    const message = members(wire["delta"] ?? wire["message"]);
    readContent(choice, message["content"]);
    choice.reasoning += text(message["reasoning"]);
    choice.reasoningContent += text(message["reasoning_content"]);
    choice.refusal += text(message["refusal"]);
    choice.finish = text(wire["finish_reason"]) || choice.finish;
    choice.nativeFinish = text(wire["native_finish_reason"]) || choice.nativeFinish;
    for (const [name, tokens] of Object.entries(members(wire["logprobs"]))) {
      choice.logprobs[name] = [...(choice.logprobs[name] ?? []), ...list(tokens)];
    }
    for (const call of list(message["tool_calls"])) readCall(choice, index, members(call));
    note(`choice ${index}`, wire, choiceKeys);
    note(`message ${index}`, message, messageKeys);
    const parts = list(message["content"]).map(members).flatMap(leftOfPart);
    if (parts.length > 0) note(`message ${index}`, { content_parts: parts }, messageKeys);
  };
  return {
    read(body: Members) {
      id ||= text(body["id"]);
      model ||= text(body["model"]);
      error ??= body["error"] === undefined || body["error"] === null ? undefined : members(body["error"]);
      const told = body["usage"] ?? members(body["x_groq"])["usage"];
      if (typeof told === "object" && told !== null) usage = members(told);
      for (const [position, choice] of list(body["choices"]).entries()) readChoice(members(choice), position);
      note("answer", body, answerKeys);
    },
    meaning: (): Meaning => ({
      id,
      model,
      usage,
      error,
      unknown,
      choices: new Map(
        [...choices].map(([index, { reasoning, reasoningContent, ...choice }]) => [
          index,
          { ...choice, reasoning: reasoningContent || reasoning },
        ]),
      ),
    }),
  };
}

const newChoice = (): Growing => ({
  text: "",
  reasoning: "",
  reasoningContent: "",
  refusal: "",
  tools: [],
  byIndex: new Map(),
  finish: "",
  nativeFinish: "",
  logprobs: {},
});

/** A text, or Mistral's list of parts. */
function readContent(choice: Growing, content: Value | undefined): void {
  if (typeof content === "string") choice.text += content;
  for (const part of list(content).map(members)) {
    const thoughts = part["type"] === "thinking" ? list(part["thinking"]).map(members) : [];
    for (const thought of thoughts) choice.reasoningContent += text(thought["text"]);
    if (part["type"] === "text") choice.text += text(part["text"]);
  }
}

/** What a part of content holds beside its text. */
function leftOfPart(part: Members): readonly Members[] {
  if (part["type"] !== "text" && part["type"] !== "thinking") return [part];
  const { type, text: _, thinking: __, ...rest } = part;
  return Object.keys(rest).length === 0 ? [] : [{ type, ...rest }];
}

/** The choice with what stands between `<think>` tags at its start as reasoning. */
export function splitThoughts(choice: ChoiceMeaning): ChoiceMeaning {
  const found = /^\s*<think>(.*?)(?:<\/think>(.*))?$/s.exec(choice.text);
  if (found === null) return choice;
  return { ...choice, reasoning: choice.reasoning + (found[1] ?? ""), text: found[2] ?? "" };
}

/** The values of an unknown field as one: pieces of text and lists put together, repetitions left out. */
export function sumUp(name: string, values: readonly Value[]): readonly Value[] {
  const isDelta = name.startsWith("message") || name.startsWith("call");
  if (isDelta && values.every((value) => typeof value === "string")) return [values.join("")];
  if (isDelta && values.every((value) => Array.isArray(value))) return [values.flat()];
  return values.filter((value, index) => index === 0 || !same(value, values[index - 1]));
}
