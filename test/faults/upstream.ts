import type { Socket } from "bun";

/** One request as the upstream got it. */
export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Number of the connection it came by, from 1. */
  readonly connection: number;
  /** How many requests came by this connection before. */
  readonly before: number;
}

/** The connection by which a request came, in the hands of a script. */
export interface Line {
  /** Resolves when the kernel took all bytes, or when the other side has gone. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Closes in order (FIN). */
  end(): void;
  /** Closes at once (RST). */
  reset(): void;
  /** Resolves with `performance.now()` when the connection is closed, whoever did it. */
  readonly gone: Promise<number>;
  isGone(): boolean;
}

/** What the upstream does with one request, byte by byte. */
export type Script = (received: Received, line: Line) => void | Promise<void>;

/** A server that speaks HTTP only as far as its script does. */
export interface Upstream {
  readonly port: number;
  /** `http://127.0.0.1:PORT/v1` */
  readonly url: string;
  readonly received: readonly Received[];
  /** Connections that are open now. */
  open(): number;
  stop(): void;
}

interface Peer {
  readonly line: Line;
  readonly number: number;
  held: Buffer;
  answered: number;
  leave(): void;
  drain(): void;
}

/** Starts an upstream on a free port of loopback. */
export function startUpstream(script: Script): Upstream {
  const received: Received[] = [];
  let connections = 0;
  let open = 0;
  const listener = Bun.listen<Peer>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        open += 1;
        connections += 1;
        socket.setNoDelay(true);
        socket.data = createPeer(socket, connections);
      },
      data({ data: peer }, bytes) {
        peer.held = Buffer.concat([peer.held, bytes]);
        for (let request = takeRequest(peer); request !== undefined; request = takeRequest(peer)) {
          received.push(request);
          void script(request, peer.line);
        }
      },
      drain: ({ data: peer }) => peer.drain(),
      close({ data: peer }) {
        open -= 1;
        peer.leave();
      },
      error: ({ data: peer }) => peer.leave(),
    },
  });
  return {
    port: listener.port,
    url: `http://127.0.0.1:${listener.port}/v1`,
    received,
    open: () => open,
    stop: () => listener.stop(true),
  };
}

function createPeer(socket: Socket<Peer>, number: number): Peer {
  const { promise: gone, resolve } = Promise.withResolvers<number>();
  const queue: { readonly rest: Uint8Array; readonly written: () => void }[] = [];
  let isGone = false;

  function flush(): void {
    for (let item = queue[0]; item !== undefined; item = queue[0]) {
      const taken = isGone ? item.rest.length : Math.max(socket.write(item.rest), 0);
      if (taken < item.rest.length) {
        queue[0] = { rest: item.rest.subarray(taken), written: item.written };
        return;
      }
      queue.shift();
      item.written();
    }
  }
  const line: Line = {
    write(bytes) {
      const { promise, resolve: written } = Promise.withResolvers<void>();
      queue.push({ rest: typeof bytes === "string" ? Buffer.from(bytes) : bytes, written });
      if (queue.length === 1) flush();
      return promise;
    },
    end: () => socket.end(),
    reset: () => socket.terminate(),
    gone,
    isGone: () => isGone,
  };
  return {
    line,
    number,
    held: Buffer.alloc(0),
    answered: 0,
    leave() {
      isGone = true;
      resolve(performance.now());
      flush();
    },
    drain: flush,
  };
}

/** The next whole request of a connection; undefined while it is still coming. */
function takeRequest(peer: Peer): Received | undefined {
  const headEnd = peer.held.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first = "", ...lines] = peer.held.toString("latin1", 0, headEnd).split("\r\n");
  const headers = new Map(lines.map((text) => splitHeader(text)));
  const bodyStart = headEnd + 4;
  const bodyEnd = bodyStart + Number(headers.get("content-length") ?? 0);
  if (peer.held.length < bodyEnd) return undefined;
  const body = peer.held.toString("utf8", bodyStart, bodyEnd);
  peer.held = peer.held.subarray(bodyEnd);
  const [method = "", path = ""] = first.split(" ");
  const before = peer.answered;
  peer.answered += 1;
  return { method, path, headers, body, connection: peer.number, before };
}

function splitHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
}
