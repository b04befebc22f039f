import type { ChatTraits } from "../../src/dialects/openai-chat/traits.ts";
import { list, members, type Members, parse, same, sliceOf, text, type Value } from "./json.ts";
import { type ChoiceMeaning, type Meaning, readMeaning, splitThoughts, sumUp } from "./meaning.ts";
import { isUsageOnly, type Recording, wantsUsage } from "./recordings.ts";

/** What is compared of one exchange. */
export type Aspect =
  "text" | "tools" | "finish" | "usage" | "reasoning" | "unknown fields" | "errors" | "bytes" | "request" | "messages";

/** One thing that was compared: `fault` says how the two differ. */
export interface Finding {
  readonly aspect: Aspect;
  readonly fault?: string;
}

/** What the client got. */
export interface Got {
  readonly status: number;
  readonly text: string;
}

const show = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 300);

function finding(aspect: Aspect, isSame: boolean, [expected, got]: readonly [unknown, unknown]): Finding {
  return isSame ? { aspect } : { aspect, fault: `${aspect}: expected ${show(expected)}, got ${show(got)}` };
}

/** Compares meanings: what the recording says with what the client reads. */
export function compareMeaning(recording: Recording, got: Got, traits: ChatTraits): readonly Finding[] {
  const expected = readMeaning(recording.body, recording.stream);
  const isStream = recording.stream && got.status === 200;
  const actual = readMeaning(got.text, isStream);
  if (expected.error !== undefined) return [compareError(recording, expected.error, { got, actual })];
  if (got.status !== recording.status) return [{ aspect: "errors", fault: `HTTP ${got.status}: ${show(got.text)}` }];
  return [
    ...[...expected.choices].flatMap(([index, choice]) => {
      const told = traits.thinkTags ? splitThoughts(choice) : choice;
      const other = actual.choices.get(index);
      return other === undefined
        ? [{ aspect: "text" as const, fault: `choice ${index} is missing` }]
        : compareChoice(told, other);
    }),
    finding("unknown fields", actual.id === expected.id && actual.model === expected.model, [
      `${expected.id} ${expected.model}`,
      `${actual.id} ${actual.model}`,
    ]),
    ...compareUsage(recording, expected, actual),
    ...compareUnknown(recording, expected, actual),
  ];
}

function compareChoice(expected: ChoiceMeaning, actual: ChoiceMeaning): readonly Finding[] {
  const finished = [actual.finish, actual.nativeFinish].includes(expected.finish);
  return [
    ...(expected.text + actual.text === ""
      ? []
      : [finding("text", expected.text === actual.text, [expected.text, actual.text])]),
    ...(expected.refusal + actual.refusal === ""
      ? []
      : [finding("text", expected.refusal === actual.refusal, [expected.refusal, actual.refusal])]),
    ...(expected.reasoning + actual.reasoning === ""
      ? []
      : [finding("reasoning", expected.reasoning === actual.reasoning, [expected.reasoning, actual.reasoning])]),
    ...(expected.tools.length + actual.tools.length === 0
      ? []
      : [finding("tools", Bun.deepEquals(expected.tools, actual.tools), [expected.tools, actual.tools])]),
    finding("finish", finished, [expected.finish, actual.finish]),
    ...(Object.keys(expected.logprobs).length === 0
      ? []
      : [
          finding("unknown fields", Bun.deepEquals(expected.logprobs, actual.logprobs), [
            expected.logprobs,
            actual.logprobs,
          ]),
        ]),
  ];
}

function compareUsage({ request, stream }: Recording, expected: Meaning, actual: Meaning): readonly Finding[] {
  const { usage } = expected;
  if (usage === undefined || (stream && !wantsUsage(request))) return [];
  return [finding("usage", same(usage, actual.usage), [usage, actual.usage])];
}

const ours = new Set(["answer mcp_server_errors", "choice 0 native_finish_reason"]);

function compareUnknown(recording: Recording, expected: Meaning, actual: Meaning): readonly Finding[] {
  // What stands on a usage frame that is withheld may go with it.
  const passed = readMeaning(withoutWithheld(recording), recording.stream);
  const lost = [...expected.unknown].map(([name, values]) => {
    const heard = sumUp(name, actual.unknown.get(name) ?? []);
    const said = [values, passed.unknown.get(name) ?? []].map((each) => sumUp(name, each));
    return finding(
      "unknown fields",
      said.some((each) => Bun.deepEquals(each, heard)),
      [{ [name]: said[0] }, heard],
    );
  });
  const invented = [...actual.unknown.keys()].filter((name) => !expected.unknown.has(name) && !ours.has(name));
  return [...lost, ...invented.map((name) => ({ aspect: "unknown fields" as const, fault: `${name} was invented` }))];
}

function compareError(
  { status, stream }: Recording,
  expected: Members,
  { got, actual }: { readonly got: Got; readonly actual: Meaning },
): Finding {
  const error = actual.error ?? {};
  const told = [
    ["message", expected["message"]],
    ["type", expected["type"]],
    ["code", expected["code"]],
  ] as const;
  const kept = told.every(
    ([key, value]) => value === undefined || value === null || String(error[key]) === String(value),
  );
  const isNamed = !stream || got.text.includes("event: error\n");
  return finding("errors", got.status === status && kept && isNamed, [
    { status, ...expected },
    { status: got.status, ...error },
  ]);
}

