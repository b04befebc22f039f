import type { FailedAttempt } from "./error.ts";
import type { FinishReason } from "./event.ts";
import type { Lane } from "./request.ts";
import type { Usage } from "./usage.ts";

/** What one request came to, written once when it has ended in whatever way. */
export interface Settlement {
  readonly requestId: string;
  /** `provider/model` that answered; absent where none did. */
  readonly candidate?: string;
  readonly lane: Lane;
  readonly stream: boolean;
  readonly outcome: "finished" | "failed" | "aborted";
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  /** Milliseconds from arrival to the first content and to the end. */
  readonly timeToFirstToken?: number;
  readonly duration: number;
  readonly attempts: readonly FailedAttempt[];
}
