import { type ErrorCode, GatewayError } from "../spec/error.ts";
import type { Json, JsonObject } from "../spec/json.ts";

interface Wording {
  readonly status: number;
  /** OpenAI's `error.type`. */
  readonly type: string;
}

const wordings: Readonly<Record<ErrorCode, Wording>> = {
  invalid_request: { status: 400, type: "invalid_request_error" },
  invalid_json: { status: 400, type: "invalid_request_error" },
  unsupported_parameter: { status: 400, type: "invalid_request_error" },
  provider_key_missing: { status: 401, type: "authentication_error" },
  forbidden_host: { status: 403, type: "permission_error" },
  not_found: { status: 404, type: "invalid_request_error" },
  model_not_found: { status: 404, type: "invalid_request_error" },
  method_not_allowed: { status: 405, type: "invalid_request_error" },
  body_too_large: { status: 413, type: "invalid_request_error" },
  // Never sent: nobody is there to read it.
  client_gone: { status: 499, type: "client_gone" },
  internal: { status: 500, type: "server_error" },
  upstream_error: { status: 502, type: "upstream_error" },
  upstream_unreachable: { status: 502, type: "upstream_error" },
  upstream_invalid: { status: 502, type: "upstream_error" },
  upstream_incomplete: { status: 502, type: "upstream_error" },
  upstream_timeout: { status: 504, type: "upstream_error" },
};

/** A failure as the wire tells it: the form that OpenAI's and the Dedalus SDKs both read (protocol.md §6.4). */
export interface WireFault {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** Whatever was thrown, as the wire tells it. What is no `GatewayError` is a bug of ours: `internal`, without its details. */
export function toWireFault(thrown: unknown): WireFault {
  const error =
    thrown instanceof GatewayError
      ? thrown
      : new GatewayError("internal", "perdix failed; its log says more under this request id");
  const { code, message, details } = error;
  const { upstream, faults, attempts, param, allow } = details;
  const wording = wordings[code];
  return {
    status: code === "upstream_error" ? (upstream?.status ?? wording.status) : wording.status,
    headers: {
      ...(allow && { allow: allow.join(", ") }),
      ...(upstream && { "x-perdix-provider": upstream.provider }),
      ...(upstream?.requestId !== undefined && { "x-upstream-request-id": upstream.requestId }),
      ...(upstream?.retryAfter !== undefined && { "retry-after": String(Math.ceil(upstream.retryAfter)) }),
      ...(upstream?.shouldRetry !== undefined && { "x-should-retry": String(upstream.shouldRetry) }),
    },
    body: {
      error: {
        message,
        type: upstream?.type ?? wording.type,
        param: param ?? upstream?.param ?? null,
        code: upstream?.code ?? code,
        ...(upstream && { provider: upstream.provider }),
        ...(attempts && { attempts: attempts as unknown as Json }),
      },
      message,
      ...(faults && { detail: faults as unknown as Json }),
    },
  };
}
