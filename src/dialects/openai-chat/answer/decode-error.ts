import { GatewayError, type UpstreamFault } from "../../../spec/error.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import { asList, asObject, asText, parseJson } from "./json-shape.ts";

/** What came instead of an answer. */
export interface RefusedAnswer {
  /** Canonical provider id. */
  readonly provider: string;
  /** HTTP status; absent where the error stood in a stream or in a 200. */
  readonly status?: number;
  readonly headers?: Headers;
  readonly text: string;
  /** Unix milliseconds, to read a `Retry-After` that is a date. */
  readonly now?: number;
}

interface Told {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  /** The number among `code` and `status` that reads as an HTTP status. */
  readonly status?: number | undefined;
  readonly body: Json;
}

// Longest plain-text error that is passed on, in characters.
const TEXT_LIMIT = 2000;

/** Makes the error `upstream_error` of whatever a provider sent when it refused; never throws itself. */
export function decodeError(refused: RefusedAnswer): GatewayError {
  const { provider, headers, text } = refused;
  const told = readBody(parseJson(text));
  const status = refused.status ?? told?.status ?? 502;
  const retryAfter = headers && readRetryAfter(headers, refused.now);
  const upstream: UpstreamFault = {
    provider,
    status,
    ...defined({
      type: told?.type,
      code: told?.code,
      param: told?.param,
      requestId: headers && readRequestId(headers),
      retryAfter,
      shouldRetry: headers && readShouldRetry(headers),
      body: told?.body,
    }),
  };
  const message =
    told === undefined ? describeText(text, status) : (told.message ?? `HTTP ${status} without a message`);
  return new GatewayError("upstream_error", message, {
    upstream,
    ...(told?.param === undefined ? {} : { param: told.param }),
  });
}

/** True where a body is an error rather than an answer, whatever its HTTP status says. */
export function isErrorBody(body: Json): boolean {
  if (Array.isArray(body)) return asObject(asObject(body[0])?.["error"]) !== undefined;
  const object = asObject(body);
  if (object === undefined) return false;
  if (isTold(object["error"])) return true;
  if (Array.isArray(object["choices"])) return false;
  return object["object"] === "error" || ["message", "detail", "errors"].some((key) => isTold(object[key]));
}

/** True where an `error` member says something: neither null nor empty. */
export function isTold(error: Json | undefined): boolean {
  return error !== undefined && error !== null && error !== "" && error !== false;
}

function readBody(body: Json | undefined): Told | undefined {
  if (Array.isArray(body)) return body.length === 0 ? undefined : readBody(body[0]);
  const object = asObject(body);
  if (object === undefined) return undefined;
  const { error, errors, detail } = object as { readonly [key in "error" | "errors" | "detail"]?: Json };
  if (asObject(error) !== undefined) return readFields(asObject(error) ?? {}, object);
  const words = asText(object["message"]) ?? asText(error);
  if (asText(error) !== undefined) return { ...readFields(object, {}), message: words };
  if (asText(object["message"]) !== undefined) return readFields(object, {});
  if (isTold(detail)) return readDetail(object, detail);
  const [first] = asList(errors);
  if (asObject(first) !== undefined) return { ...readFields(asObject(first) ?? {}, {}), body: object };
  if (asText(first) !== undefined) return { message: asText(first), body: object };
  return { body: object };
}

function readFields(error: JsonObject, around: JsonObject): Told {
  const numbers = [
    error["status_code"],
    error["code"],
    error["status"],
    around["status_code"],
    around["code"],
    around["status"],
  ];
  return {
    message:
      asText(error["message"]) ??
      asText(error["msg"]) ??
      asText(around["message"]) ??
      asText(asObject(error["detail"])?.["message"]),
    type: asText(error["type"]) ?? asText(error["status"]),
    code: asCode(error["code"]),
    param: asText(error["param"]),
    status: numbers.map(asStatus).find((status) => status !== undefined),
    body: error,
  };
}

/** FastAPI's shape: one text, or a list of faults with their places. */
function readDetail(object: JsonObject, detail: Json | undefined): Told {
  const rest = { ...readFields(object, {}), body: object };
  if (asObject(detail) !== undefined) return { ...readFields(asObject(detail) ?? {}, object), body: object };
  if (!Array.isArray(detail)) return { ...rest, message: asText(detail) };
  const faults = asList(detail).map((fault) => ({
    message: asText(asObject(fault)?.["msg"]) ?? JSON.stringify(fault),
    place: asList(asObject(fault)?.["loc"])
      .filter((step) => step !== "body")
      .join("."),
  }));
  const messages = faults.map(({ message, place }) => (place === "" ? message : `${message} (${place})`));
  return { ...rest, message: messages.join("; "), param: asText(faults[0]?.place) };
}

function describeText(text: string, status: number): string {
  const trimmed = text.trim();
  if (trimmed === "") return `HTTP ${status} with an empty body`;
  if (/^<(?:!doctype|html|head|body|\?xml)/i.test(trimmed)) return `HTTP ${status} with an HTML page`;
  const value = parseJson(trimmed);
  const words = typeof value === "string" ? value : trimmed;
  return words.length > TEXT_LIMIT ? `${words.slice(0, TEXT_LIMIT)}…` : words;
}

function readRequestId(headers: Headers): string | undefined {
  const names = ["x-request-id", "request-id", "x-ms-request-id", "apim-request-id", "x-generation-id", "cf-ray"];
  return names.map((name) => asText(headers.get(name))).find((id) => id !== undefined);
}

function readShouldRetry(headers: Headers): boolean | undefined {
  const word = headers.get("x-should-retry")?.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}

/** Seconds to wait; undefined where the headers do not tell or name a date and nobody said what time it is. */
function readRetryAfter(headers: Headers, now: number | undefined): number | undefined {
  const milliseconds = asSeconds(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds / 1000;
  const text = headers.get("retry-after");
  const seconds = asSeconds(text);
  if (seconds !== undefined || text === null || now === undefined) return seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

function asSeconds(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function asCode(code: Json | undefined): string | undefined {
  return typeof code === "number" ? String(code) : asText(code);
}

function asStatus(value: Json | undefined): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && status >= 400 && status <= 599 ? Math.trunc(status) : undefined;
}

/** The object without its undefined members. */
function defined<T extends object>(object: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
