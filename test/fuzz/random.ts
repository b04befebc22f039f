/** Chance that repeats itself: the same seed gives the same choices. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<Value>(list: readonly Value[]): Value;
  /** True so often: 0 never, 1 always. */
  chance(probability: number): boolean;
}

/** Makes a source of chance (mulberry32, public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick<Value>(list: readonly Value[]) {
      if (list.length === 0) throw new Error("nothing to pick from");
      return list[below(list.length)] as Value;
    },
    chance: (probability) => next() < probability,
  };
}
