import type { JsonObject } from "../../spec/json.ts";

/** One tool call of an answer. */
export interface PlayedCall {
  readonly kind: "function" | "custom";
  readonly name: string;
  /** JSON text for functions. */
  readonly input: string;
}

/** What one choice of an answer says. */
export interface Part {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly PlayedCall[];
  /** The finish reason. */
  readonly finish: string;
}

/** An error as the simulator sends it. */
export interface PlayedError {
  /** HTTP status, 400..599. */
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code?: string;
  /** Seconds for `Retry-After`. */
  readonly retryAfter?: number;
}

/** An answer of the simulator and how it is delivered. */
export interface Play {
  readonly parts: readonly Part[];
  readonly usage?: JsonObject;
  /** Sent in place of the answer, in a stream after the text that was said. */
  readonly error?: PlayedError;
  /** Milliseconds of silence before the headers. */
  readonly delay?: number;
  /** As fast as possible where absent. */
  readonly tokensPerSecond?: number;
  /** The connection breaks after so many characters of text (a plain answer: of its body). */
  readonly cutAfter?: number;
}

/** A request the simulator cannot play: answered with HTTP 400. */
export class BadPlay extends Error {
  override readonly name = "BadPlay";
  /** The request field at fault. */
  readonly param: string;

  constructor(param: string, message: string) {
    super(message);
    this.param = param;
  }
}
