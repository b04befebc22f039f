/**
 * Where an upstream that speaks the OpenAI chat shape departs from OpenAI itself. A vendor is a record of these.
 * Field names are wire names.
 */
export interface ChatTraits {
  /** The name under which it takes the longest answer; `either` sends what the client said. */
  readonly outputLimit: "max_tokens" | "max_completion_tokens" | "either";
  /** False: developer messages are sent as system messages. */
  readonly developerRole: boolean;
  /** Whether usage at the end of a stream must be asked for with `stream_options`, comes by itself, or is not to be had. */
  readonly streamUsage: "ask" | "always" | "never";
  /** Where reasoning text stands in messages and deltas. */
  readonly reasoning: "reasoning_content" | "reasoning";
  /** Text may hold reasoning between `<think>` tags. */
  readonly thinkTags: boolean;
  /** Content of answers may be a list of parts (Mistral: `thinking` and `text`). */
  readonly contentParts: boolean;
  /** How it spells "some tool must be called". */
  readonly requiredChoice: "required" | "any";
  /** Its own names of OpenAI's fields: `seed` is Mistral's `random_seed`. */
  readonly renames: Readonly<Record<string, string>>;
  /** OpenAI's own fields that it refuses or does not know. */
  readonly unsupported: readonly string[];
  /** Fields beyond OpenAI's that it knows. */
  readonly extensions: readonly string[];
}

/** OpenAI itself, and what an unknown compatible server is taken for. */
export const openaiTraits: ChatTraits = {
  outputLimit: "either",
  developerRole: true,
  streamUsage: "ask",
  reasoning: "reasoning_content",
  thinkTags: false,
  contentParts: false,
  requiredChoice: "required",
  renames: {},
  unsupported: [],
  extensions: [],
};

/** True where answers need no translation, so that their bytes can be relayed. */
export function speaksPlainly(traits: ChatTraits): boolean {
  return traits.reasoning === "reasoning_content" && !traits.thinkTags && !traits.contentParts;
}
