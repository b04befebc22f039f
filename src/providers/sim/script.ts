import type { Json, JsonObject } from "../../spec/json.ts";
import type { Conversation } from "./conversation.ts";
import { BadPlay, type Part, type Play, type PlayedCall, type PlayedError } from "./play.ts";

/**
 * One answer of a script. A script is JSON text: a list of steps, or `{"steps": [...]}`. Which step answers is decided by
 * the number of assistant messages in the history: none, the first step; one, the second; and so on.
 *
 * | field | meaning |
 * | --- | --- |
 * | `text` | what is said |
 * | `reasoning` | what is thought before, as `reasoning_content` |
 * | `tool_calls` | `[{"name": …, "arguments": {…} or text}]` |
 * | `finish_reason` | `tool_calls` with calls, else `stop`, where absent |
 * | `usage` | the whole usage object, in place of the counted one |
 * | `error` | `{"status": 400..599, "message", "type", "code", "retry_after"}`; status 500 where absent. In a stream that has said `text` it comes as an error frame |
 * | `delay_ms` | silence before the answer begins |
 * | `tokens_per_second` | how fast it streams; 4 characters are a token |
 * | `cut_after` | the connection breaks after so many characters |
 * | `repeat` | for how many turns the step answers, `true` for all that follow; 1 where absent |
 */
type Step = JsonObject;

const MOST_STEPS = 10_000;

/** `sim/script`: plays the step whose turn it is. Throws BadPlay that says where the script is wrong. */
export function playScript(script: string, { turns, choices }: Conversation): Play {
  const steps = readSteps(script);
  const { step, at } = findStep(steps, turns);
  const field = readFields(step, at);
  const calls = field("tool_calls", isCalls, 'a list of {"name", "arguments"}')?.map(readCall);
  const text = field("text", isText, "a string");
  const reasoning = field("reasoning", isText, "a string");
  const error = field("error", isObject, '{"status", "message"}');
  const usage = field("usage", isObject, "an object");
  const delay = field("delay_ms", isAtLeast(0), "milliseconds, from 0");
  const tokensPerSecond = field("tokens_per_second", isAbove(0), "a number above 0");
  const cutAfter = field("cut_after", isAtLeast(0), "a number of characters, from 0");
  const finish = field("finish_reason", isText, "a string") ?? (calls ? "tool_calls" : "stop");
  const part: Part = {
    finish,
    ...(text !== undefined && { text }),
    ...(reasoning !== undefined && { reasoning }),
    ...(calls && { calls }),
  };
  return {
    parts: Array.from({ length: choices }, () => part),
    ...(error && { error: readError(error, `${at}.error`) }),
    ...(usage && { usage }),
    ...(delay !== undefined && { delay }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    ...(cutAfter !== undefined && { cutAfter }),
  };
}

const known = "text reasoning tool_calls finish_reason usage error delay_ms tokens_per_second cut_after repeat".split(
  " ",
);

function readSteps(script: string): readonly Json[] {
  let value: Json;
  try {
    value = JSON.parse(script) as Json;
  } catch (error) {
    throw bad("the script", `is no JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  const steps = isObject(value) ? value["steps"] : value;
  if (!Array.isArray(steps)) throw bad("the script", 'must be a list of steps or {"steps": [...]}');
  if (steps.length === 0 || steps.length > MOST_STEPS) throw bad("the script", `must have 1 to ${MOST_STEPS} steps`);
  return steps;
}

function findStep(steps: readonly Json[], turns: number): { readonly step: Step; readonly at: string } {
  let before = 0;
  for (const [index, step] of steps.entries()) {
    const at = `steps[${index}]`;
    if (!isObject(step)) throw bad(at, "must be an object");
    for (const name in step) {
      if (!known.includes(name)) throw bad(`${at}.${name}`, `is unknown; a step has ${known.join(", ")}`);
    }
    const repeat = step["repeat"] ?? 1;
    if (repeat !== true && !(isCount(repeat) && repeat >= 1)) {
      throw bad(`${at}.repeat`, "must be a whole number from 1, or true");
    }
    before += repeat === true ? Infinity : repeat;
    if (turns < before) return { step, at };
  }
  throw bad("the script", `has ${before} turns, and the conversation has ${turns} assistant messages already`);
}

type Guard<Kind extends Json> = (value: Json) => value is Kind;
type ReadField = <Kind extends Json>(name: string, guard: Guard<Kind>, what: string) => Kind | undefined;

function readFields(step: Step, at: string): ReadField {
  return (name, guard, what) => {
    const value = step[name];
    if (value === undefined || value === null) return undefined;
    if (!guard(value)) throw bad(`${at}.${name}`, `must be ${what}`);
    return value;
  };
}

function readCall({ name, arguments: input }: ScriptedCall): PlayedCall {
  return { kind: "function", name, input: typeof input === "string" ? input : JSON.stringify(input ?? {}) };
}

function readError(error: JsonObject, at: string): PlayedError {
  const field = readFields(error, at);
  const code = field("code", isText, "a string");
  const retryAfter = field("retry_after", isAtLeast(0), "seconds, from 0");
  return {
    status: field("status", isStatus, "a whole number from 400 to 599") ?? 500,
    message: field("message", isText, "a string") ?? "scripted error",
    type: field("type", isText, "a string") ?? "scripted_error",
    ...(code !== undefined && { code }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

type ScriptedCall = JsonObject & { readonly name: string };

const isText = (value: Json): value is string => typeof value === "string";
const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: Json): value is number => Number.isInteger(value);
const isStatus = (value: Json): value is number => isCount(value) && value >= 400 && value <= 599;
const isAtLeast =
  (least: number) =>
  (value: Json): value is number =>
    typeof value === "number" && value >= least;
const isAbove =
  (bound: number) =>
  (value: Json): value is number =>
    typeof value === "number" && value > bound;
const isCalls = (value: Json): value is readonly ScriptedCall[] =>
  Array.isArray(value) && value.length > 0 && value.every((call) => isObject(call) && isText(call["name"] ?? null));

function bad(where: string, what: string): BadPlay {
  return new BadPlay("metadata.script", `${where} ${what}`);
}
