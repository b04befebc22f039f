import type { JsonObject } from "./json.ts";

/** Who speaks. `function` is the forerunner of `tool` and survives only in old histories. */
export type Role = "developer" | "system" | "user" | "assistant" | "tool" | "function";

/** One piece of a message's content. `extra` keeps fields the house has no word for. */
export type Part =
  | { readonly type: "text"; readonly text: string; readonly extra?: JsonObject }
  | { readonly type: "refusal"; readonly text: string; readonly extra?: JsonObject }
  | {
      readonly type: "image";
      /** An http(s) address or a `data:` URI. */
      readonly url: string;
      readonly detail?: string;
      readonly extra?: JsonObject;
    }
  | {
      readonly type: "audio";
      /** Base64 of the encoded sound. */
      readonly data: string;
      readonly format: string;
      readonly extra?: JsonObject;
    }
  | {
      readonly type: "file";
      readonly name?: string;
      /** Base64 or a `data:` URI. */
      readonly data?: string;
      /** The provider's id of an uploaded file. */
      readonly id?: string;
      readonly extra?: JsonObject;
    }
  /** A part nobody here has heard of, verbatim. */
  | { readonly type: "other"; readonly value: JsonObject };

/** A call of a tool, as a model asked for it. */
export interface ToolCall {
  readonly id: string;
  readonly kind: "function" | "custom";
  readonly name: string;
  /** JSON text for functions, free text for custom tools; verbatim as the model wrote it. */
  readonly input: string;
  /** Opaque data of the provider that belongs to this call, such as `thought_signature`. */
  readonly extra?: JsonObject;
}

/** One message of a conversation. */
export interface Message {
  readonly role: Role;
  /** `null` where the sender gave none (an assistant that only calls tools). */
  readonly content: string | readonly Part[] | null;
  readonly name?: string;
  /** Only on assistant messages; never empty. */
  readonly toolCalls?: readonly ToolCall[];
  /** Only on tool messages: the call this answers. */
  readonly toolCallId?: string;
  /** Plain reasoning that came with an assistant message. */
  readonly reasoning?: string;
  readonly extra?: JsonObject;
}
