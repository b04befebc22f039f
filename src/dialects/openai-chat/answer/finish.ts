import type { FinishReason } from "../../../spec/event.ts";

const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    length: "length",
    max_tokens: "length",
    max_output_tokens: "length",
    max_completion_tokens: "length",
    model_length: "length",
    model_context_window_exceeded: "length",
    tool_calls: "tool_calls",
    tool_call: "tool_calls",
    tool_use: "tool_calls",
    function_call: "function_call",
    content_filter: "content_filter",
    content_filtered: "content_filter",
    safety: "content_filter",
    recitation: "content_filter",
    blocklist: "content_filter",
    prohibited_content: "content_filter",
    spii: "content_filter",
    sensitive: "content_filter",
    refusal: "content_filter",
  } as const),
);

/** The house's word for a vendor's finish reason. What nobody here has heard of is a `stop`; `error` is for the caller to throw. */
export function unifyFinishReason(raw: string): FinishReason {
  return reasons.get(raw.toLowerCase()) ?? "stop";
}
