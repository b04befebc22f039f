import type { FinishReason, Opening } from "./event.ts";
import type { JsonObject } from "./json.ts";
import type { ToolCall } from "./message.ts";
import type { Usage } from "./usage.ts";

/** What the events of one answer add up to. */
export interface Answer {
  /** Of the candidate that answered. */
  readonly opening: Opening;
  /** In the order of their index. */
  readonly choices: readonly AnswerChoice[];
  /** Absent where the upstream told none. */
  readonly usage?: { readonly buckets: Usage; readonly raw: JsonObject };
  /** Unknown fields beside the choices, those of the opening included. */
  readonly extra: JsonObject;
  /** Fields of the Dedalus API beside the choices. */
  readonly extensions: JsonObject;
}

/** One of the parallel answers. */
export interface AnswerChoice {
  readonly index: number;
  /** `null` where no text came. */
  readonly text: string | null;
  readonly reasoning?: string;
  readonly refusal?: string;
  /** In the order of their blocks. */
  readonly toolCalls: readonly ToolCall[];
  readonly logprobs?: JsonObject;
  readonly finish?: { readonly reason: FinishReason; readonly rawReason: string };
  /** Unknown fields in the choice. */
  readonly extra: JsonObject;
  /** Sound and unknown fields in the message. */
  readonly messageExtra: JsonObject;
}
