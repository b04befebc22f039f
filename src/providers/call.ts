import { GatewayError } from "../spec/error.ts";
import { unwatch, watch, type Watched } from "./deadlines.ts";

/** How long an upstream may take, in seconds. */
export interface Timeouts {
  /** From the request to the answer's headers. */
  readonly headers: number;
  /** For the next part of the answer, while someone waits for it; an answer of up to 16 KiB is one part. */
  readonly idle: number;
  /** From the request to the answer's end. */
  readonly total: number;
}

/** One exchange with an upstream, from its request to its last byte. */
export interface Call {
  /** Aborted when a deadline passes or the client leaves; its reason is the GatewayError to throw. */
  readonly signal: AbortSignal;
  /** Begins to wait for a part of the answer, under the deadline for it. */
  expect(deadline: "headers" | "idle"): void;
  /** The part has come: the deadline stands still, however long the reader rests. */
  received(): void;
  /** Ends an exchange whose last byte has come. */
  complete(): void;
  /** Ends the exchange; a connection that is still in use closes. */
  close(): void;
}

/** Begins an exchange that ends with `client`'s abort, too. Throws GatewayError `client_gone` where that has happened. */
export function openCall(provider: string, timeouts: Timeouts, client: AbortSignal): Call {
  if (client.aborted) throw clientGone();
  const controller = new AbortController();
  const leave = () => controller.abort(clientGone());
  // AbortSignal.any costs five times as much and keeps its memory for its full term.
  client.addEventListener("abort", leave, { once: true });
  const total = performance.now() + timeouts.total * 1000;
  let awaited: keyof Timeouts = "total";
  const watched: Watched = {
    due: total,
    expire: () => controller.abort(tooLate(provider, awaited, timeouts[awaited])),
  };
  watch(watched);
  function complete(): void {
    unwatch(watched);
    client.removeEventListener("abort", leave);
  }
  return {
    signal: controller.signal,
    expect(deadline) {
      const due = performance.now() + timeouts[deadline] * 1000;
      awaited = due < total ? deadline : "total";
      watched.due = Math.min(due, total);
    },
    received() {
      awaited = "total";
      watched.due = total;
    },
    complete,
    close() {
      complete();
      controller.abort(OVER);
    },
  };
}

// Nobody waits for anything when a call is closed, so that nobody sees this.
const OVER = "the exchange is over";

const clientGone = () => new GatewayError("client_gone", "the client closed the connection");

const whatIsLate: Readonly<Record<keyof Timeouts, string>> = {
  headers: "did not begin to answer",
  idle: "did not send the next part of its answer",
  total: "did not finish its answer",
};

function tooLate(provider: string, deadline: keyof Timeouts, seconds: number): GatewayError {
  const message = `${provider} ${whatIsLate[deadline]} within ${seconds} s (deadline "${deadline}")`;
  return new GatewayError("upstream_timeout", message, { upstream: { provider } });
}
