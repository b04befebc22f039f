import type { Random } from "./random.ts";

const long = "x".repeat(4000);

/** Values a header may come with; the first is what a good client sends, undefined that it is left out. */
const values: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "content-type": [
    "application/json", undefined, "text/plain", "APPLICATION/JSON", "application/json; charset=utf-8",
    "application/json; charset=utf-16", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x", "",
  ],
  "content-encoding": [undefined, "identity", "gzip", "br", "x"],
  authorization: [undefined, "Bearer x", "Bearer", "Basic eDp5", "bearer\tx", "Bearer éè", long],
  accept: ["*/*", "application/json", "text/event-stream", "image/png", "", ";q=2"],
  "x-provider": [undefined, "sim", "SIM", "nobody", "", "é", long],
  "x-provider-key": [undefined, "k", "", long],
  "x-provider-model": [undefined, "sim/echo", "nobody/x", "", long],
  "idempotency-key": [undefined, "same", "", "é", long],
  "user-agent": [undefined, "Dedalus/JS 0.1.0", "OpenAI/JS 7", "", long],
  "x-request-id": [undefined, "mine", ""],
  "transfer-something": [undefined, long],
  cookie: [undefined, "a=b; a=c", "=", long],
  host: [undefined, "localhost", "LOCALHOST:1", "127.0.0.1:99999", "evil.example", "", "[::1]", "127.0.0.1.evil.example"],
  origin: [undefined, "null", "http://evil.example", "http://localhost", "file://", ""],
}; // prettier-ignore

/** A set of headers with none to three of them out of the ordinary. */
export function mutateHeaders(random: Random): Readonly<Record<string, string>> {
  const length = random.pick([0, 0, 0, 1, 1, 2, 3]);
  const odd = new Set(Array.from({ length }, () => random.pick(Object.keys(values))));
  const chosen = Object.entries(values).map(([name, [usual, ...others]]) => {
    return [name, odd.has(name) ? random.pick(others) : usual] as const;
  });
  return Object.fromEntries(chosen.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
