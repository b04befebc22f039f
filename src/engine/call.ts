import type { Opening } from "../spec/event.ts";
import type { ChatRequest } from "../spec/request.ts";
import type { Settlement } from "../spec/settlement.ts";

/** Time and chance, handed in so that the corridor stays pure. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** 0..1 */
  random(): number;
  /** Resolves after so many milliseconds, rejects when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** One request on its way. */
export interface Call {
  readonly requestId: string;
  readonly request: ChatRequest;
  /** Aborts when the client has gone or the daemon gives up draining. */
  readonly signal: AbortSignal;
  /** Hears that a candidate has begun to answer; again for each that is fallen back to. */
  readonly opened?: (opening: Opening) => void;
  /** Hears once what the request came to. */
  readonly settle: (settlement: Settlement) => void;
}
