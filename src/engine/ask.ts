import { type FailedAttempt, GatewayError } from "../spec/error.ts";
import type { Opening, StreamEvent } from "../spec/event.ts";
import type { Candidate, Plan, Speech } from "../spec/provider.ts";

/** What asking needs beside the plan. */
export interface AskOptions {
  /** Starts one call. */
  readonly ask: (candidate: Candidate) => Promise<Speech>;
  /** Hears that a candidate has begun to answer, before anything it says can be seen. */
  readonly opened: (opening: Opening) => void;
  /** Resolves after so many milliseconds, or at once when the client has gone. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0..1, for jitter. */
  readonly random: () => number;
  /** Filled with every try that failed. */
  readonly failures: FailedAttempt[];
}

/** An answer that can no longer be replaced by another. */
export interface Heard {
  /** What was said up to the first content, or all of it. */
  readonly first: readonly StreamEvent[];
  /** What is still to come. */
  readonly rest?: AsyncIterableIterator<StreamEvent, void, void>;
}

const MOST_TRIES = 4;
const TRIES_A_CANDIDATE = 2;
// How long a provider's `Retry-After` is waited for, in seconds: patiently only where nobody else is left to ask.
const PATIENCE = 10;
const PATIENCE_WITH_OTHERS_LEFT = 1;

/**
 * The answer of the first candidate that begins to speak. What comes before the first content is held back, so that a candidate
 * that breaks off without a word can still be replaced; after that it never is.
 * Throws the first error, with all attempts, where no candidate answers (which errors qualify: semantics.md).
 */
export async function askInOrder(plan: Plan, options: AskOptions): Promise<Heard> {
  let first: GatewayError | undefined;
  for (let place = 0, tries = 1; ;) {
    const candidate = plan.candidates[place] as Candidate;
    try {
      return await hear(await options.ask(candidate), options.opened);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      first ??= error;
      options.failures.push(toAttempt(candidate, error));
      const spent = options.failures.length >= MOST_TRIES;
      const isLast = spent || place === plan.candidates.length - 1;
      const wait = spent || tries >= TRIES_A_CANDIDATE ? undefined : waitBeforeRetry(error, isLast);
      if (wait !== undefined) {
        tries++;
        await options.sleep(wait * (1 - options.random() / 4));
      } else if (isLast || !maySomeoneElse(error)) {
        throw withAttempts(first, options.failures);
      } else {
        place++;
        tries = 1;
      }
    }
  }
}

/** Listens until the first content. */
async function hear(speech: Speech, opened: AskOptions["opened"]): Promise<Heard> {
  if (!(Symbol.asyncIterator in speech)) {
    for (const event of speech) if (event.type === "opening") opened(event);
    return { first: speech };
  }
  const first: StreamEvent[] = [];
  for (;;) {
    // By hand, because what follows is heard by somebody else; the client's departure ends it through the call's signal.
    const { done, value } = await speech.next();
    if (done) return { first };
    first.push(value);
    if (value.type === "opening") opened(value);
    else if (isContent(value)) return { first, rest: speech };
  }
}

function isContent(event: StreamEvent): boolean {
  switch (event.type) {
    case "frames":
      return event.content;
    case "extra":
      return event.origin.message?.["audio"] !== undefined;
    case "opening":
    case "usage":
    case "finish":
    case "extension":
      return false;
    default:
      return true;
  }
}

/** Milliseconds to wait before the same candidate is asked again; undefined where it should not be. */
function waitBeforeRetry({ code, details: { upstream } }: GatewayError, isLast: boolean): number | undefined {
  const status = upstream?.status ?? 0;
  // A connection that dies before the first byte is the transport's to retry; one that is refused stays refused.
  const isPassing = code === "upstream_error" && (status === 408 || status === 409 || status === 429 || status >= 500);
  if (!isPassing || upstream?.shouldRetry === false) return undefined;
  const seconds = upstream?.retryAfter ?? 0.5;
  return seconds <= (isLast ? PATIENCE : PATIENCE_WITH_OTHERS_LEFT) ? seconds * 1000 : undefined;
}

/** Whether another candidate may succeed where this one failed. */
function maySomeoneElse({ code, message, details: { upstream } }: GatewayError): boolean {
  switch (code) {
    case "upstream_unreachable":
    case "upstream_timeout":
    case "upstream_invalid":
    case "upstream_incomplete":
    case "unsupported_parameter":
      return true;
    case "upstream_error": {
      const status = upstream?.status ?? 500;
      if (status >= 500 || [401, 402, 403, 404, 408, 429].includes(status)) return true;
      return isOverflow(upstream?.code, message);
    }
    default:
      return false;
  }
}

/** A prompt that is too long for this model; providers tell it in the code or only in words. */
const isOverflow = (code: string | undefined, message: string) =>
  code === "context_length_exceeded" ||
  /context (length|window)|maximum context|too many tokens|prompt is too long/i.test(message);

const toAttempt = ({ id }: Candidate, { code, message, details }: GatewayError): FailedAttempt => ({
  model: id,
  code,
  message,
  ...(details.upstream?.status !== undefined && { status: details.upstream.status }),
});

function withAttempts(error: GatewayError, attempts: readonly FailedAttempt[]): GatewayError {
  if (attempts.length < 2) return error;
  return new GatewayError(error.code, error.message, { ...error.details, attempts: [...attempts] });
}
