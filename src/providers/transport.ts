import { encodeRequest } from "../dialects/openai-chat/request/encode-request.ts";
import { type ChatTraits, openaiTraits, speaksPlainly } from "../dialects/openai-chat/traits.ts";
import { GatewayError } from "../spec/error.ts";
import type { Log } from "../spec/log.ts";
import type { Model } from "../spec/model.ts";
import type { Provider, Speech, Turn } from "../spec/provider.ts";
import type { BroughtKey } from "../spec/request.ts";
import { type Address, createAddress } from "./address.ts";
import { readText } from "./body.ts";
import { type Call, type Timeouts, openCall } from "./call.ts";
import { type Fetch, type Letter, send } from "./connect.ts";
import { type Sender, requestHeaders } from "./headers.ts";
import { checkKey, keyFor, orSetting, withoutKey } from "./keys.ts";
import { readAnswer, refuse } from "./read-answer.ts";
import { readListing } from "./read-listing.ts";
import { type Vendor, isCalled } from "./vendor.ts";

/** How the operator reaches one upstream. */
export interface Connection {
  /** The vendor's own where absent. */
  readonly baseUrl?: string;
  readonly key?: string;
  /** Azure's `api-version`. */
  readonly apiVersion?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The models it has, in place of what it lists. */
  readonly models?: readonly string[];
  /** Over the vendor's. */
  readonly traits?: Partial<ChatTraits>;
  readonly timeouts: Timeouts;
}

/** What the transport is handed by the house. */
export interface TransportOptions {
  /** The global `fetch` where absent. */
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** Of this program, for `User-Agent`. */
  readonly version: string;
}

/** A vendor, connected. */
interface Upstream extends Required<TransportOptions> {
  readonly vendor: Vendor;
  readonly connection: Connection;
  readonly traits: ChatTraits;
  readonly timeouts: Timeouts;
  /** Absent where no base URL is known. Made when first asked for: most vendors of the roster never are. */
  readonly address: (() => Address) | undefined;
}

const LISTING_LIMIT = 16 * 1024 * 1024;
// A listing is made without thought; what listens on a usual port may be no model server at all.
const listingTimeouts: Timeouts = { headers: 10, idle: 10, total: 30 };

/** Makes the provider of a vendor that speaks the OpenAI chat shape; its base URL must be one. */
export function createProvider(vendor: Vendor, connection: Connection, options: TransportOptions): Provider {
  const baseUrl = connection.baseUrl ?? vendor.baseUrl;
  const upstream: Upstream = {
    fetch: globalThis.fetch,
    ...options,
    vendor,
    connection,
    traits: { ...openaiTraits, ...vendor.traits, ...connection.traits },
    timeouts: connection.timeouts,
    address: baseUrl === undefined ? undefined : once(() => createAddress(vendor, baseUrl, connection.apiVersion)),
  };
  return {
    id: vendor.id,
    dialect: "openai-chat",
    relays: speaksPlainly(upstream.traits),
    ask: (turn, signal) => ask(upstream, turn, signal),
    listModels: (signal) => listModels(upstream, signal),
    missing: (brought) => findMissing(upstream, brought),
  };
}

async function ask(upstream: Upstream, turn: Turn, signal: AbortSignal): Promise<Speech> {
  const { vendor, traits, timeouts, connection } = upstream;
  const { text: body, warnings, ...encoded } = encodeRequest(turn, traits, vendor.id);
  const { chat } = connectTo(upstream);
  const key = keyFor(vendor, turn, connection.key);
  const accept = turn.request.stream ? "text/event-stream" : "application/json";
  const own = { "content-type": "application/json", accept };
  const headers = requestHeaders(senderOf(upstream, key), own, connection.headers ?? {}, encoded.headers);
  const call = openCall(vendor.id, patience(timeouts, encoded.timeout), signal);
  const hush = (error: unknown) => withoutKey(error, key);
  try {
    const url = chat(turn.model, encoded.query);
    const response = await post(upstream, call, { url, method: "POST", headers, body });
    const arrival = { response, turn, provider: vendor.id, call, traits, warnings, hush, now: upstream.now() };
    return await readAnswer(arrival);
  } catch (error) {
    call.close();
    throw hush(error);
  }
}

async function listModels(upstream: Upstream, signal: AbortSignal): Promise<readonly Model[]> {
  const { vendor, connection, timeouts } = upstream;
  const { id } = vendor;
  if (connection.models) return connection.models.map((name) => configuredModel(id, name));
  const { models } = connectTo(upstream);
  if (models === undefined) return [];
  const own = { accept: "application/json" };
  const headers = requestHeaders(senderOf(upstream, connection.key), own, connection.headers ?? {});
  const call = openCall(id, shorter(timeouts, listingTimeouts), signal);
  try {
    const response = await post(upstream, call, { url: models, method: "GET", headers });
    return readListing(await readText(response, LISTING_LIMIT, { provider: id, call }), id);
  } finally {
    call.close();
  }
}

/** Sends a letter and gives the answer if it is one. */
async function post(upstream: Upstream, call: Call, letter: Letter): Promise<Response> {
  const { vendor, fetch, log, now } = upstream;
  const { host } = connectTo(upstream);
  const response = await send(letter, { provider: vendor.id, host, fetch, call, log });
  return response.ok ? response : refuse(response, { provider: vendor.id, call, now: now() });
}

function findMissing({ vendor, connection, address }: Upstream, brought: BroughtKey | undefined): string | undefined {
  if (address === undefined) return describeMissingUrl(vendor);
  const isBrought = brought !== undefined && (brought.provider === undefined || isCalled(vendor, brought.provider));
  return checkKey(vendor, isBrought ? brought.key : connection.key);
}

function describeMissingUrl({ id, baseUrlVariables }: Vendor): string {
  return `no base URL for ${id}: set ${orSetting(baseUrlVariables, `${id}.base_url`)}`;
}

function connectTo({ vendor, address }: Upstream): Address {
  if (address !== undefined) return address();
  throw new GatewayError("provider_key_missing", describeMissingUrl(vendor), { upstream: { provider: vendor.id } });
}

function senderOf({ vendor, version }: Upstream, key: string | undefined): Sender {
  const fault = checkKey(vendor, key);
  if (fault === undefined) return { vendor, key, version };
  throw new GatewayError("provider_key_missing", fault, { upstream: { provider: vendor.id } });
}

/** A call's own time limit is its total; it extends the wait for headers, which a plain answer ends with. */
function patience(timeouts: Timeouts, seconds: number | undefined): Timeouts {
  if (seconds === undefined) return timeouts;
  return { ...timeouts, headers: Math.max(timeouts.headers, seconds), total: seconds };
}

function shorter(one: Timeouts, other: Timeouts): Timeouts {
  return {
    headers: Math.min(one.headers, other.headers),
    idle: Math.min(one.idle, other.idle),
    total: Math.min(one.total, other.total),
  };
}

function configuredModel(provider: string, name: string): Model {
  return { id: `${provider}/${name}`, provider, name, source: "configuration" };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
