import { GatewayError } from "../spec/error.ts";

/** Who may speak to the daemon from a browser or under another name. */
export interface Allowed {
  /** Host names beside the loopback ones. */
  readonly hosts: readonly string[];
  /** Origins of web pages (`https://app.example`) that may call and read (CORS). */
  readonly origins: readonly string[];
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Refuses requests that a web page could make behind its reader's back: a `Host` that is not ours (DNS rebinding)
 * or an `Origin` that nobody allowed. Throws GatewayError `forbidden_host`.
 */
export function guard(headers: Headers, { hosts, origins }: Allowed): void {
  const host = headers.get("host") ?? "";
  const name = host.replace(/:\d*$/, "");
  if (!loopback.test(name) && !hosts.includes(name.toLowerCase())) {
    throw new GatewayError(
      "forbidden_host",
      `The Host "${name}" is not allowed here; add it to allowed_hosts in perdix.yaml`,
    );
  }
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}` && !origins.includes(origin)) {
    throw new GatewayError(
      "forbidden_host",
      `The Origin "${origin}" is not allowed here; add it to allowed_origins in perdix.yaml`,
    );
  }
}

/** CORS headers for a page whose origin the configuration names; none for anybody else. */
export function corsHeaders(headers: Headers, { origins }: Allowed): Record<string, string> {
  const origin = headers.get("origin");
  if (origin === null || !origins.includes(origin)) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": headers.get("access-control-request-headers") ?? "authorization, content-type",
    "access-control-expose-headers": "*",
    "access-control-max-age": "600",
    vary: "origin",
  };
}
