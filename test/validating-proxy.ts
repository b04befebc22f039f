import { faultsOfError, faultsOfModel, faultsOfModels, faultsOfReply } from "./conformance/openai-shape.ts";
import { loose } from "./conformance/shape.ts";
import { chunksOf, faultsOfStream, readFrames } from "./conformance/stream-shape.ts";
import { openapiFaults } from "./openapi.ts";

/** What came of everything that went through so far. */
export interface Verdict {
  readonly answers: number;
  /** Departures from OpenAI's shape, each with the request it belongs to. */
  readonly shape: readonly string[];
  /** Departures from `dedalus-openapi.json`. */
  readonly openapi: readonly string[];
}

/** Stands in front of a daemon, changes nothing, and looks at every answer. */
export interface ValidatingProxy {
  /** Without `/v1`. */
  readonly url: string;
  judge(): Verdict;
  stop(): Promise<void>;
}

interface Exchange {
  readonly name: string;
  readonly path: string;
  readonly includeUsage: boolean;
  readonly status: number;
  readonly headers: Headers;
  text: string;
  /** The client left before the end. */
  left: boolean;
}

// Belong to one connection; fetch and serve each set their own.
const connectionHeaders = ["connection", "content-length", "keep-alive", "transfer-encoding"];

/** Starts one in front of `target`, an address without `/v1`. */
export function startValidatingProxy(target: string): ValidatingProxy {
  const exchanges: Exchange[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      const { method, signal } = request;
      const headers = withoutConnection(request.headers);
      const options = { method, headers, signal, ...(body !== "" && { body }), timeout: false };
      const response = await fetch(`${target}${pathname}${search}`, options);
      const exchange: Exchange = {
        name: `${method} ${pathname} ${body.slice(0, 120)}`,
        path: pathname,
        includeUsage: wantsUsage(body),
        status: response.status,
        headers: response.headers,
        text: "",
        left: false,
      };
      exchanges.push(exchange);
      const { status } = response;
      return new Response(watch(response.body, exchange), { status, headers: withoutConnection(response.headers) });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    judge: () => ({
      answers: exchanges.length,
      shape: exchanges.flatMap((exchange) => named(exchange, shapeFaults(exchange))),
      openapi: exchanges.flatMap((exchange) => named(exchange, documentFaults(exchange))),
    }),
    stop: () => server.stop(true),
  };
}

function withoutConnection(headers: Headers): Headers {
  const copy = new Headers(headers);
  for (const name of connectionHeaders) copy.delete(name);
  return copy;
}

/** The same bytes, with what they say kept for the verdict. */
function watch(body: ReadableStream<Uint8Array> | null, exchange: Exchange): ReadableStream<Uint8Array> | null {
  if (body === null) return null;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        exchange.left = true;
        throw error;
      });
      if (done) return controller.close();
      exchange.text += decoder.decode(value, { stream: true });
      controller.enqueue(value);
    },
    async cancel() {
      exchange.left = true;
      await reader.cancel();
    },
  });
}

function wantsUsage(body: string): boolean {
  const { stream_options: options, model } = parse(body);
  const { settings } = loose(Array.isArray(model) ? model[0] : model);
  return [loose(options), loose(loose(settings)["stream_options"]), loose(settings)].some(
    (place) => place["include_usage"] === true,
  );
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return loose(JSON.parse(text));
  } catch {
    return {};
  }
}

const named = ({ name }: Exchange, faults: readonly string[]): readonly string[] =>
  faults.map((fault) => `${fault} — ${name}`);

const isStream = ({ headers }: Exchange): boolean =>
  headers.get("content-type")?.startsWith("text/event-stream") ?? false;

function shapeFaults(exchange: Exchange): readonly string[] {
  const id = exchange.headers.has("x-request-id") ? [] : ["there is no x-request-id"];
  return [...id, ...faultsOfBody(exchange)];
}

function faultsOfBody(exchange: Exchange): readonly string[] {
  const { path, status, text, includeUsage, left } = exchange;
  if (isStream(exchange)) {
    const errors = readFrames(text).filter(({ event }) => event === "error");
    return [
      ...faultsOfStream(text, { includeUsage, left }),
      ...errors.flatMap(({ data }) => faultsOfError(parse(data))),
    ];
  }
  if (left) return [];
  const body = parse(text);
  if (status >= 400) return faultsOfError(body);
  if (path === "/v1/models") return faultsOfModels(body);
  return path.startsWith("/v1/models/") ? faultsOfModel(body) : faultsOfReply(body);
}

function documentFaults(exchange: Exchange): readonly string[] {
  const { path, status, text, left } = exchange;
  if (isStream(exchange)) return chunksOf(readFrames(text)).flatMap((chunk) => openapiFaults("chunk", chunk));
  if (left) return [];
  const body = parse(text);
  if (status >= 400) return openapiFaults("faults", body);
  if (path === "/v1/models") return openapiFaults("models", body);
  return openapiFaults(path.startsWith("/v1/models/") ? "model" : "reply", body);
}
