import { connect } from "node:net";

/** What came back on a raw connection. */
export interface Heard {
  /** Of the first answer; undefined where none came. */
  readonly status: number | undefined;
  readonly text: string;
}

/** One piece to write, a pause in milliseconds, or the end of the client's half. */
export type Step = string | Uint8Array | number | "end";

/**
 * Speaks to a port byte by byte. Resolves when the server closes, when `until` has come, or, after the last step,
 * when `patience` milliseconds have brought nothing more.
 */
export function speak(
  port: number,
  steps: readonly Step[],
  { until, patience = 1500 }: { readonly until?: RegExp; readonly patience?: number } = {},
): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let timer: Timer | undefined;
  function finish(): void {
    clearTimeout(timer);
    socket.destroy();
    const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(text) ?? [];
    resolve({ status: status === undefined ? undefined : Number(status), text });
  }
  function awaitMore(): void {
    clearTimeout(timer);
    timer = setTimeout(finish, patience);
  }
  socket.on("data", (data) => {
    text += data.toString("latin1");
    if (until?.test(text)) finish();
  });
  socket.on("error", finish);
  socket.on("close", finish);
  socket.on("connect", async () => {
    for (const step of steps) {
      if (socket.destroyed) return;
      if (typeof step === "number") await Bun.sleep(step);
      else if (step === "end") socket.end();
      else socket.write(step);
    }
    awaitMore();
  });
  return promise;
}
