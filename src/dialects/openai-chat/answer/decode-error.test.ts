import { expect, test } from "bun:test";
import type { UpstreamFault } from "../../../spec/error.ts";
import { decodeError, isErrorBody } from "./decode-error.ts";

const rows: readonly [name: string, text: string, message: string, fault: Partial<UpstreamFault>][] = [
  [
    "OpenAI",
    '{"error":{"message":"No","type":"invalid_request_error","param":"messages[0]","code":"bad"}}',
    "No",
    { type: "invalid_request_error", param: "messages[0]", code: "bad", status: 400 },
  ],
  [
    "a number for a code",
    '{"error":{"message":"Slow down","code":429,"metadata":{"raw":"x"}}}',
    "Slow down",
    { code: "429" },
  ],
  ["null fields", '{"error":{"message":"No","type":null,"param":null,"code":null}}', "No", {}],
  ["error as text", '{"error":"model not found"}', "model not found", {}],
  ["error as a name beside a message", '{"error":"Unauthorized","message":"Bad key"}', "Bad key", {}],
  ["a bare message", '{"message":"Bad key","type":"auth"}', "Bad key", { type: "auth" }],
  ["detail as text", '{"detail":"Not Found"}', "Not Found", {}],
  ["detail as faults", '{"detail":[{"loc":["body","n"],"msg":"too big","type":"x"}]}', "too big (n)", { param: "n" }],
  [
    "Google",
    '[{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}]',
    "Quota",
    { code: "429", type: "RESOURCE_EXHAUSTED" },
  ],
  [
    "Mistral and vLLM",
    '{"object":"error","message":"Bad","type":"BadRequestError","code":40310}',
    "Bad",
    { type: "BadRequestError", code: "40310" },
  ],
  ["a list of errors", '{"errors":[{"message":"first","code":7}]}', "first", { code: "7" }],
  ["a list of words", '{"errors":["first","second"]}', "first", {}],
  ["plain text", "upstream connect error\n", "upstream connect error", {}],
  ["a JSON text", '"nope"', "nope", {}],
  ["HTML", "<!DOCTYPE html><html><body>secret</body></html>", "HTTP 400 with an HTML page", {}],
  ["nothing", "  ", "HTTP 400 with an empty body", {}],
  ["JSON that tells nothing", "{}", "HTTP 400 without a message", {}],
];

for (const [name, text, message, fault] of rows) {
  test(`an error of the shape ${name}`, () => {
    const error = decodeError({ provider: "box", status: 400, text });
    expect(error.code).toBe("upstream_error");
    expect(error.message).toBe(message);
    expect(error.details.upstream).toMatchObject({ provider: "box", status: 400, ...fault });
    const { type, code, param } = error.details.upstream ?? {};
    expect({ type, code, param }).toEqual({ type: fault.type, code: fault.code, param: fault.param } as never);
  });
}

const inStream: readonly [text: string, status: number][] = [
  ['{"error":{"message":"x","code":429}}', 429],
  ['{"error":{"message":"x","status_code":400,"code":"tool_use_failed"}}', 400],
  ['{"error":{"message":"x","code":"503"}}', 503],
  ['{"error":{"message":"x"},"status":404}', 404],
  ['{"error":{"message":"x","code":200}}', 502],
  ['{"error":{"message":"x","code":1234}}', 502],
  ['{"error":"x"}', 502],
];

for (const [text, status] of inStream) {
  test(`an error without an HTTP status, ${text}, counts as ${status}`, () => {
    expect(decodeError({ provider: "box", text }).details.upstream?.status).toBe(status);
  });
}

const headers: readonly [Record<string, string>, Partial<UpstreamFault>][] = [
  [{ "retry-after": "7" }, { retryAfter: 7 }],
  [{ "retry-after": "0.5" }, { retryAfter: 0.5 }],
  [{ "retry-after-ms": "1500", "retry-after": "7" }, { retryAfter: 1.5 }],
  [{ "retry-after": "Thu, 01 Jan 1970 00:01:00 GMT" }, { retryAfter: 50 }],
  [{ "retry-after": "Thu, 01 Jan 1970 00:00:01 GMT" }, { retryAfter: 0 }],
  [{ "retry-after": "soon" }, {}],
  [{ "x-should-retry": "false" }, { shouldRetry: false }],
  [{ "x-should-retry": "true" }, { shouldRetry: true }],
  [{ "x-should-retry": "maybe" }, {}],
  [{ "x-request-id": "a", "cf-ray": "b" }, { requestId: "a" }],
  [{ "cf-ray": "b" }, { requestId: "b" }],
];

for (const [given, fault] of headers) {
  test(`headers ${JSON.stringify(given)}`, () => {
    const error = decodeError({ provider: "box", status: 429, headers: new Headers(given), text: "x", now: 10_000 });
    expect(error.details.upstream).toEqual({ provider: "box", status: 429, ...fault });
  });
}

test("a date tells nothing to who has no clock", () => {
  const given = new Headers({ "retry-after": "Thu, 01 Jan 1970 00:01:00 GMT" });
  expect(
    decodeError({ provider: "box", status: 429, headers: given, text: "" }).details.upstream?.retryAfter,
  ).toBeUndefined();
});

test("long plain text is cut", () => {
  expect(decodeError({ provider: "box", status: 500, text: "x".repeat(5000) }).message).toHaveLength(2001);
});

test("errors are told from answers", () => {
  expect(isErrorBody({ error: { message: "x" } })).toBe(true);
  expect(isErrorBody([{ error: { message: "x" } }])).toBe(true);
  expect(isErrorBody({ object: "error", message: "x" })).toBe(true);
  expect(isErrorBody({ error: null, choices: [] })).toBe(false);
  expect(isErrorBody({ choices: [], message: "x" })).toBe(false);
  expect(isErrorBody({ id: "x" })).toBe(false);
});
