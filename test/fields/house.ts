import { type Daemon, startDaemon } from "../daemon.ts";
import { extraRows, requestRows } from "./request-rows.ts";
import type { Json, JsonObject, Row } from "./row.ts";
import { settingRows } from "./setting-rows.ts";
import { type Arrival, type Upstream, startUpstream } from "./upstream.ts";

/** A daemon between a client and recording upstreams: `openai`, `lacking`, `knowing`, `mistral`, `missing`. */
export interface House {
  readonly lenient: Daemon;
  readonly strict: Daemon;
  readonly upstream: Upstream;
  stop(): Promise<void>;
}

/** What became of one request. */
export interface Outcome {
  readonly status: number;
  readonly param: string;
  readonly message: string;
  readonly warnings: string;
  /** In the order of the tries. */
  readonly arrivals: readonly Arrival[];
}

/** All rows by their property, those of settings last. */
export const allRows: readonly (readonly [string, Row])[] = [requestRows, extraRows, settingRows].flatMap(
  Object.entries<Row>,
);

const named = (wanted: (row: Row) => boolean) => [
  ...new Set(allRows.filter(([, row]) => wanted(row)).map(([name]) => name)),
];
const lacks = named(([{ openai, lacking }]) => openai === "sent" && (lacking === "dropped" || lacking === "refused"));
const extensions = named(([{ openai }]) => openai === "dropped" || openai === "refused");

/** Starts both daemons over one upstream. */
export async function openHouse(): Promise<House> {
  const upstream = startUpstream();
  const base = { type: "openai-compatible", base_url: `${upstream.url}/v1`, api_key: "operator", models: ["m"] };
  const providers = {
    openai: { base_url: `${upstream.url}/v1`, api_key: "operator" },
    mistral: { base_url: `${upstream.url}/v1`, api_key: "operator" },
    lacking: { ...base, quirks: { unsupported: lacks, output_limit: "max_tokens", stream_usage: "never" } },
    knowing: { ...base, quirks: { extensions } },
    missing: { ...base, base_url: `${upstream.url}/missing/v1` },
  };
  const start = (strict: boolean) => startDaemon({ configuration: JSON.stringify({ strict, providers }) });
  const [lenient, strict] = await Promise.all([start(false), start(true)]);
  return {
    lenient,
    strict,
    upstream,
    async stop() {
      await Promise.all([lenient.stop(), strict.stop()]);
      await upstream.stop();
    },
  };
}

/** Sends one chat request through a daemon. */
export async function ask({ upstream }: House, daemon: Daemon, body: JsonObject): Promise<Outcome> {
  upstream.take();
  const response = await fetch(`${daemon.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const error = response.ok ? undefined : (JSON.parse(text) as { readonly error: Record<string, Json> }).error;
  return {
    status: response.status,
    param: String(error?.["param"] ?? ""),
    message: String(error?.["message"] ?? ""),
    warnings: response.headers.get("x-perdix-warnings") ?? "",
    arrivals: upstream.take(),
  };
}
