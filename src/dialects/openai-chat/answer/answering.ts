import type { Opening } from "../../../spec/event.ts";
import type { ChatTraits } from "../traits.ts";

/** What a decoder must know of the call whose answer it reads. */
export interface Answering {
  /** The parts of the `opening` event that the wire does not tell. */
  readonly opening: Pick<Opening, "candidate" | "headers" | "warnings" | "lane">;
  /** Canonical provider id, for errors. */
  readonly provider: string;
  /** The upstream's name of the model that was asked. */
  readonly model: string;
  readonly traits: ChatTraits;
  /** The client wants usage at the end of its stream; otherwise a usage-only frame is withheld from it. */
  readonly includeUsage: boolean;
  /** Takes out of an error what nobody may see, such as a key that the upstream repeats. */
  readonly hush: (error: unknown) => unknown;
  /** Unix seconds, for upstreams that tell no `created`. */
  readonly now: number;
}
