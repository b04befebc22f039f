import type { Gateway } from "../engine/gateway.ts";
import { GatewayError } from "../spec/error.ts";
import type { Log, LogFields } from "../spec/log.ts";
import { toWireFault, type WireFault } from "./fault.ts";
import { type Allowed, corsHeaders, guard } from "./guard.ts";

/** What one configuration makes of the daemon; a reload swaps it for another. */
export interface House {
  readonly gateway: Gateway;
  readonly allowed: Allowed;
  /** Bytes of the largest request body. */
  readonly bodyLimit: number;
}

/** One request while it is answered. */
export interface Visit {
  readonly request: Request;
  readonly requestId: string;
  readonly house: House;
  /** What every answer to it says: its id, and who may read it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Adds to the one log line of this request. */
  record(fields: LogFields): void;
  /** What was thrown, as the wire tells it; the log tells what is a bug. */
  fault(thrown: unknown): WireFault;
}

/** An answer that is still being written when its head has been sent. */
export interface Held {
  readonly response: Response;
  /** Resolves when the last byte was written or the client has gone; never rejects. */
  readonly done: Promise<void>;
}

/** Answers one request of one endpoint. */
export type Handler = (visit: Visit) => Response | Held | Promise<Response | Held>;

/** Where every request comes in, whatever its endpoint. */
export interface Street {
  readonly version: string;
  house(): House;
  /** How many requests are being answered. */
  inFlight(): number;
  serve(request: Request, handler: Handler): Promise<Response>;
}

/** The manners all endpoints share: request id, guard, errors in one shape, one log line a request. */
export function createStreet(options: {
  readonly house: () => House;
  readonly log: Log;
  readonly version: string;
}): Street {
  const { house, log, version } = options;
  let inFlight = 0;

  async function serve(request: Request, handler: Handler): Promise<Response> {
    const began = performance.now();
    const requestId = `req_${crypto.randomUUID().replaceAll("-", "")}`;
    let fields: LogFields = {};
    let told: unknown;
    const current = house();
    const cors = request.headers.has("origin") ? corsHeaders(request.headers, current.allowed) : undefined;
    const visit: Visit = {
      request,
      requestId,
      house: current,
      headers: { ...cors, "x-request-id": requestId },
      record: (more) => void (fields = { ...fields, ...more }),
      fault(thrown) {
        const isBug = !(thrown instanceof GatewayError);
        // A failure before the headers passes here twice: as the stream's and as the request's.
        if (isBug && thrown !== told) log("error", "unexpected failure", { id: requestId, error: describe(thrown) });
        told = thrown;
        this.record({ error: isBug ? "internal" : thrown.code });
        return toWireFault(thrown);
      },
    };
    inFlight++;
    const reply = await answerOrFault(visit, handler);
    const held = reply instanceof Response ? undefined : reply;
    const response = reply instanceof Response ? reply : reply.response;
    const leave = () => {
      inFlight--;
      const { method, url } = request;
      const milliseconds = Math.round((performance.now() - began) * 10) / 10;
      log("info", "request", {
        id: requestId,
        method,
        path: pathOf(url),
        status: response.status,
        ms: milliseconds,
        ...fields,
      });
    };
    if (held) void held.done.then(leave);
    else leave();
    return response;
  }

  return { version, house, inFlight: () => inFlight, serve };
}

async function answerOrFault(visit: Visit, handler: Handler): Promise<Response | Held> {
  const { request, house, headers } = visit;
  try {
    guard(request.headers, house.allowed);
    const isPreflight = request.method === "OPTIONS" && "access-control-allow-origin" in headers;
    return isPreflight ? new Response(null, { status: 204, headers }) : await handler(visit);
  } catch (error) {
    const fault = visit.fault(error);
    return Response.json(fault.body, { status: fault.status, headers: { ...fault.headers, ...headers } });
  }
}

const describe = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** The path without its query, which may carry secrets. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}
