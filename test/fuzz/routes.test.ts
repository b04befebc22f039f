import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Daemon, startDaemon } from "../daemon.ts";

// Milliseconds; for slow machines.
setDefaultTimeout(60_000);

let daemon: Daemon;
beforeAll(async () => void (daemon = await startDaemon({ configuration: "limits: { body_megabytes: 0.1 }" })));
afterAll(() => daemon.stop());

const hello = { model: "sim/echo", messages: [{ role: "user", content: "hello" }] };

interface Refusal {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

async function refusalOf(
  path: string,
  init: RequestInit = {},
): Promise<Refusal["error"] & { readonly response: Response }> {
  const response = await fetch(daemon.url + path, init);
  const { error } = (await response.json()) as Refusal;
  expect(error.message).toMatch(/\S/);
  expect(response.headers.get("x-request-id")).toStartWith("req_");
  return { ...error, response };
}

describe("a wrong method is told the right one", () => {
  const routes: readonly (readonly [string, string])[] = [
    ["/", "GET"],
    ["/health", "GET"],
    ["/v1/models", "GET"],
    ["/v1/models/sim/echo", "GET"],
    ["/v1/models/sim%2Fecho", "GET"],
    ["/v1/chat/completions", "POST"],
  ];
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
  const wrong = routes.flatMap(([path, right]) =>
    methods.filter((method) => method !== right).map((method) => [method, path, right] as const),
  );
  test.each(wrong)("%s %s", async (method, path, right) => {
    const body = method === "GET" || method === "OPTIONS" ? {} : { body: "{" };
    const { response, code } = await refusalOf(path, { method, ...body });
    expect([response.status, code]).toEqual([405, "method_not_allowed"]);
    expect(response.headers.get("allow")?.split(", ")).toContain(right);
  });
});

test.each([
  "/v1", "/v2/chat/completions", "/v1/chat", "/v1/chat/completion", "/V1/Models", "/v1/embeddings", "/healthz", "/%00",
  "/..%2f..%2fetc/passwd", "/%zz", "/v1%2Fmodels", "/favicon.ico", "/__proto__",
])("there is nothing at %s", async (path) => {
  for (const method of ["GET", "POST"]) {
    const { response, code } = await refusalOf(path, { method });
    expect([response.status, code]).toEqual([404, "not_found"]);
  }
}); // prettier-ignore

describe("the id of a model", () => {
  test.each(["sim/echo", "sim%2Fecho", "sim%2fecho", "%73im/%65cho"])("%s", async (id) => {
    const response = await fetch(`${daemon.url}/v1/models/${id}`);
    expect([response.status, ((await response.json()) as { readonly id: string }).id]).toEqual([200, "sim/echo"]);
  });

  test.each([
    "nobody/x",
    "sim/nothing",
    "sim",
    "echo",
    "%20",
    "__proto__",
    "constructor/name",
    "a".repeat(4000),
    "%F0%9F%98%80",
  ])("%s is unknown", async (id) => {
    const { response, code, param } = await refusalOf(`/v1/models/${id}`);
    expect([response.status, code, param]).toEqual([404, "model_not_found", "id"]);
  });

  test.each(["%", "%zz", "%2", "sim%2", "%ff", "%E0%A4"])("%s is no percent-encoding", async (id) => {
    const { response, param } = await refusalOf(`/v1/models/${id}`);
    expect([response.status, param]).toEqual([400, "id"]);
  });
});

const post = (body: string | ReadableStream) => refusalOf("/v1/chat/completions", { method: "POST", body });
const statusOf = async (body: string) =>
  (await fetch(`${daemon.url}/v1/chat/completions`, { method: "POST", body })).status;

describe("a body", () => {
  const large = JSON.stringify({ ...hello, user: "x".repeat(200_000) });

  test("that is too large is refused by its length", async () => {
    const { response, code } = await post(large);
    expect([response.status, code]).toEqual([413, "body_too_large"]);
  });

  test("that is too large is refused without a length", async () => {
    const { response, code } = await post(new Blob([large]).stream());
    expect([response.status, code]).toEqual([413, "body_too_large"]);
  });

  test("that just fits is answered", async () => {
    const body = JSON.stringify({ ...hello, user: "" });
    const limit = Number(/larger than (\d+) bytes/.exec((await post(large)).message)?.[1]);
    const padded = (length: number) => body.replace('"user":""', `"user":"${"x".repeat(length - body.length)}"`);
    expect(await statusOf(padded(limit))).toBe(200);
    expect(await statusOf(padded(limit + 1))).toBe(413);
  });

  test.each([
    ["", 1, 1],
    ['{"model": "sim/echo",\n  "messages": [}', 2, 16],
    ['{"model": "sim/echo",\r\n\r\n"é": "ü" "x"}', 3, 10],
    [`${"[".repeat(40_000)}`, 1, 40_001],
  ])("that is no JSON is refused with its place", async (body, line, column) => {
    const { response, message } = await post(body);
    expect(response.status).toBe(400);
    expect(message).toContain(`at line ${line}, column ${column}: `);
  });

  test("with a byte order mark is JSON", async () => {
    const body = `\ufeff${JSON.stringify(hello)}`;
    for (const sent of [body, new Blob([body]).stream()]) {
      const response = await fetch(`${daemon.url}/v1/chat/completions`, { method: "POST", body: sent });
      expect(response.status).toBe(200);
    }
  });

  test.each([
    '"unheard_of":DEEP',
    '"metadata":{"a":DEEP}',
    '"tools":[{"type":"x","a":DEEP}]',
    '"messages":[{"role":"user","content":[{"type":"x","a":DEEP}]}]',
    '"messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":DEEP}}]}]',
    '"model":{"model":"sim/echo","settings":{"a":DEEP}}',
    '"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"a":DEEP}}}',
    '"mcp_servers":[{"name":DEEP}]',
  ])("nested endlessly is refused: %s", async (fields) => {
    const deep = "[".repeat(45_000) + "]".repeat(45_000);
    const head = '{"model":"sim/echo","messages":[{"role":"user","content":"a"}],';
    const { response, message } = await post(`${head}${fields.replace("DEEP", deep)}}`);
    expect(response.status).toBe(400);
    expect(message).toContain("nested deeper");
  });
});
