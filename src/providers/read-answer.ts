import type { Answering } from "../dialects/openai-chat/answer/answering.ts";
import { decodeError } from "../dialects/openai-chat/answer/decode-error.ts";
import { decodeFrames } from "../dialects/openai-chat/answer/decode-frames.ts";
import { decodeReply } from "../dialects/openai-chat/answer/decode-reply.ts";
import { relayBody, relayFrames } from "../dialects/openai-chat/answer/relay.ts";
import type { ChatTraits } from "../dialects/openai-chat/traits.ts";
import { GatewayError } from "../spec/error.ts";
import type { Speech, Turn } from "../spec/provider.ts";
import { type Reading, readChunks, readErrorText, readText } from "./body.ts";
import { exposedHeaders } from "./headers.ts";

const ANSWER_LIMIT = 64 * 1024 * 1024;
const ERROR_LIMIT = 1024 * 1024;

/** An answer whose headers have come, and what was asked. */
export interface Arrival extends Reading {
  readonly response: Response;
  readonly turn: Turn;
  readonly traits: ChatTraits;
  /** Remarks on the request as it was sent. */
  readonly warnings: readonly string[];
  /** Takes out of an error what nobody may see. */
  readonly hush: (error: unknown) => unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * An answer, streamed or plain; a plain one has come whole when this resolves. Throws as the decoders do,
 * and what breaks the connection off.
 */
export async function readAnswer(arrival: Arrival): Promise<Speech> {
  const { response, turn, provider, traits, warnings, hush, now } = arrival;
  const { stream, includeUsage } = turn.request;
  const streamed = isStreamed(response, stream, provider);
  // Some upstreams stream unasked or not at all. The client gets what it asked for, but not by relay.
  const lane = streamed === stream ? turn.lane : "events";
  const answering: Answering = {
    opening: { candidate: `${provider}/${turn.model}`, headers: exposedHeaders(response.headers), warnings, lane },
    provider,
    model: turn.model,
    traits,
    includeUsage,
    hush,
    now: Math.floor(now / 1000),
  };
  if (streamed) return (lane === "relay" ? relayFrames : decodeFrames)(readChunks(response, arrival), answering);
  const text = await readText(response, ANSWER_LIMIT, arrival);
  return [...(lane === "relay" ? relayBody : decodeReply)(text, answering)];
}

/** Reads an answer that is none and throws its GatewayError: the provider's own, or `upstream_invalid` for a redirect. */
export async function refuse(
  response: Response,
  { now, ...reading }: Reading & { readonly now: number },
): Promise<never> {
  const { status, headers } = response;
  const { provider } = reading;
  if (status < 400) throw redirected(provider, response);
  const text = await readErrorText(response, ERROR_LIMIT, reading);
  throw decodeError({ provider, status, headers, text, now });
}

/** Whether the answer is a stream, whatever was asked for. Throws GatewayError `upstream_invalid` for a web page. */
function isStreamed({ headers }: Response, asked: boolean, provider: string): boolean {
  const type = headers.get("content-type")?.toLowerCase() ?? "";
  if (type.startsWith("text/event-stream")) return true;
  if (asked && type.startsWith("text/html")) {
    const message = `${provider} sent a web page instead of a stream; is its base URL right?`;
    throw new GatewayError("upstream_invalid", message, { upstream: { provider } });
  }
  return asked && !/^application\/(?:[\w.-]+\+)?json/.test(type);
}

/** Redirects are not followed: they would carry prompt and key to wherever they lead. */
function redirected(provider: string, { status, headers, url }: Response): GatewayError {
  const location = headers.get("location");
  const target = location !== null && URL.canParse(location, url) ? new URL(location, url).host : "nowhere";
  const message = `${provider} redirects to ${target} (HTTP ${status}), which is not followed; is its base URL right?`;
  return new GatewayError("upstream_invalid", message, { upstream: { provider, status } });
}
