/**
 * Tokens of one answer in buckets that do not overlap, so that each has one price.
 * `reasoning` is the exception: a part of `output`, told apart but never added.
 */
export interface Usage {
  /** Input that was neither read from nor written to a cache. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Output of every kind, reasoning included. */
  readonly output: number;
  readonly reasoning: number;
  /** Parts of `input` and `output` that are sound. */
  readonly inputAudio: number;
  readonly outputAudio: number;
}
