import { GatewayError } from "../spec/error.ts";

/** How long an upstream may take, in seconds. */
export interface Timeouts {
  /** From the request to the answer's headers. */
  readonly headers: number;
  /** Between two reads of the answer, while someone waits for the next. */
  readonly idle: number;
  /** From the request to the answer's end. */
  readonly total: number;
}

/** What holds where nothing is configured. */
export const defaultTimeouts: Timeouts = { headers: 120, idle: 300, total: 3600 };

/** One exchange with an upstream, from its request to its last byte. */
export interface Call {
  /** Aborted when a deadline passes or the client leaves; its reason is the GatewayError to throw. */
  readonly signal: AbortSignal;
  /** Waits for a part of the answer under the deadline for it. */
  wait<Part>(deadline: "headers" | "idle", part: () => Promise<Part>): Promise<Part>;
  /** Ends the exchange: timers stop, and a connection that is still in use closes. */
  close(): void;
}

/** Begins an exchange that ends with `client`'s abort, too. Throws GatewayError `client_gone` where that has happened. */
export function openCall(provider: string, timeouts: Timeouts, client: AbortSignal): Call {
  if (client.aborted) throw clientGone();
  const controller = new AbortController();
  const leave = () => controller.abort(clientGone());
  // AbortSignal.any keeps its timers and twice the memory for their full term.
  client.addEventListener("abort", leave, { once: true });
  const start = (deadline: keyof Timeouts) =>
    setTimeout(() => controller.abort(tooLate(provider, deadline, timeouts[deadline])), timeouts[deadline] * 1000);
  const total = start("total");
  return {
    signal: controller.signal,
    async wait(deadline, part) {
      const timer = start(deadline);
      try {
        return await part();
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      clearTimeout(total);
      client.removeEventListener("abort", leave);
      controller.abort(OVER);
    },
  };
}

// Nobody waits for anything when a call is closed, so that nobody sees this.
const OVER = "the exchange is over";

const clientGone = () => new GatewayError("client_gone", "the client closed the connection");

const whatIsLate: Readonly<Record<keyof Timeouts, string>> = {
  headers: "did not begin to answer",
  idle: "sent nothing more",
  total: "did not finish its answer",
};

function tooLate(provider: string, deadline: keyof Timeouts, seconds: number): GatewayError {
  const message = `${provider} ${whatIsLate[deadline]} within ${seconds} s (deadline "${deadline}")`;
  return new GatewayError("upstream_timeout", message, { upstream: { provider } });
}
