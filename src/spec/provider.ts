import type { StreamEvent } from "./event.ts";
import type { JsonObject } from "./json.ts";
import type { Model } from "./model.ts";
import type { BroughtKey, ChatRequest, Dialect, Lane } from "./request.ts";

/** One call of one model. */
export interface Turn {
  readonly request: ChatRequest;
  /** The upstream's own name of the model. */
  readonly model: string;
  /** Settings that hold for this model alone, over the request's. */
  readonly settings: JsonObject;
  readonly lane: Lane;
  /** Refuse every field the model cannot honour, harmless hints too. */
  readonly strict: boolean;
}

/**
 * What a model says: a plain answer whole, as a list, so that it costs no more than it must; a streamed one as it comes.
 * Ending the iteration early closes the connection.
 */
export type Speech = readonly StreamEvent[] | AsyncIterableIterator<StreamEvent, void, void>;

/** An upstream that answers chat requests. */
export interface Provider {
  /** Canonical id, as in `provider/model`. */
  readonly id: string;
  readonly dialect: Dialect;
  /** False where some habit of the upstream must be translated, so that its bytes cannot be relayed. */
  readonly relays: boolean;
  /**
   * Asks the model. The first event is an `opening`; in the relay lane `frames` or `body` events carry the answer
   * and `usage`, `finish` and tool-call events stand beside them for those who only keep the books.
   * Rejects with a GatewayError; a speech that has begun throws one for what broke it off.
   */
  ask(turn: Turn, signal: AbortSignal): Promise<Speech>;
  /** The models the upstream lists. Throws GatewayError where it cannot be asked. */
  listModels(signal: AbortSignal): Promise<readonly Model[]>;
  /** What stops this provider from being asked at all, in words for the user; undefined where nothing does. */
  missing(brought: BroughtKey | undefined): string | undefined;
}

/** One model that may answer, and why it stands where it stands. */
export interface Candidate {
  readonly provider: Provider;
  /** The upstream's own name of the model. */
  readonly model: string;
  /** `provider/model` */
  readonly id: string;
  readonly settings: JsonObject;
  readonly reason: string;
}

/** The order in which models are asked until one begins to answer. */
export interface Plan {
  /** Never empty. */
  readonly candidates: readonly Candidate[];
  /** Models that were named but cannot be asked, and why. */
  readonly rejected: readonly { readonly id: string; readonly reason: string }[];
}
