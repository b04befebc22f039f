import OpenAI, { APIError } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { type SeenCall, weatherOf } from "./dialogue.ts";
import { type Client, examine, type Question } from "./examiner.ts";
import { readFailure, stainlessKinds } from "./failure.ts";
import { testModels } from "./models.ts";
import { callerKey } from "./stage.ts";

const Person = z.object({ name: z.string(), age: z.number() });
const connect = ({ url }: Pick<Question, "url">) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: callerKey, maxRetries: 0 });
const bodyOf = ({ model, prompt }: Question) => ({ model, messages: [{ role: "user" as const, content: prompt }] });

const isOwn = (error: unknown) => error instanceof APIError;

const client: Client = {
  async ask(question) {
    const openai = connect(question);
    if (!question.stream) {
      const { choices, usage } = await openai.chat.completions.create(bodyOf(question));
      const [first] = choices;
      return { text: first?.message.content ?? "", pieces: 1, finish: first?.finish_reason, usage: readUsage(usage) };
    }
    const stream = await openai.chat.completions.create({
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
    const calls: SeenCall[] = [];
    const tool = {
      type: "function" as const,
      function: {
        name: "get_weather",
        description: "The weather in a city",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        parse: (text: string) => JSON.parse(text) as { readonly city: string },
        function(input: { readonly city: string }) {
          calls.push({ name: "get_weather", input: { ...input } });
          return weatherOf(input.city);
        },
      },
    };
    const { stream } = question;
    const openai = connect(question);
    const body = { ...bodyOf(question), tools: [tool] };
    const runner = stream
      ? openai.chat.completions.runTools({ ...body, stream: true })
      : openai.chat.completions.runTools(body);
    return { text: (await runner.finalContent()) ?? "", calls };
  },
  async extract(question) {
    const openai = connect(question);
    const body = { ...bodyOf(question), response_format: zodResponseFormat(Person, "person") };
    const completion = question.stream
      ? await openai.chat.completions.stream(body).finalChatCompletion()
      : await openai.chat.completions.parse(body);
    return completion.choices[0]?.message.parsed;
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

const readUsage = (usage: OpenAI.CompletionUsage | null | undefined) => ({
  prompt: usage?.prompt_tokens,
  completion: usage?.completion_tokens,
  total: usage?.total_tokens,
});

examine("openai (TypeScript)", client, (stage) => {
  testModels(stage, {
    list: async (url) => (await connect({ url }).models.list()).data,
    retrieve: (url, id) => connect({ url }).models.retrieve(id),
    failRetrieving: (url, id) => readFailure(connect({ url }).models.retrieve(id), isOwn),
  });
});
