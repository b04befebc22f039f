import { GatewayError } from "../spec/error.ts";
import type { Log } from "../spec/log.ts";
import type { Call } from "./call.ts";

/** The part of `fetch` that is used; the simulator and tests have their own. */
export type Fetch = (url: string, init: BunFetchRequestInit) => Promise<Response>;

/** What a connection is made with. */
export interface Connecting {
  readonly provider: string;
  /** Host and port, for messages. */
  readonly host: string;
  readonly fetch: Fetch;
  readonly call: Call;
  readonly log: Log;
}

/** A request to one URL. */
export interface Letter {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends a request and resolves when the answer's headers are there. A connection that is closed before is made anew, once:
 * some servers drop idle ones at random. Throws GatewayError `upstream_unreachable`, or what ended the call.
 */
export async function send({ url, ...letter }: Letter, connecting: Connecting): Promise<Response> {
  const { provider, host, fetch, call, log } = connecting;
  // The idle timer of fetch is off: a model may think for longer than its five minutes, and the call has its own.
  const init: BunFetchRequestInit = { ...letter, signal: call.signal, redirect: "manual", timeout: false };
  const fail = (error: unknown): never => {
    throw call.signal.aborted ? call.signal.reason : unreachable(provider, host, error);
  };
  call.expect("headers");
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (call.signal.aborted || !isReset(error)) fail(error);
    log("warn", "connection closed before the answer, asking again; what the first try cost is unknown", { provider });
    // Not from the pool: the next idle connection may be as dead as the first.
    response = await fetch(url, { ...init, keepalive: false }).catch(fail);
  }
  call.received();
  return response;
}

const codeOf = (error: unknown): string => {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown reason";
};

const isReset = (error: unknown) => codeOf(error) === "ECONNRESET" || codeOf(error) === "EPIPE";

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "the host is not known (ENOTFOUND)",
  ECONNRESET: "the connection was closed before an answer came (ECONNRESET)",
};

/** The error's own message is left out: it may quote a header. */
function unreachable(provider: string, host: string, error: unknown): GatewayError {
  const code = codeOf(error);
  const message = `cannot reach ${provider} at ${host}: ${reasons[code] ?? code}`;
  return new GatewayError("upstream_unreachable", message, { upstream: { provider } });
}
