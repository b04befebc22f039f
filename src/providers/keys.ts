import { type ErrorDetails, GatewayError } from "../spec/error.ts";
import type { Turn } from "../spec/provider.ts";
import { type Vendor, isCalled } from "./vendor.ts";

/** What is wrong with a key, in words that do not quote it; undefined where nothing is. */
export function checkKey({ id, auth, keyOptional, keyVariables }: Vendor, key: string | undefined): string | undefined {
  if (auth === "none" || (key === undefined && keyOptional)) return undefined;
  if (key === undefined || key === "") return `no key for ${id}: set ${orSetting(keyVariables, `${id}.api_key`)}`;
  return /^[\x21-\x7e]+$/.test(key) ? undefined : `the key for ${id} has a character that no header can carry`;
}

/** What to set: `OPENAI_API_KEY or providers.openai.api_key`. */
export function orSetting(variables: readonly string[] = [], setting: string): string {
  return [...variables.slice(0, 1), `providers.${setting}`].join(" or ");
}

/**
 * The key of one call: the one the client brought, where it is for this provider, else the operator's. A brought key
 * that names no provider is for the first model alone, whose provider stands before its name unless the name is bare.
 */
export function keyFor(vendor: Vendor, { request, model }: Turn, own: string | undefined): string | undefined {
  const { brought, models } = request;
  if (brought === undefined) return own;
  if (brought.provider !== undefined) return isCalled(vendor, brought.provider) ? brought.key : own;
  const first = models[0]?.name ?? "";
  const isFirst = first.endsWith(`/${model}`) && isCalled(vendor, first.slice(0, -model.length - 1));
  return isFirst || first === model ? brought.key : own;
}

// Shorter ones are no secrets, and might be words of the message.
const SHORTEST_SECRET = 8;

/** The error without the key that was sent: some providers repeat what they refuse, and errors go to clients. */
export function withoutKey(error: unknown, key: string | undefined): unknown {
  if (!(error instanceof GatewayError) || key === undefined || key.length < SHORTEST_SECRET) return error;
  const told = JSON.stringify([error.message, error.details]);
  const secret = JSON.stringify(key).slice(1, -1);
  if (!told.includes(secret)) return error;
  const [message, details] = JSON.parse(told.replaceAll(secret, "[redacted]")) as [string, ErrorDetails];
  return new GatewayError(error.code, message, details);
}