/** Compares bytes: the same body, or the same frames but for comments, and but for a usage frame nobody asked for. */
export function compareBytes(recording: Recording, got: Got): readonly Finding[] {
  const { body, stream, status } = recording;
  if (status !== 200) return [];
  if (!stream) return [finding("bytes", got.text === body, [body, got.text])];
  const expected = untilError(framesOf(withoutWithheld(recording)));
  const actual = untilError(framesOf(got.text));
  const at = expected.findIndex((frame, index) => frame !== actual[index]);
  return [
    finding("bytes", expected.length === actual.length && at < 0, [
      expected[at],
      actual[at] ?? `${actual.length} frames of ${expected.length}`,
    ]),
  ];
}

/** The stream without the usage frame of which a client hears only when it asks. */
function withoutWithheld({ body, stream, request }: Recording): string {
  if (!stream || wantsUsage(request)) return body;
  return framesOf(body)
    .filter((frame) => !isUsageOnly(members(parse(frame.slice(6)))))
    .join("");
}

// What ends a stream early is told in our own words.
const isErrorFrame = (frame: string) =>
  frame.startsWith("event: error") || members(members(parse(frame.slice(6)))["error"])["message"] !== undefined;

function untilError(frames: readonly string[]): readonly string[] {
  const end = frames.findIndex(isErrorFrame);
  return end < 0 ? frames : frames.slice(0, end);
}

const framesOf = (stream: string): readonly string[] =>
  stream
    .replace(/^:.*\n/gm, "")
    // The blank line that an upstream left out at its end is added.
    .replace(/([^\n])\n?$/, "$1\n\n")
    .split(/(?<=\n\n)/)
    .filter((frame) => frame.trim() !== "");

/** What was sent, what the upstream received, and what the daemon remarked. */
export interface Passage {
  readonly sent: string;
  readonly received: string;
  readonly warnings: string;
  readonly traits: ChatTraits;
}

/** Compares requests: nothing but what perdix is there to change differs, and the messages are the client's own bytes. */
export function compareRequest(passage: Passage): readonly Finding[] {
  const [sent, received] = [members(parse(passage.sent)), members(parse(passage.received))];
  const changed = [...new Set([...Object.keys(sent), ...Object.keys(received)])].filter(
    (key) => !same(sent[key], received[key]),
  );
  const strange = changed.filter((key) => !isExplained(key, sent, passage));
  const slices = [sliceOf(passage.sent, "messages"), sliceOf(passage.received, "messages")] as const;
  return [
    finding("request", strange.length === 0, [
      strange.map((key) => [key, sent[key]]),
      strange.map((key) => received[key]),
    ]),
    ...(needsRewriting(sent, passage.traits) ? [] : [finding("messages", slices[0] === slices[1], slices)]),
  ];
}

const limits = ["max_tokens", "max_completion_tokens"];

function isExplained(key: string, sent: Members, { warnings, traits, received }: Passage): boolean {
  if (["model", "mcp_servers", "stream_options"].includes(key) || sent[key] === null) return true;
  const got = members(parse(received));
  if (limits.includes(key)) return limits.some((name) => got[name] === sent[key] || sent[name] === got[key]);
  if (key === "messages") return needsRewriting(sent, traits);
  if (key === "tool_choice" && got[key] === traits.requiredChoice) return true;
  if (key === "tool_choice") return same({ type: "function", ...members(sent[key]) }, got[key]);
  if (key === "tools") return same(list(sent[key]).map(withType), got[key]);
  const isDropped = got[key] === undefined && (warnings.includes(`${key} `) || asksForNothing(sent[key]));
  return isDropped;
}

const withType = (tool: Value): Value => ({ type: "function", ...members(tool) });

const asksForNothing = (value: unknown) =>
  value === false || value === 1 || value === "auto" || Bun.deepEquals(value, []);

/** True where a history is one that perdix mends, or speaks with a role the vendor does not have. */
function needsRewriting(sent: Members, { developerRole }: ChatTraits): boolean {
  const messages = list(sent["messages"]).map(members);
  return messages.some(({ role, content, tool_calls: calls }, index) => {
    if (role === "developer") return !developerRole;
    if (role === "assistant") return content === undefined || (Array.isArray(calls) && calls.length === 0);
    const before = members(messages[index - 1]);
    return role === "tool" && before["role"] !== "tool" && before["tool_calls"] === undefined;
  });
}

/** The body with a member set to something else, all other bytes as they were. */
export function withMember(source: string, name: string, value: string): string {
  const slice = sliceOf(source, name);
  if (slice === undefined) return source.replace("{", `{${JSON.stringify(name)}: ${value}, `);
  const key = JSON.stringify(name);
  const at = source.indexOf(slice, source.indexOf(key) + key.length);
  return source.slice(0, at) + value + source.slice(at + slice.length);
}

/** The `x-perdix-warnings` of an answer. */
export function warningsOf(headers: Headers): string {
  return text(headers.get("x-perdix-warnings"));
}
