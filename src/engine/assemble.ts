import type { Answer, AnswerChoice } from "../spec/answer.ts";
import type { Opening, StreamEvent } from "../spec/event.ts";
import type { Json, JsonObject } from "../spec/json.ts";
import type { ToolCall } from "../spec/message.ts";

/** Folds the events of one answer into what they add up to. */
export interface Assembly {
  /** Takes the next event. An `opening` begins anew; the relay lane's bytes are not looked at. */
  add(event: StreamEvent): void;
  /** What has come so far. Throws where nothing has opened. */
  answer(): Answer;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Growing {
  texts: string[];
  reasoning: string[];
  refusal: string[];
  readonly calls: Map<number, GrowingCall>;
  logprobs: JsonObject | undefined;
  finish: AnswerChoice["finish"];
  extra: JsonObject;
  messageExtra: JsonObject;
}

type GrowingCall = Writable<Omit<ToolCall, "input">> & { readonly inputs: string[] };

/** Makes the fold of one answer. */
export function createAssembly(): Assembly {
  let opening: Opening | undefined;
  let choices = new Map<number, Growing>();
  let usage: Answer["usage"];
  let extra: JsonObject = {};
  let extensions: JsonObject = {};

  const choiceAt = (index: number): Growing => {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const choice: Growing = {
      texts: [],
      reasoning: [],
      refusal: [],
      calls: new Map(),
      logprobs: undefined,
      finish: undefined,
      extra: {},
      messageExtra: {},
    };
    choices.set(index, choice);
    return choice;
  };
  const open = (event: Opening) => {
    opening = event;
    choices = new Map();
    usage = undefined;
    extra = event.extra ?? {};
    extensions = {};
  };
  const addExtra = ({ choice: index, origin }: Extract<StreamEvent, { type: "extra" }>) => {
    extra = { ...extra, ...origin.answer };
    if (origin.choice === undefined && origin.message === undefined) return;
    const choice = choiceAt(index);
    choice.extra = { ...choice.extra, ...origin.choice };
    choice.messageExtra = mergeMessage(choice.messageExtra, origin.message ?? {});
  };
  return {
    add(event) {
      switch (event.type) {
        case "opening":
          open(event);
          break;
        case "extra":
          addExtra(event);
          break;
        case "usage":
          usage = { buckets: event.usage, raw: event.raw };
          break;
        case "extension":
          extensions = { ...extensions, ...event.fields };
          break;
        case "frames":
        case "body":
          break;
        default:
          addToChoice(choiceAt(event.choice), event);
      }
    },
    answer() {
      if (opening === undefined) throw new Error("an answer was asked for before it opened");
      const sorted = [...choices].toSorted(([left], [right]) => left - right);
      return {
        opening,
        choices: sorted.map(([index, choice]) => settle(index, choice)),
        ...(usage === undefined ? {} : { usage }),
        extra,
        extensions,
      };
    },
  };
}

type ChoiceEvent = Exclude<StreamEvent, { type: "opening" | "extra" | "usage" | "extension" | "frames" | "body" }>;

function addToChoice(choice: Growing, event: ChoiceEvent): void {
  switch (event.type) {
    case "text-delta":
      choice.texts.push(event.text);
      return;
    case "reasoning-delta":
      choice.reasoning.push(event.text);
      return;
    case "refusal-delta":
      choice.refusal.push(event.text);
      return;
    case "tool-call-start": {
      const { id, name, kind, extra } = event;
      choice.calls.set(event.block, { id, name, kind, inputs: [], ...(extra === undefined ? {} : { extra }) });
      return;
    }
    case "tool-call-delta": {
      const call = choice.calls.get(event.block);
      call?.inputs.push(event.input);
      if (call !== undefined && event.extra !== undefined) call.extra = { ...call.extra, ...event.extra };
      return;
    }
    case "logprobs":
      choice.logprobs = mergeLists(choice.logprobs ?? {}, event.value);
      return;
    case "finish":
      choice.finish = { reason: event.reason, rawReason: event.rawReason };
  }
}

function settle(index: number, choice: Growing): AnswerChoice {
  const { texts, reasoning, refusal, calls, logprobs, finish, extra, messageExtra } = choice;
  const inOrder = [...calls].toSorted(([left], [right]) => left - right);
  return {
    index,
    text: texts.length === 0 ? null : texts.join(""),
    ...(reasoning.length === 0 ? {} : { reasoning: reasoning.join("") }),
    ...(refusal.length === 0 ? {} : { refusal: refusal.join("") }),
    toolCalls: inOrder.map(([, { inputs, ...call }]) => ({ ...call, input: inputs.join("") })),
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(finish === undefined ? {} : { finish }),
    extra,
    messageExtra,
  };
}

/** Lists grow, all else is replaced. */
function mergeLists(before: JsonObject, next: JsonObject): JsonObject {
  const merged: { [key: string]: Json | undefined } = { ...before };
  for (const [key, value] of Object.entries(next)) {
    const old = merged[key];
    merged[key] = Array.isArray(old) && Array.isArray(value) ? [...old, ...value] : value;
  }
  return merged;
}

/** As lists do, so grow the vendors' own reasoning text and the sound with its transcript. */
function mergeMessage(before: JsonObject, next: JsonObject): JsonObject {
  const merged: { [key: string]: Json | undefined } = mergeLists(before, next);
  const { reasoning, audio } = before;
  const thought = next["reasoning"];
  if (typeof reasoning === "string" && typeof thought === "string") merged["reasoning"] = reasoning + thought;
  if (isObject(audio) && isObject(next["audio"])) merged["audio"] = mergeAudio(audio, next["audio"]);
  return merged;
}

function mergeAudio(before: JsonObject, next: JsonObject): JsonObject {
  const merged: { [key: string]: Json | undefined } = { ...before, ...next };
  for (const key of ["data", "transcript"]) {
    const [old, more] = [before[key], next[key]];
    if (typeof old === "string" && typeof more === "string") merged[key] = old + more;
  }
  return merged;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
