/**
 * Loads one server over raw keep-alive sockets for a bounded time and prints what it measured as one JSON line.
 * Its single argument is a `Load` in JSON.
 */
import { readFileSync } from "node:fs";
import type { Socket } from "bun";
import type { Load, Measured } from "./measure.ts";

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const WARM_UP = 700; // ms

const message = Buffer.from(
  `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${load.port}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(load.body)}\r\n\r\n${load.body}`,
);

let answered = 0;
let timings: number[] = [];
let over = false;

/** One connection's share: what it has received of the current answer, and when it asked. */
interface Lane {
  received: string;
  asked: number;
}

function ask(socket: Socket<Lane>): void {
  socket.data.received = "";
  socket.data.asked = Bun.nanoseconds();
  socket.write(message);
}

function isWhole(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = /content-length: (\d+)/i.exec(received.slice(0, end))?.[1];
  return length === undefined ? received.endsWith("\r\n0\r\n\r\n") : received.length >= end + 4 + Number(length);
}

function refuse(received: string): never {
  console.error(received.slice(0, 2000));
  process.exit(1);
}

function onPlain(socket: Socket<Lane>, data: Buffer): void {
  socket.data.received += data.toString("latin1");
  const { received, asked } = socket.data;
  if (!received.startsWith("HTTP/1.1 200")) refuse(received);
  if (!isWhole(received)) return;
  timings.push((Bun.nanoseconds() - asked) / 1000);
  answered += 1;
  if (!over) ask(socket);
}

function onStream(socket: Socket<Lane>, data: Buffer): void {
  const received = socket.data.received + data.toString("latin1");
  if (socket.data.received === "" && !received.startsWith("HTTP/1.1 200")) refuse(received);
  answered += received.split("\n\n").length - 1;
  socket.data.received = received.endsWith("\n\n") ? "." : received.slice(-1);
}

/** User and system time of the loaded process, all threads, in µs. */
function processorTime(): number {
  const fields = readFileSync(`/proc/${load.pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const sockets = await Promise.all(
  Array.from({ length: load.connections }, () =>
    Bun.connect<Lane>({
      hostname: "127.0.0.1",
      port: load.port,
      data: { received: "", asked: 0 },
      socket: {
        open: ask,
        data: load.stream ? onStream : onPlain,
        close: (_socket, error) => {
          if (!over) refuse(`the connection was closed ${error?.message ?? ""}`);
        },
      },
    }),
  ),
);

await Bun.sleep(WARM_UP);
answered = 0;
timings = [];
const before = processorTime();
const start = Bun.nanoseconds();
await Bun.sleep(load.seconds * 1000);
const seconds = (Bun.nanoseconds() - start) / 1e9;
const processor = processorTime() - before;
const count = answered;
over = true;
for (const socket of sockets) socket.terminate();

const sorted = timings.toSorted((a, b) => a - b);
const result: Measured = {
  perSecond: count / seconds,
  processor: processor / count,
  p50: sorted[Math.floor(sorted.length / 2)] ?? 0,
  p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
};
console.log(JSON.stringify(result));
process.exit(0);
