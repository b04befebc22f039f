import { GatewayError } from "../../../spec/error.ts";
import type { Json } from "../../../spec/json.ts";

/** The error of an answer that is not what the dialect promises. `what` never holds content. */
export function invalidAnswer(provider: string, what: string): GatewayError {
  return new GatewayError("upstream_invalid", `expected a chat completion but got ${what}`, { upstream: { provider } });
}

/** The error of an answer that ended too early. */
export function incompleteAnswer(provider: string): GatewayError {
  return new GatewayError("upstream_incomplete", "the provider's answer broke off before its end", {
    upstream: { provider },
  });
}

/** Says what a body is, without its content; `json` is what it parses to. */
export function describeBody(text: string, json: Json | undefined): string {
  const trimmed = text.trim();
  if (trimmed === "") return "an empty body";
  if (json !== undefined) return `JSON of ${text.length} characters that is none`;
  if (trimmed.startsWith("<")) return `an HTML or XML page of ${text.length} characters`;
  return `${/^[[{]/.test(trimmed) ? "broken JSON" : "text"} of ${text.length} characters`;
}
