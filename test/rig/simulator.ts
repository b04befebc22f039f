// What the tests of the simulator have in common.
import { expect } from "bun:test";
import type { Json, JsonObject } from "../../src/spec/json.ts";
import { createSimulator } from "../../src/providers/sim/simulator.ts";

export const now = () => 1_700_000_000_000;
export const simulate = createSimulator({ now });

/** A reply as far as these tests look. */
export interface Reply {
  readonly id: string;
  readonly system_fingerprint: string;
  readonly choices: readonly {
    readonly message: {
      readonly content: string | null;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly {
        readonly id: string;
        readonly function: { readonly name: string; readonly arguments: string };
      }[];
    };
    readonly finish_reason: string;
    readonly logprobs: { readonly content: readonly { readonly token: string }[] } | null;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

export interface Wire {
  readonly error: { readonly message: string; readonly code: string; readonly type: string };
}

export const ask = (body: JsonObject, signal?: AbortSignal): Promise<Response> =>
  simulate(
    new Request("http://simulator.invalid/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "echo", messages: [{ role: "user", content: "hello world" }], ...body }),
      ...(signal && { signal }),
    }),
  );
export const reply = async (body: JsonObject) => (await (await ask(body)).json()) as Reply;
export const first = async (body: JsonObject) => {
  const { choices } = await reply(body);
  return choices[0] ?? expect.unreachable("no choice");
};
export const user = (content: Json) => ({ messages: [{ role: "user", content }] });

/** The chunks of a stream; `[DONE]` stands as itself. */
export async function chunks(body: JsonObject): Promise<readonly (JsonObject | "[DONE]")[]> {
  const text = await (await ask({ ...body, stream: true })).text();
  const frames = text.split("\n\n").filter((frame) => frame !== "");
  return frames.map((frame) => (frame === "data: [DONE]" ? "[DONE]" : (JSON.parse(frame.slice(6)) as JsonObject)));
}
