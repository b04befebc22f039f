import {
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  type ToolMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { APIError } from "openai";
import { z } from "zod";
import { type SeenCall, weatherOf } from "./dialogue.ts";
import { type Client, examine, type Question } from "./examiner.ts";
import { readFailure, stainlessKinds } from "./failure.ts";
import { callerKey } from "./stage.ts";

const Person = z.object({ name: z.string(), age: z.number() });
const isOwn = (error: unknown) => error instanceof APIError;

const connect = ({ url, model }: Question) =>
  new ChatOpenAI({
    model,
    apiKey: callerKey,
    maxRetries: 0,
    useResponsesApi: false,
    configuration: { baseURL: `${url}/v1` },
  });

type Model = Pick<ChatOpenAI, "invoke" | "stream">;

/** The pieces of one answer; a plain one is one piece. */
async function ask(model: Model, messages: BaseMessage[], stream: boolean): Promise<AIMessageChunk[]> {
  return stream ? Array.fromAsync(await model.stream(messages)) : [await model.invoke(messages)];
}

function join([first, ...rest]: readonly AIMessageChunk[]): AIMessageChunk {
  if (!first) throw new Error("the answer was empty");
  return rest.reduce((whole, piece) => whole.concat(piece), first);
}

const client: Client = {
  async ask(question) {
    const pieces = await ask(connect(question), [new HumanMessage(question.prompt)], question.stream);
    const { text, response_metadata: metadata, usage_metadata } = join(pieces);
    const usage = usage_metadata as UsageMetadata | undefined;
    return {
      text,
      pieces: pieces.filter((piece) => piece.text !== "").length,
      finish: metadata["finish_reason"] as string,
      usage: { prompt: usage?.input_tokens, completion: usage?.output_tokens, total: usage?.total_tokens },
    };
  },
  async useTools(question) {
    const calls: SeenCall[] = [];
    const getWeather = tool(
      (input: { readonly city: string }) => {
        calls.push({ name: "get_weather", input });
        return weatherOf(input.city);
      },
      { name: "get_weather", description: "The weather in a city", schema: z.object({ city: z.string() }) },
    );
    const model = connect(question).bindTools([getWeather]) as Model;
    const messages: BaseMessage[] = [new HumanMessage(question.prompt)];
    for (;;) {
      const said = join(await ask(model, messages, question.stream));
      if (!said.tool_calls?.length) return { text: said.text, calls };
      messages.push(said);
      for (const call of said.tool_calls) {
        messages.push((await getWeather.invoke({ ...call, type: "tool_call" })) as ToolMessage);
      }
    }
  },
  async extract(question) {
    const model = connect(question).withStructuredOutput(Person, { method: "jsonSchema" });
    if (!question.stream) return model.invoke(question.prompt);
    return (await Array.fromAsync(await model.stream(question.prompt))).at(-1);
  },
  async abandon(question) {
    const leaving = new AbortController();
    const stream = await connect(question).stream([new HumanMessage(question.prompt)], { signal: leaving.signal });
    for await (const piece of stream) if (piece.text !== "") break;
    leaving.abort();
  },
  fail(question) {
    return readFailure(ask(connect(question), [new HumanMessage(question.prompt)], question.stream), isOwn);
  },
  errorKinds: stainlessKinds,
};

examine("@langchain/openai", client);
