import { LLMock } from "@copilotkit/aimock";
import type { Loose } from "./shape.ts";

/** What the upstream says to `hello`, in several chunks. */
export const greeting = "Hello from the upstream, wörd by wörd.";

/** Tokens it counts for the greeting. */
export const greetingUsage = { prompt: 11, completion: 7, total: 18 };

/** A person, as the structured answer holds one. */
export const person = { name: "Jöhn Doe", age: 30 };

/** A call of a tool, as a client saw it. */
export interface SeenCall {
  readonly name: string;
  readonly input: Loose;
}

/** What a model asks of the client's tools, and what it says when it has the results. */
export interface ToolTurn {
  readonly prompt: string;
  readonly calls: readonly SeenCall[];
  readonly closing: string;
}

/** One call, and three at once with text that is cut inside words and characters. */
export const toolTurns: readonly ToolTurn[] = [
  {
    prompt: "weather in Oslo",
    calls: [{ name: "get_weather", input: { city: "Oslo" } }],
    closing: "It is 4 degrees in Oslo.",
  },
  {
    prompt: "weather in three cities",
    calls: ["Zürich — Höngg", 'a "quoted" place', "東京"].map((city) => ({ name: "get_weather", input: { city } })),
    closing: "All three are dry.",
  },
];

/** What the client's tool answers. */
export const weatherOf = (city: string): string => `4 degrees in ${city}`;

/** A refusal of the upstream: prompt `fail STATUS`. */
export const failingStatuses = [400, 401, 403, 404, 409, 422, 429, 500, 502] as const;

/** The words of that refusal. */
export const failureMessage = (status: number): string => `scripted failure ${status}`;

/** Starts `aimock`, an upstream that others wrote, with this dialogue. */
export async function startAimock(): Promise<LLMock> {
  const mock = await LLMock.create({ host: "127.0.0.1", port: 0, chunkSize: 7, logLevel: "silent" });
  mock.on(
    { userMessage: "hello" },
    { content: greeting, usage: { prompt_tokens: greetingUsage.prompt, completion_tokens: greetingUsage.completion } },
  );
  mock.on({ userMessage: "extract" }, { content: JSON.stringify(person) });
  for (const { prompt, calls, closing } of toolTurns) {
    const toolCalls = calls.map(({ name, input }, place) => ({
      id: `call_${place}`,
      name,
      arguments: JSON.stringify(input),
    }));
    mock.on({ userMessage: prompt, hasToolResult: false }, { toolCalls });
    mock.on({ userMessage: prompt, hasToolResult: true }, { content: closing });
  }
  for (const status of failingStatuses) {
    const error = { message: failureMessage(status), type: "scripted_error", code: `scripted_${status}` };
    mock.on({ userMessage: `fail ${status}` }, { error, status, retryAfter: 0 });
  }
  return mock;
}
