import { Agent, OpenAIChatCompletionsModel, Runner, tool } from "@openai/agents";
import OpenAI, { APIError } from "openai";
import { z } from "zod";
import { type SeenCall, weatherOf } from "./dialogue.ts";
import { type Client, examine, type Question } from "./examiner.ts";
import { readFailure, stainlessKinds } from "./failure.ts";
import { callerKey } from "./stage.ts";

const Person = z.object({ name: z.string(), age: z.number() });
const isOwn = (error: unknown) => error instanceof APIError;
// Its traces would go to OpenAI.
const runner = new Runner({ tracingDisabled: true });

/** An agent over chat completions, not Responses. */
function agentOf<Output extends "text" | typeof Person = "text">({ url, model }: Question, rest: object = {}) {
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: callerKey, maxRetries: 0 });
  return new Agent<unknown, Output>({ name: "tester", model: new OpenAIChatCompletionsModel(openai, model), ...rest });
}

const client: Client = {
  async ask(question) {
    const agent = agentOf(question);
    const { prompt } = question;
    const pieces: string[] = [];
    const result = question.stream
      ? await runner.run(agent, prompt, { stream: true })
      : await runner.run(agent, prompt);
    if ("toTextStream" in result) {
      for await (const piece of result.toTextStream()) pieces.push(piece);
      await result.completed;
    }
    const [response] = result.rawResponses;
    const { inputTokens: input, outputTokens: output, totalTokens: total } = response?.usage ?? {};
    return {
      text: result.finalOutput ?? "",
      pieces: Math.max(1, pieces.length),
      usage: { prompt: input, completion: output, total },
    };
  },
  async useTools(question) {
    const calls: SeenCall[] = [];
    const getWeather = tool({
      name: "get_weather",
      description: "The weather in a city",
      parameters: z.object({ city: z.string() }),
      execute: (input) => {
        calls.push({ name: "get_weather", input });
        return weatherOf(input.city);
      },
    });
    return { text: String(await finalOutput(question, { tools: [getWeather] })), calls };
  },
  extract: (question) => finalOutput(question, { outputType: Person }),
  async abandon(question) {
    const leaving = new AbortController();
    const result = await runner.run(agentOf(question), question.prompt, { stream: true, signal: leaving.signal });
    for await (const piece of result.toTextStream()) if (piece !== "") break;
    leaving.abort();
  },
  fail: (question) => readFailure(finalOutput(question), isOwn),
  errorKinds: stainlessKinds,
};

/** What an agent comes to in the end. */
async function finalOutput(question: Question, rest: object = {}): Promise<unknown> {
  const agent = agentOf(question, rest);
  if (!question.stream) return (await runner.run(agent, question.prompt)).finalOutput;
  const result = await runner.run(agent, question.prompt, { stream: true });
  await result.completed;
  return result.finalOutput;
}

examine("@openai/agents over chat completions", client);
