import { expect, test } from "bun:test";
import { createRedactor } from "./redactor.ts";

test("takes out what it was told of, the longer secret first, in whatever spelling", () => {
  const redactor = createRedactor();
  for (const secret of ["canary", "canary-and-more", "a/b+c d", "key"]) redactor.add(secret);
  expect(redactor.redact("canary-and-more canary a/b+c d a%2Fb%2Bc%20d key")).toBe(
    "[redacted] [redacted] [redacted] [redacted] key",
  );
});

test.each([
  "sk-proj-abcdefgh12345678",
  "sk-ant-api03-abcdefgh",
  "dsk_12345678abcdefgh",
  "gsk_12345678abcdefgh",
  "xai-12345678abcdefgh",
  "AIzaSyA1234567890abcdef",
  "hf_abcdefghijkl",
])("takes out %s by its looks", (key) => {
  expect(createRedactor().redact(`bad key "${key}", sorry`)).toBe('bad key "[redacted]", sorry');
});

test("takes out what stands in headers and queries", () => {
  const { redact } = createRedactor();
  expect(redact("authorization: Bearer abc.def-ghi, x")).toBe("authorization: Bearer [redacted], x");
  expect(redact("https://h/v1?key=abc&alt=sse")).toBe("https://h/v1?key=[redacted]&alt=sse");
});

test("leaves other words alone", () => {
  const text = "task-manager asked xai/grok-4 and openai/gpt-5 for sk-1; the bearer of it: monkey=1";
  expect(createRedactor().redact(text)).toBe(
    "task-manager asked xai/grok-4 and openai/gpt-5 for sk-1; the bearer [redacted] it: monkey=1",
  );
});
