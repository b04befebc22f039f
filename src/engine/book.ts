import type { FailedAttempt } from "../spec/error.ts";
import type { FinishReason, StreamEvent } from "../spec/event.ts";
import type { Settlement } from "../spec/settlement.ts";
import type { Usage } from "../spec/usage.ts";
import type { Call, Clock } from "./call.ts";

/** Keeps count of one request while it runs and settles it once when it ends. */
export interface Book {
  readonly failures: FailedAttempt[];
  enter(event: StreamEvent): void;
  finish(): void;
  fail(error: unknown): void;
  /** Settles; an answer that neither finished nor failed was left by its client. */
  close(): void;
}

/** Opens the book of one call. */
export function openBook({ requestId, request, settle }: Call, { now }: Clock): Book {
  const began = now();
  const failures: FailedAttempt[] = [];
  let candidate: string | undefined;
  let lane: Settlement["lane"] = "events";
  let firstContent: number | undefined;
  let finishReason: FinishReason | undefined;
  let usage: Usage | undefined;
  let outcome: Settlement["outcome"] = "aborted";

  return {
    failures,
    enter(event) {
      if (event.type === "opening") ({ candidate, lane } = event);
      else if (event.type === "usage") usage = event.usage;
      else if (event.type === "finish") finishReason ??= event.reason;
      else firstContent ??= now();
    },
    finish() {
      outcome = "finished";
    },
    fail(error) {
      outcome = (error as { readonly code?: string }).code === "client_gone" ? "aborted" : "failed";
    },
    close() {
      settle({
        requestId,
        lane,
        stream: request.stream,
        outcome,
        duration: now() - began,
        attempts: failures,
        ...(candidate !== undefined && { candidate }),
        ...(finishReason !== undefined && { finishReason }),
        ...(usage !== undefined && { usage }),
        ...(firstContent !== undefined && { timeToFirstToken: firstContent - began }),
      });
    },
  };
}
