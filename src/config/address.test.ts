import { expect, test } from "bun:test";
import { isLoopback, readAddress } from "./address.ts";

test.each([
  [4010, { port: 4010 }],
  ["4010", { port: 4010 }],
  [":4010", { port: 4010 }],
  ["localhost", { host: "localhost" }],
  ["localhost:0", { host: "localhost", port: 0 }],
  ["::1", { host: "::1" }],
  ["[::1]", { host: "::1" }],
  ["[::1]:4010", { host: "::1", port: 4010 }],
  ["http://127.0.0.1:4010", undefined],
  ["127.0.0.1:65536", undefined],
  ["127.0.0.1:", undefined],
  ["", undefined],
])("%p", (written, expected) => {
  expect(readAddress(written)).toEqual(expected);
});

test("loopback is what only this machine reaches", () => {
  const own = ["localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1"];
  const foreign = [
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "127.0.0.256",
    "127.0.0.1.example.com",
    "localhost.example.com",
    "::2",
    "",
  ];
  expect(own.filter((host) => !isLoopback(host))).toEqual([]);
  expect(foreign.filter(isLoopback)).toEqual([]);
});
