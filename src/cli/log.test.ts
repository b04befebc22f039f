import { expect, test } from "bun:test";
import type { LogSettings } from "../config.ts";
import { createLog } from "./log.ts";
import { createRedactor } from "./redactor.ts";

const now = () => new Date("2026-01-02T03:04:05.006Z");

function open(settings: LogSettings, terminal = false, colour = false) {
  const lines: string[] = [];
  const redactor = createRedactor();
  const sink = createLog({ settings, terminal, colour, redactor, write: (line) => lines.push(line), now });
  return { ...sink, lines, redactor };
}

test("writes JSON lines where no terminal is", () => {
  const { log, lines } = open({ level: "info", format: "auto" });
  log("info", "request", { status: 200, path: '/v1/"x"\n', gone: undefined });
  expect(lines).toEqual([
    '{"time":"2026-01-02T03:04:05.006Z","level":"info","message":"request","status":200,"path":"/v1/\\"x\\"\\n"}\n',
  ]);
});

test("writes for people on a terminal, one line each, whatever stands in it", () => {
  const { log, lines } = open({ level: "info", format: "auto" }, true);
  log("warn", "a\nb\x1b[2J", { path: "/v1", text: 'a "b"', count: 1 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.slice(9)).toBe('warn  a\\nb\\u001b[2J path=/v1 text="a \\"b\\"" count=1\n');
});

test("has colour where it is wanted", () => {
  const { log, lines } = open({ level: "info", format: "pretty" }, true, true);
  log("error", "oh");
  expect(lines[0]).toContain("\x1b[31merror\x1b[0m");
});

test("keeps quiet below its level, which can be changed", () => {
  const { log, lines, configure } = open({ level: "warn", format: "json" }, true);
  log("info", "one");
  log("warn", "two");
  configure({ level: "debug", format: "json" });
  log("debug", "three");
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(["two", "three"]);
});

test.each(["json", "pretty"] as const)("never shows a secret (%s)", (format) => {
  const { log, lines, redactor } = open({ level: "debug", format });
  const canary = 'can"ary\\secret';
  redactor.add(canary);
  log("error", `failed with ${canary}`, { header: `Bearer ${canary}`, nested: `x${canary}y` });
  expect(lines.join("")).not.toMatch(/can.{0,2}"ary|ary\\|secret/);
  expect(lines.join("")).toContain("[redacted]");
});
