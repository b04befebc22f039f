// Server-sent events on their way to one client: headers early, comments in silence, an error as the last frame.

/** Milliseconds; semantics.md, Streams. */
const patience = {
  /** How long headers may wait for the upstream's first event. */
  headers: 20_000,
  /** How long headers that are ready may wait for a frame to travel with. Bun sends them with the first byte. */
  firstFrame: 20,
  silence: 10_000,
  tick: 1_000,
};

// No blank line behind it: the Dedalus Go SDK takes every blank line for an event (protocol.md §2.2).
const comment = new TextEncoder().encode(":\n");

/** Where one stream comes from and how it looks. */
export interface EventSource<Event> {
  readonly events: AsyncGenerator<Event, void, void>;
  /** Whole frames; empty for an event that shows nothing by itself. */
  readonly toFrame: (event: Event) => string | Uint8Array;
  /** What stands at the end of a stream that ended well. */
  readonly lastFrame: () => string;
  /** The last frame of a stream that broke off. */
  readonly errorFrame: (error: unknown) => string;
}

/** A response body, and what its owner must know of it. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when the last frame was given or the reader has gone. */
  readonly done: Promise<void>;
  /** The headers are ready: from now on silence is filled with comments. */
  announce(): void;
}

/** Waits for a promise no longer than headers may wait; rejects as the promise does. */
export async function beforeHeaders(started: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience.headers);
  });
  try {
    await Promise.race([started, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The frames as a body that is pulled by its reader, so that a slow one holds back the upstream and not our memory. */
export function createEventStream<Event>(source: EventSource<Event>): EventStream {
  const { events, toFrame, lastFrame, errorFrame } = source;
  const encoder = new TextEncoder();
  const { promise: done, resolve: end } = Promise.withResolvers<void>();
  let lastWrite: number | undefined;
  let isOpen = true;
  let firstFrame: Timer | undefined;
  let silence: Timer | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array>;

  function write(frame: string | Uint8Array): void {
    if (!isOpen) return;
    lastWrite = performance.now();
    controller.enqueue(typeof frame === "string" ? encoder.encode(frame) : frame);
  }
  function close(): void {
    isOpen = false;
    clearTimeout(firstFrame);
    clearInterval(silence);
    end();
  }
  function breakSilence(): void {
    const isSilent = performance.now() - (lastWrite ?? 0) >= patience.silence;
    if (isSilent && (controller.desiredSize ?? 0) > 0) write(comment);
  }
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    async pull() {
      try {
        for (;;) {
          const { done: isOver, value } = await events.next();
          const frame = isOver ? lastFrame() : toFrame(value);
          if (frame.length > 0) write(frame);
          if (isOver) break;
          if (frame.length > 0) return;
        }
      } catch (error) {
        write(errorFrame(error));
      }
      if (isOpen) controller.close();
      close();
    },
    async cancel() {
      close();
      await events.return();
    },
  });
  return {
    body,
    done,
    announce() {
      if (!isOpen) return;
      firstFrame = setTimeout(() => lastWrite === undefined && write(comment), patience.firstFrame);
      silence = setInterval(breakSilence, patience.tick);
    },
  };
}
