/** A buffered writer to a file descriptor, as Bun gives it: `flush` resolves when the reader has taken the bytes. */
export interface ByteSink {
  write(text: string): unknown;
  flush(): unknown;
}

/** Writes lines in order, in the background. */
export interface LineWriter {
  write(line: string): void;
  /** Resolves when everything is written, or after `deadline` milliseconds. */
  flush(deadline: number): Promise<void>;
}

// A reader that has stopped reading must not make the daemon grow.
const LIMIT = 4 * 1024 * 1024;
// Milliseconds in which lines gather for one write; a write each would cost more than the lines.
const GATHERING = 5;

/**
 * Collects lines and hands them on as fast as the other side reads. What does not fit into 4 MiB is dropped;
 * `lost` hears how many lines that were, once the other side reads again.
 */
export function createLineWriter(sink: ByteSink, lost: (count: number) => void): LineWriter {
  let waiting: string[] = [];
  let size = 0;
  let dropped = 0;
  let pump: Promise<void> | undefined;

  function write(line: string): void {
    if (size + line.length > LIMIT) {
      dropped += 1;
      return;
    }
    waiting.push(line);
    size += line.length;
    pump ??= drain();
  }

  async function drain(): Promise<void> {
    await Bun.sleep(GATHERING);
    while (waiting.length > 0) {
      const text = waiting.join("");
      waiting = [];
      await deliver(sink, text);
      size -= text.length;
      reportLost();
    }
    pump = undefined;
  }

  function reportLost(): void {
    const count = dropped;
    dropped = 0;
    if (count > 0) lost(count);
  }

  return { write, flush: async (deadline) => void (await Promise.race([pump, Bun.sleep(deadline)])) };
}

async function deliver(sink: ByteSink, text: string): Promise<void> {
  try {
    sink.write(text);
    await sink.flush();
  } catch {
    // The reader has gone, and there is nowhere left to say so.
  }
}
