import { expect, test } from "bun:test";
import { createLineWriter } from "./line-writer.ts";

function fail(): never {
  throw new Error("EPIPE");
}

test("writes lines of one turn at once, and later ones in order", async () => {
  const written: string[] = [];
  const writer = createLineWriter({ write: (text) => written.push(text), flush: () => Promise.resolve() }, () => {});
  writer.write("a\n");
  writer.write("b\n");
  await writer.flush(1000);
  writer.write("c\n");
  await writer.flush(1000);
  expect(written).toEqual(["a\nb\n", "c\n"]);
});

test("drops what nobody reads, and says so when it is read again", async () => {
  const written: string[] = [];
  const lost: number[] = [];
  const gate = Promise.withResolvers<void>();
  const sink = { write: (text: string) => written.push(text), flush: () => gate.promise };
  const writer = createLineWriter(sink, (count) => lost.push(count));
  const megabyte = "x".repeat(1024 * 1024);
  for (let index = 0; index < 7; index++) writer.write(megabyte);
  await Promise.resolve();
  gate.resolve();
  await writer.flush(1000);
  expect(written.join("")).toHaveLength(4 * megabyte.length);
  expect(lost).toEqual([3]);
});

test("survives a reader that has gone", async () => {
  const writer = createLineWriter({ write: fail, flush: fail }, () => {});
  writer.write("a\n");
  await writer.flush(1000);
  writer.write("b\n");
  expect(await writer.flush(1000)).toBeUndefined();
});
