import type { ChatTraits } from "../dialects/openai-chat/traits.ts";

/** One upstream that speaks the OpenAI chat shape: what is different about it, and nothing else. */
export interface Vendor {
  /** Canonical id, as in `provider/model`. */
  readonly id: string;
  /** Other spellings of the id that clients and configurations use. */
  readonly aliases?: readonly string[];
  /** Its name for people. */
  readonly name: string;
  /** Absent where only the operator knows it (Azure resources). */
  readonly baseUrl?: string;
  /** Environment variables of the key, the preferred one first. */
  readonly keyVariables: readonly string[];
  /** Environment variables that may hold the base URL. */
  readonly baseUrlVariables?: readonly string[];
  /** How the key travels: `Authorization: Bearer`, a header of its own (`api-key`), or there is none. */
  readonly auth: "bearer" | "api-key" | "none";
  /** It answers without a key too (servers on the own machine). */
  readonly keyOptional?: boolean;
  /** Where chat requests go, after the base URL; `/chat/completions` where absent. */
  readonly chatPath?: string;
  /** Where the models are listed, resolved against the base URL: `models` beside the chat path, `/x` from the host. `null`: nowhere. */
  readonly modelsPath?: string | null;
  /** What holds instead where an `api-version` is configured. `{model}` in the path is the model's name. */
  readonly versioned?: { readonly chatPath: string; readonly variables: readonly string[] };
  readonly traits: Partial<ChatTraits>;
  /** Ports on which it usually listens on this machine. */
  readonly localPorts?: readonly number[];
}

/** What only OpenAI's own platform has; elsewhere it would be ignored in silence or refused. */
export const openaiOnly: readonly string[] = [
  "audio",
  "modalities",
  "prediction",
  "prompt_cache_retention",
  "safety_identifier",
  "store",
  "verbosity",
  "web_search_options",
];

/** Any server of the OpenAI shape that the operator names. Its base URL comes from the configuration. */
export function compatibleVendor(id: string): Vendor {
  return { id, name: id, keyVariables: [], auth: "bearer", keyOptional: true, traits: {} };
}

/** True where `spelling` names this vendor, canonically or not; letter case does not count. */
export function isCalled({ id, aliases = [] }: Vendor, spelling: string): boolean {
  const name = spelling.toLowerCase();
  return id === name || aliases.includes(name);
}
