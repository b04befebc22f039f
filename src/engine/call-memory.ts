import type { StreamEvent } from "../spec/event.ts";
import type { ToolCall } from "../spec/message.ts";

/** The calls that were handed to clients lately, so that a history without its assistant turn can be mended. */
export interface CallMemory {
  recall(callId: string): ToolCall | undefined;
  /** Listens to one answer and remembers the calls in it. */
  listener(): (event: StreamEvent) => void;
}

const LARGEST_INPUT = 65_536;

/** Keeps the latest `capacity` calls; calls with more than 64 KiB of input are not kept. */
export function createCallMemory(capacity = 4096): CallMemory {
  const calls = new Map<string, ToolCall>();

  function remember(call: ToolCall): void {
    calls.delete(call.id);
    calls.set(call.id, call);
    if (calls.size > capacity) calls.delete(calls.keys().next().value as string);
  }

  return {
    recall: (callId) => calls.get(callId),
    listener() {
      const open = new Map<string, ToolCall>();
      return (event) => {
        if (event.type === "tool-call-start") {
          const { choice, block, id, name, kind, extra } = event;
          open.set(`${choice}/${block}`, { id, kind, name, input: "", ...(extra && { extra }) });
        } else if (event.type === "tool-call-delta") {
          const key = `${event.choice}/${event.block}`;
          const call = open.get(key);
          if (!call) return;
          const grown = {
            ...call,
            input: call.input + event.input,
            ...(event.extra && { extra: { ...call.extra, ...event.extra } }),
          };
          if (grown.input.length > LARGEST_INPUT) open.delete(key);
          else open.set(key, grown);
        } else if (event.type === "finish" && open.size > 0) {
          for (const call of open.values()) if (call.id !== "") remember(call);
          open.clear();
        }
      };
    },
  };
}
