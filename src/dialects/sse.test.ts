import { expect, test } from "bun:test";
import { createFrameCutter, type Frame, isComment, parseFrame, readFrames, splitFrames } from "./sse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (raw: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw);

async function* cut(whole: Uint8Array, ...at: readonly number[]) {
  let start = 0;
  for (const end of [...at, whole.length]) {
    yield whole.subarray(start, end);
    start = end;
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<{ frames: Frame[]; raw: string }> {
  const frames: Frame[] = [];
  let raw = "";
  for await (const frame of readFrames(chunks)) {
    raw += text(frame);
    const parsed = parseFrame(frame);
    if (parsed !== undefined) frames.push(parsed);
  }
  return { frames, raw };
}

const rows: readonly [name: string, wire: string, frames: readonly Frame[]][] = [
  ["LF", "data: a\n\ndata: b\n\n", [{ data: "a" }, { data: "b" }]],
  ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [{ data: "a" }, { data: "b" }]],
  ["CR", "data: a\r\rdata: b\r\r", [{ data: "a" }, { data: "b" }]],
  ["mixed line ends", "data: a\r\n\ndata: b\n\r\n", [{ data: "a" }, { data: "b" }]],
  ["no space after the colon", "data:a\n\n", [{ data: "a" }]],
  ["only one space is taken", "data:  a\n\n", [{ data: " a" }]],
  ["several data lines", "data: a\ndata:\ndata: b\n\n", [{ data: "a\n\nb" }]],
  ["a field without a colon", "data\n\n", [{ data: "" }]],
  ["event names", "event: error\ndata: {}\n\n", [{ event: "error", data: "{}" }]],
  ["id and retry", "id: 1\nretry: 5\ndata: a\n\n", [{ data: "a" }]],
  ["comments", ": ping\n\n: x\ndata: a\n\n", [{ data: "a" }]],
  ["fields that only look like data", "database: a\n\n", []],
  ["a byte order mark", "\uFEFFdata: a\n\n", [{ data: "a" }]],
  ["blank lines between", "data: a\n\n\n\ndata: b\n\n", [{ data: "a" }, { data: "b" }]],
  ["no blank line at the end", "data: a\n\ndata: b", [{ data: "a" }, { data: "b" }]],
  ["many bytes a character", "data: é漢🙂\n\ndata: 🙂\n\n", [{ data: "é漢🙂" }, { data: "🙂" }]],
];

for (const [name, wire, frames] of rows) {
  test(`frames with ${name} are the same wherever they are cut`, async () => {
    const whole = bytes(wire);
    for (let first = 0; first <= whole.length; first++) {
      for (let second = first; second <= whole.length; second++) {
        const got = await collect(cut(whole, first, second));
        expect(got.frames).toEqual([...frames]);
        expect(got.raw).toBe(wire);
      }
    }
  });
}

test("a read of whole frames is not copied", () => {
  const read = bytes("data: a\n\ndata: b\n\n");
  const block = createFrameCutter().push(read);
  expect(block?.buffer).toBe(read.buffer);
  expect(splitFrames(read).map((frame) => frame.buffer === read.buffer)).toEqual([true, true]);
});

test("a frame that outgrows its bound is refused", () => {
  const cutter = createFrameCutter(16);
  expect(cutter.push(bytes("data: 0123"))).toBeUndefined();
  expect(() => cutter.push(bytes("456789"))).not.toThrow();
  expect(() => cutter.push(bytes("x"))).toThrow("more than 16 bytes");
});

test("many frames together may be larger than the bound of one", () => {
  const cutter = createFrameCutter(16);
  const block = cutter.push(bytes("data: 1\n\n".repeat(10)));
  expect(block?.length).toBe(90);
});

test("only frames of comments alone are comments", () => {
  expect(isComment(bytes(": ping\n\n"))).toBe(true);
  expect(isComment(bytes(":\r\n:\r\n\r\n"))).toBe(true);
  expect(isComment(bytes(": ping\ndata: a\n\n"))).toBe(false);
  expect(isComment(bytes("data: a\n\n"))).toBe(false);
});

test("half of a CRLF does not end a frame", () => {
  const cutter = createFrameCutter();
  expect(cutter.push(bytes("data: a\r\n\r"))).toBeUndefined();
  expect(cutter.push(bytes("\ndata: b"))).toEqual(bytes("data: a\r\n\r\n"));
  expect(cutter.rest()).toEqual(bytes("data: b"));
  expect(cutter.rest()).toBeUndefined();
});
