import type { JsonObject } from "./json.ts";
import type { Lane } from "./request.ts";
import type { Usage } from "./usage.ts";

/** Why an answer ended. `error` never stands here: a failed answer throws. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "function_call";

/** Fields of the upstream's frame that the house has no word for, by the place where they stood. */
export interface Origin {
  /** Beside `choices`. */
  readonly answer?: JsonObject;
  /** Inside a choice. */
  readonly choice?: JsonObject;
  /** Inside a message or delta. */
  readonly message?: JsonObject;
}

/**
 * What an answer is made of, block by block. `choice` counts the parallel answers from 0;
 * `block` counts the blocks of one choice from 0 without gaps.
 */
export type StreamEvent =
  | Opening
  | { readonly type: "text-delta"; readonly choice: number; readonly block: number; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly choice: number; readonly block: number; readonly text: string }
  | { readonly type: "refusal-delta"; readonly choice: number; readonly block: number; readonly text: string }
  | {
      readonly type: "tool-call-start";
      readonly choice: number;
      readonly block: number;
      readonly id: string;
      readonly name: string;
      readonly kind: "function" | "custom";
      /** Opaque data of the provider on this call. */
      readonly extra?: JsonObject;
    }
  | {
      readonly type: "tool-call-delta";
      readonly choice: number;
      readonly block: number;
      readonly input: string;
      readonly extra?: JsonObject;
    }
  /** Token probabilities of the text that came with them, in the upstream's shape. */
  | { readonly type: "logprobs"; readonly choice: number; readonly value: JsonObject }
  /** Sound, or fields nobody here has heard of; merged key by key into the message they stand on. */
  | { readonly type: "extra"; readonly choice: number; readonly origin: Origin }
  | { readonly type: "finish"; readonly choice: number; readonly reason: FinishReason; readonly rawReason: string }
  | { readonly type: "usage"; readonly usage: Usage; readonly raw: JsonObject }
  /** Fields of the Dedalus API that stand beside `choices` at the end of an answer (protocol.md §2.1). */
  | { readonly type: "extension"; readonly fields: JsonObject }
  | RelayEvent;

/** An upstream has begun to answer. Comes first; again for each candidate that is fallen back to. */
export interface Opening {
  readonly type: "opening";
  /** `provider/model` that answers. */
  readonly candidate: string;
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The upstream's own name of the model, verbatim. */
  readonly model: string;
  /** Response headers of the upstream that clients may see. */
  readonly headers: Readonly<Record<string, string>>;
  /** Remarks on this candidate's request for `x-perdix-warnings`. */
  readonly warnings: readonly string[];
  readonly lane: Lane;
  /** Unknown fields beside `choices`, verbatim. */
  readonly extra?: JsonObject;
}

/** Bytes of the relay lane, which reach the client as they came. */
export type RelayEvent =
  /** One or more whole frames of a stream. `content`: the client can see part of the answer in them. */
  | { readonly type: "frames"; readonly bytes: Uint8Array; readonly content: boolean }
  /** A plain answer, whole. */
  | { readonly type: "body"; readonly text: string };
