/** Something that ends when its time has come. */
export interface Watched {
  /** On the clock of `performance.now()`, in milliseconds; may be moved at any time. */
  due: number;
  /** Called once, up to 50 ms late. */
  expire(): void;
}

const TICK = 50;
const watched = new Set<Watched>();
let ticker: Timer | undefined;

/** Watches a deadline. One timer serves all of them: a timer each would cost more than all else that an exchange needs. */
export function watch(entry: Watched): void {
  watched.add(entry);
  ticker ??= setInterval(tick, TICK);
}

/** Watches it no longer. */
export function unwatch(entry: Watched): void {
  watched.delete(entry);
}

function tick(): void {
  const now = performance.now();
  for (const entry of watched) {
    if (entry.due > now) continue;
    watched.delete(entry);
    entry.expire();
  }
  // An idle daemon does not wake.
  if (watched.size > 0) return;
  clearInterval(ticker);
  ticker = undefined;
}
