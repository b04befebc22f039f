import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, isStepCount, Output, streamText, tool } from "ai";
import { z } from "zod";
import { type SeenCall, weatherOf } from "./dialogue.ts";
import { type Client, examine, type Question } from "./examiner.ts";
import { thrownBy } from "./failure.ts";
import { callerKey } from "./stage.ts";

const Person = z.object({ name: z.string(), age: z.number() });

/** What both functions of the library take. */
const callOf = ({ url, model, prompt }: Question) => {
  const provider = createOpenAICompatible({
    name: "perdix",
    baseURL: `${url}/v1`,
    apiKey: callerKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  return { model: provider.chatModel(model), prompt, maxRetries: 0 };
};

// Without it the library prints what the test reads anyway.
const silent = { onError: () => {} };

const client: Client = {
  async ask(question) {
    if (!question.stream) {
      const { text, finishReason, usage } = await generateText(callOf(question));
      return { text, pieces: 1, finish: finishReason, usage: readUsage(usage) };
    }
    const failures: unknown[] = [];
    const result = streamText({ ...callOf(question), onError: ({ error }) => void failures.push(error) });
    const pieces = await Array.fromAsync(result.textStream);
    if (failures.length > 0) throw failures[0];
    return {
      text: pieces.join(""),
      pieces: pieces.length,
      finish: await result.finishReason,
      usage: readUsage(await result.usage),
    };
  },
  async useTools(question) {
    const calls: SeenCall[] = [];
    const get_weather = tool({
      description: "The weather in a city",
      inputSchema: z.object({ city: z.string() }),
      execute: (input) => {
        calls.push({ name: "get_weather", input });
        return weatherOf(input.city);
      },
    });
    const options = { ...callOf(question), tools: { get_weather }, stopWhen: isStepCount(5) };
    const { text } = question.stream ? streamText(options) : await generateText(options);
    return { text: await text, calls };
  },
  async extract(question) {
    const options = { ...callOf(question), output: Output.object({ schema: Person }) };
    const { output } = question.stream ? streamText(options) : await generateText(options);
    return output;
  },
  async abandon(question) {
    const leaving = new AbortController();
    const { textStream } = streamText({ ...callOf(question), ...silent, abortSignal: leaving.signal });
    for await (const piece of textStream) if (piece !== "") break;
    leaving.abort();
  },
  async fail(question) {
    const error = question.stream ? await streamedError(question) : await thrownBy(generateText(callOf(question)));
    if (!APICallError.isInstance(error)) throw error;
    const { name, statusCode, message, responseHeaders } = error;
    return { kind: name, status: statusCode, message, requestId: responseHeaders?.["x-request-id"] };
  },
  // One class for all; the status tells them apart.
  errorKinds: {
    400: "AI_APICallError",
    401: "AI_APICallError",
    403: "AI_APICallError",
    404: "AI_APICallError",
    409: "AI_APICallError",
    422: "AI_APICallError",
    429: "AI_APICallError",
    500: "AI_APICallError",
    502: "AI_APICallError",
  },
};

/** Streams do not throw: their errors are parts. */
async function streamedError(question: Question): Promise<unknown> {
  const { fullStream } = streamText({ ...callOf(question), ...silent });
  for await (const part of fullStream) if (part.type === "error") return part.error;
  return new Error("nothing was thrown");
}

interface SdkUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly totalTokens: number | undefined;
}

const readUsage = ({ inputTokens: prompt, outputTokens: completion, totalTokens: total }: SdkUsage) => ({
  prompt,
  completion,
  total,
});

examine("ai with @ai-sdk/openai-compatible", client);
