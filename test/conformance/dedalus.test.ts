import { expect, test } from "bun:test";
import Dedalus, { APIError, DedalusRunner } from "dedalus-labs";
import { zodResponseFormat } from "dedalus-labs/helpers/zod";
import { z } from "zod";
import { greeting, type SeenCall, toolTurns, weatherOf } from "./dialogue.ts";
import { type Client, examine, type Question } from "./examiner.ts";
import { readFailure, stainlessKinds } from "./failure.ts";
import { testModels } from "./models.ts";
import { callerKey } from "./stage.ts";

const Person = z.object({ name: z.string(), age: z.number() });
const connect = ({ url }: Pick<Question, "url">) => new Dedalus({ baseURL: url, apiKey: callerKey, maxRetries: 0 });
const bodyOf = ({ model, prompt }: Question) => ({ model, messages: [{ role: "user" as const, content: prompt }] });
const isOwn = (error: unknown) => error instanceof APIError;
const personFormat = zodResponseFormat(Person, "person");

/** A tool for the runner, which reads its name and parameters from its source, and the calls it got. */
function createTool() {
  const calls: SeenCall[] = [];
  function get_weather(input: { readonly city: string }): string {
    calls.push({ name: "get_weather", input: { ...input } });
    return weatherOf(input.city);
  }
  return { calls, tool: get_weather };
}

const client: Client = {
  async ask(question) {
    const dedalus = connect(question);
    if (!question.stream) {
      const { choices, usage } = await dedalus.chat.completions.create(bodyOf(question));
      const [first] = choices;
      return { text: first?.message.content ?? "", pieces: 1, finish: first?.finish_reason, usage: readUsage(usage) };
    }
    const stream = await dedalus.chat.completions.create({
      ...bodyOf(question),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const pieces = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").filter((piece) => piece !== "");
    const finish = chunks
      .map(({ choices }) => choices[0]?.finish_reason)
      .findLast((reason) => typeof reason === "string");
    return { text: pieces.join(""), pieces: pieces.length, finish, usage: readUsage(chunks.at(-1)?.usage) };
  },
  async useTools(question) {
    const { model, prompt, stream } = question;
    const { calls, tool } = createTool();
    const result = await new DedalusRunner(connect(question)).run({ model, input: prompt, tools: [tool], stream });
    if (!(Symbol.asyncIterator in result)) return { text: result.finalOutput, calls };
    const chunks = await Array.fromAsync(result as AsyncIterable<Dedalus.Chat.StreamChunk>);
    return { text: chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), calls };
  },
  async extract(question) {
    const dedalus = connect(question);
    const body = { ...bodyOf(question), response_format: personFormat };
    if (!question.stream) return (await dedalus.chat.completions.parse(body)).choices[0]?.message.parsed;
    const chunks = await Array.fromAsync(await dedalus.chat.completions.create({ ...body, stream: true }));
    return personFormat.$parseRaw(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""));
  },
  async abandon(question) {
    const stream = await connect(question).chat.completions.create({ ...bodyOf(question), stream: true });
    for await (const { choices } of stream) if (choices[0]?.delta.content) break;
  },
  fail(question) {
    const { stream } = question;
    return readFailure(connect(question).chat.completions.create({ ...bodyOf(question), stream }), isOwn);
  },
  errorKinds: stainlessKinds,
};

interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

const readUsage = (usage: WireUsage | null | undefined) => ({
  prompt: usage?.prompt_tokens,
  completion: usage?.completion_tokens,
  total: usage?.total_tokens,
});

examine("dedalus-labs (TypeScript)", client, (stage) => {
  testModels(stage, {
    list: async (url) => (await connect({ url }).models.list()).data,
    retrieve: (url, id) => connect({ url }).models.retrieve(id),
    failRetrieving: (url, id) => readFailure(connect({ url }).models.retrieve(id), isOwn),
  });
  test("the runner keeps the whole conversation and goes on with it", async () => {
    const runner = new DedalusRunner(connect(stage()));
    const [turn] = toolTurns;
    const { tool } = createTool();
    const first = await runner.run({
      model: ["box/m", "tagged/m"],
      input: turn?.prompt ?? "",
      tools: [tool],
      mcpServers: [],
    });
    if (!("toInputList" in first)) throw new Error("the runner streamed");
    expect(first).toMatchObject({ finalOutput: turn?.closing, stepsUsed: 2, toolsCalled: ["get_weather"] });
    const second = await runner.run({
      model: "tagged/m",
      messages: [...first.toInputList(), { role: "user", content: "hello" }],
    });
    expect(second).toMatchObject({ finalOutput: greeting, stepsUsed: 1 });
  });
  test("camelCase inside a tool's schema reaches the upstream undamaged", async () => {
    const { prompt = "" } = toolTurns[0] ?? {};
    for (const model of ["box/m", "tagged/m"]) {
      const { tool } = createTool();
      await new DedalusRunner(connect(stage())).run({ model, input: prompt, tools: [tool] });
      const body = stage().aimock.getLastRequest()?.body as { readonly tools?: unknown } | null | undefined;
      expect(body?.tools).toMatchObject([
        { function: { name: "get_weather", parameters: { additionalProperties: false } } },
      ]);
    }
  });
});
