import {
  createFaults,
  type Faults,
  isCount,
  isObject,
  isText,
  isTextOrNull,
  list,
  type Loose,
  loose,
} from "./shape.ts";

const finishReasons = new Set<unknown>(["stop", "length", "tool_calls", "content_filter", "function_call"]);

/** Whether a choice ended in one of the five ways the API knows. */
export const isFinishReason = (value: unknown): boolean => finishReasons.has(value);

/** What is wrong with a plain answer, measured by OpenAI's own shape; written by hand, apart from every schema of ours. */
export function faultsOfReply(body: unknown): readonly string[] {
  const faults = createFaults();
  const reply = loose(body);
  expectHead(faults, reply, "chat.completion");
  const choices = list(reply["choices"]);
  faults.expect(choices.length > 0, "choices is empty");
  choices.forEach((choice, place) => checkChoice(faults, loose(choice), place));
  if (reply["usage"] !== undefined) expectUsage(faults, reply["usage"]);
  return faults.all;
}

/** What every reply and every chunk begins with. */
export function expectHead(faults: Faults, body: Loose, object: string): void {
  const { id, created, model, choices } = body;
  faults.expect(isText(id), `id is ${JSON.stringify(id)}`);
  faults.expect(body["object"] === object, `object is ${JSON.stringify(body["object"])}`);
  faults.expect(isCount(created), `created is ${JSON.stringify(created)}`);
  faults.expect(isText(model), `model is ${JSON.stringify(model)}`);
  faults.expect(Array.isArray(choices), "choices is no list");
}

function checkChoice(faults: Faults, choice: Loose, place: number): void {
  const { index, finish_reason: finish } = choice;
  const message = loose(choice["message"]);
  faults.expect(index === place, `choices[${place}].index is ${JSON.stringify(index)}`);
  faults.expect(isFinishReason(finish), `choices[${place}].finish_reason is ${JSON.stringify(finish)}`);
  faults.expect(message["role"] === "assistant", `role is ${JSON.stringify(message["role"])}`);
  for (const name of ["content", "refusal"]) {
    faults.expect(
      name in message && isTextOrNull(message[name]),
      `message.${name} is ${JSON.stringify(message[name])}`,
    );
  }
  const calls = message["tool_calls"];
  if (calls === undefined) return faults.expect(finish !== "tool_calls", "finish_reason is tool_calls without calls");
  faults.expect(Array.isArray(calls) && calls.length > 0, "tool_calls is no list with something in it");
  for (const call of list(calls)) checkCall(faults, loose(call));
  const ids = list(calls).map((call) => loose(call)["id"]);
  faults.expect(new Set(ids).size === ids.length, "two tool calls share an id");
}

function checkCall(faults: Faults, { id, type, function: called, custom }: Loose): void {
  faults.expect(isText(id), `a tool call's id is ${JSON.stringify(id)}`);
  faults.expect(type === "function" || type === "custom", `a tool call's type is ${JSON.stringify(type)}`);
  const { name, arguments: input } = loose(
    type === "custom" ? { ...loose(custom), arguments: loose(custom)["input"] } : called,
  );
  faults.expect(isText(name), `a tool call's name is ${JSON.stringify(name)}`);
  faults.expect(typeof input === "string", "a tool call's arguments are no text");
}

/** Usage: three counts of which the last is the sum of the others. */
export function expectUsage(faults: Faults, value: unknown): void {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = loose(value);
  faults.expect([prompt, completion, total].every(isCount), `usage is ${JSON.stringify(value)}`);
  faults.expect(Number(prompt) + Number(completion) === total, `usage does not add up: ${JSON.stringify(value)}`);
}

/** What is wrong with one entry of the model list. */
export function faultsOfModel(body: unknown): readonly string[] {
  const faults = createFaults();
  const { id, object, created, owned_by: owner } = loose(body);
  faults.expect(isText(id), `id is ${JSON.stringify(id)}`);
  faults.expect(object === "model", `object is ${JSON.stringify(object)}`);
  faults.expect(isCount(created), `created is ${JSON.stringify(created)}`);
  faults.expect(isText(owner), `owned_by is ${JSON.stringify(owner)}`);
  return faults.all;
}

/** What is wrong with `GET /v1/models`. */
export function faultsOfModels(body: unknown): readonly string[] {
  const { object, data } = loose(body);
  const head = object === "list" && Array.isArray(data) ? [] : ["it is no list of models"];
  return [...head, ...list(data).flatMap(faultsOfModel)];
}

/** What is wrong with an error body: the form that OpenAI's and the Dedalus SDKs both read (protocol.md §6.4). */
export function faultsOfError(body: unknown): readonly string[] {
  const faults = createFaults();
  const { error, message, detail } = loose(body);
  const { type, param, code, message: said } = loose(error);
  faults.expect(isText(said), `error.message is ${JSON.stringify(said)}`);
  faults.expect(isText(type), `error.type is ${JSON.stringify(type)}`);
  faults.expect(param !== undefined && isTextOrNull(param), `error.param is ${JSON.stringify(param)}`);
  faults.expect(code !== undefined && isTextOrNull(code), `error.code is ${JSON.stringify(code)}`);
  faults.expect(message === said, "message and error.message differ");
  faults.expect(detail === undefined || list(detail).every(isObject), "detail is no list of faults");
  return faults.all;
}
