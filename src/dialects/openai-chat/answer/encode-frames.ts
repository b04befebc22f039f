import type { StreamEvent } from "../../../spec/event.ts";
import { createFrameWriter } from "./frame-writer.ts";
import { writeUsage } from "./usage.ts";
import { isLegacyCall, writeCall, writeCallPiece, writeLegacyCall } from "./write-calls.ts";

/** Writes the events of one answer as the frames of a chat completion stream. */
export interface FrameEncoder {
  /** The SSE text of an event; empty where it shows nothing by itself. */
  encode(event: StreamEvent): string;
  /** The end of the stream: the usage frame where the client wants one, and `[DONE]`. */
  finish(): string;
}

type EventOf<Type extends StreamEvent["type"]> = Extract<StreamEvent, { type: Type }>;

interface CallSlot {
  readonly index: number;
  readonly kind: "function" | "custom";
  readonly legacy: boolean;
}

/** Makes the encoder of one stream; `includeUsage` where the client wants a usage frame. */
export function createFrameEncoder({ includeUsage }: { readonly includeUsage: boolean }): FrameEncoder {
  const writer = createFrameWriter(includeUsage);
  let usage: EventOf<"usage"> | undefined;
  const slots = new Map<string, CallSlot>();
  const counts = new Map<number, number>();

  const startCall = (event: EventOf<"tool-call-start">): string => {
    const { choice, block, kind } = event;
    const legacy = isLegacyCall(event);
    const index = counts.get(choice) ?? 0;
    if (!legacy) counts.set(choice, index + 1);
    slots.set(`${choice}/${block}`, { index, kind, legacy });
    const call = { ...event, input: "" };
    return writer.write(
      choice,
      legacy ? { function_call: writeLegacyCall(call) } : { tool_calls: [{ ...writeCall(call), index }] },
    );
  };
  const continueCall = ({ choice, block, input, extra }: EventOf<"tool-call-delta">): string => {
    const slot = slots.get(`${choice}/${block}`);
    if (slot === undefined) return "";
    if (slot.legacy) return writer.write(choice, { function_call: { ...extra, arguments: input } });
    return writer.write(choice, { tool_calls: [{ ...writeCallPiece(slot.kind, input, extra), index: slot.index }] });
  };
  const addExtra = ({ choice, origin }: EventOf<"extra">): string => {
    const text = writer.wait(choice, origin);
    // Sound is played as it comes.
    return origin.message?.["audio"] === undefined ? text : text + writer.write(choice, {});
  };
  return {
    encode(event) {
      switch (event.type) {
        case "opening":
          writer.open(event);
          return "";
        case "text-delta":
          return writer.write(event.choice, { content: event.text });
        case "reasoning-delta":
          return writer.write(event.choice, { reasoning_content: event.text });
        case "refusal-delta":
          return writer.write(event.choice, { refusal: event.text });
        case "tool-call-start":
          return startCall(event);
        case "tool-call-delta":
          return continueCall(event);
        case "logprobs":
          return writer.wait(event.choice, { choice: { logprobs: event.value } });
        case "extra":
          return addExtra(event);
        case "finish":
          return writer.write(event.choice, {}, event);
        case "usage":
          usage = event;
          return "";
        case "extension":
          writer.extend(event.fields);
          return "";
        case "frames":
        case "body":
          return "";
      }
    },
    finish: () => `${writer.end(usage && writeUsage(usage.usage, usage.raw))}data: [DONE]\n\n`,
  };
}
