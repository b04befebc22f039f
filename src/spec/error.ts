import type { Json } from "./json.ts";

/** Why a request failed. One file of the street maps each to a status and a body. */
export type ErrorCode =
  | "invalid_request" // the body or a header is wrong; the caller must change it
  | "invalid_json"
  | "unsupported_parameter" // right in itself, but the chosen model cannot honour it
  | "forbidden_host" // Host or Origin outside the allow-list
  | "not_found"
  | "model_not_found"
  | "method_not_allowed"
  | "body_too_large"
  | "provider_key_missing"
  | "upstream_error" // the provider answered with an error of its own
  | "upstream_unreachable" // no connection, or it died before the first byte
  | "upstream_timeout"
  | "upstream_invalid" // an answer that is not what the dialect promises
  | "upstream_incomplete" // cut before its end
  | "client_gone"
  | "internal";

/** One fault of a request body, in the form FastAPI clients know (`detail[]`). */
export interface Fault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** What an upstream said when it refused, kept so that the client can read it. */
export interface UpstreamFault {
  readonly provider: string;
  /** HTTP status, 400..599; absent where none arrived. */
  readonly status?: number;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /** The provider's own request id, for its support. */
  readonly requestId?: string;
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter?: number;
  /** The provider's own word on whether a retry helps (`x-should-retry`). */
  readonly shouldRetry?: boolean;
  /** The provider's error object, verbatim. */
  readonly body?: Json;
}

/** One try at a candidate that failed. */
export interface FailedAttempt {
  /** `provider/model` */
  readonly model: string;
  readonly code: ErrorCode;
  readonly status?: number;
  readonly message: string;
}

/** What a `GatewayError` carries beside its code and message. */
export interface ErrorDetails {
  /** The request field at fault, as a path: `messages[2].content`. */
  readonly param?: string;
  readonly faults?: readonly Fault[];
  readonly upstream?: UpstreamFault;
  readonly attempts?: readonly FailedAttempt[];
  readonly allow?: readonly string[];
}

/** A request that cannot be answered. Anything else that is thrown is a bug and reported as `internal`. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
