import { Elysia } from "elysia";
import { GatewayError } from "../spec/error.ts";
import type { Log } from "../spec/log.ts";
import { chat } from "./chat.ts";
import { models } from "./models.ts";
import { status } from "./status.ts";
import { createStreet, type House, type Street } from "./street.ts";

/** The daemon's address and manners. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly log: Log;
  readonly version: string;
  /** The house of the moment; asked once a request, so that a reload holds from the next request on. */
  readonly house: () => House;
}

/** A daemon that accepts connections. */
export interface Server {
  readonly url: string;
  readonly port: number;
  inFlight(): number;
  /** Accepts nothing more, waits for what runs, and after `deadline` milliseconds breaks it off. */
  stop(deadline: number): Promise<void>;
}

const endpoints = [status, models, chat];
const methods: readonly (readonly [path: string, allowed: readonly string[]])[] = [
  ["/", ["GET"]],
  ["/health", ["GET"]],
  ["/v1/models", ["GET"]],
  ["/v1/models/*", ["GET"]],
  ["/v1/chat/completions", ["POST"]],
];

/** Opens the street. Throws what Bun throws where the address is taken or not ours. */
export function listen({ hostname, port, log, version, house }: ListenOptions): Server {
  const street = createStreet({ house, log, version });
  const app = new Elysia({ normalize: false });
  for (const endpoint of endpoints) app.use(endpoint(street));
  for (const [path, allowed] of methods) {
    app.all(path, ({ request }) => street.serve(request, () => refuseMethod(request, allowed)), { parse: "none" });
  }
  app.onError({ as: "global" }, ({ request, code, error }) =>
    street.serve(request, () => {
      if (code === "NOT_FOUND") throw notFound(request);
      throw error;
    }),
  );
  const server = Bun.serve({
    hostname,
    port,
    // Streams may be silent for minutes; the deadlines of a request are the transport's.
    idleTimeout: 0,
    development: false,
    // Bun shares the port with other processes in silence where `development` is off and this is not said.
    reusePort: false,
    // Bodies are bounded by the house, in the shape of our errors.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: app.fetch,
  });
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${server.port}`,
    port: server.port ?? port,
    inFlight: street.inFlight,
    stop: (deadline) => drain(server, street, deadline),
  };
}

async function drain(server: Bun.Server<undefined>, street: Street, deadline: number): Promise<void> {
  const until = performance.now() + deadline;
  void server.stop();
  while (street.inFlight() > 0 && performance.now() < until) await Bun.sleep(10);
  await server.stop(true);
}

function refuseMethod({ method, url }: Request, allow: readonly string[]): never {
  throw new GatewayError(
    "method_not_allowed",
    `${method} is not possible at ${new URL(url).pathname}; use ${allow.join(" or ")}`,
    { allow },
  );
}

const notFound = ({ method, url }: Request) =>
  new GatewayError(
    "not_found",
    `There is nothing at ${method} ${new URL(url).pathname}; the API is at /v1/chat/completions and /v1/models`,
  );
