import type { JsonObject } from "./json.ts";
import type { Message } from "./message.ts";

/** A model as the client named it, with the settings that hold for it alone (wire names of the source dialect). */
export interface ModelChoice {
  readonly name: string;
  readonly settings?: JsonObject;
}

/** The body as it came: what the relay lane edits instead of writing it anew. */
export interface Source {
  readonly dialect: Dialect;
  readonly text: string;
  readonly body: JsonObject;
}

/** A wire format. Each has its folder in `dialects/`. */
export type Dialect = "openai-chat" | "openai-responses" | "anthropic-messages" | "google-generate";

/**
 * How an answer travels: `relay` passes the upstream's bytes on untouched, `events` takes them apart
 * and puts them together again for the street.
 */
export type Lane = "relay" | "events";

/** Credentials a client brings for one provider (`X-Provider-Key`); never used for another. */
export interface BroughtKey {
  /** Absent: the provider of the model that is asked for. */
  readonly provider?: string;
  readonly key: string;
}

/** One chat completion as the client wants it, whatever street it came by. */
export interface ChatRequest {
  /** In the order of preference, never empty. */
  readonly models: readonly ModelChoice[];
  readonly messages: readonly Message[];
  readonly stream: boolean;
  /** The client wants usage at the end of its stream. */
  readonly includeUsage: boolean;
  /** Names of MCP servers the client wants (slugs, addresses or specs). */
  readonly servers: readonly string[];
  /** True where `messages` differs from what the source says and must be written anew. */
  readonly repaired: boolean;
  /** Values of the source under their wire names, aliases resolved; `undefined` removes a key. */
  readonly overrides: JsonObject;
  readonly brought?: BroughtKey;
  /** Remarks for `x-perdix-warnings`: what was understood differently from how it was said. */
  readonly warnings: readonly string[];
  readonly source: Source;
}
