import type { Vendor } from "./vendor.ts";

type HeaderMap = Readonly<Record<string, string>>;

const exposed = new Set(["retry-after", "retry-after-ms", "openai-processing-ms", "openai-version", "x-should-retry"]);

/** Whose key is sent, and which program sends it. */
export interface Sender {
  readonly vendor: Vendor;
  readonly key: string | undefined;
  /** Of this program. */
  readonly version: string;
}

/** Request headers, the later ones over the earlier; the key last, so that nothing stands in for it. */
export function requestHeaders({ vendor, key, version }: Sender, ...layers: readonly HeaderMap[]): HeaderMap {
  // Answers are read and passed on as they are; fetch would decode compressed ones and keep their headers.
  const headers: Record<string, string> = { "accept-encoding": "identity", "user-agent": `perdix/${version}` };
  for (const layer of layers) for (const name in layer) headers[name.toLowerCase()] = layer[name] ?? "";
  if (key !== undefined && vendor.auth === "bearer") headers["authorization"] = `Bearer ${key}`;
  if (key !== undefined && vendor.auth === "api-key") headers["api-key"] = key;
  return headers;
}

/** The headers of an answer that clients may see. */
export function exposedHeaders(headers: Headers): HeaderMap {
  const seen: Record<string, string> = {};
  // Half the cost of iterating over them.
  const all = headers.toJSON();
  for (const name in all) {
    const value = all[name] ?? "";
    if (name === "x-request-id") seen["x-upstream-request-id"] = value;
    else if (exposed.has(name) || name.startsWith("x-ratelimit-")) seen[name] = value;
  }
  return seen;
}
