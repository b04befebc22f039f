import { expect, test } from "bun:test";
import { raiseFetchLimit } from "./relaunch.ts";

function launch(given: {
  readonly argv: readonly string[];
  readonly execArgv?: readonly string[];
  readonly env?: Record<string, string>;
}) {
  const calls: unknown[] = [];
  const execve = (...call: unknown[]): never => {
    calls.push(call);
    throw new Error("ENOSYS");
  };
  raiseFetchLimit({ execArgv: [], env: {}, execPath: "/bin/it", ...given, execve });
  return calls;
}

test("starts the same program with the same arguments and more room", () => {
  const argv = ["/bin/it", "/src/main.ts", "serve", "--port", "0"];
  expect(launch({ argv, execArgv: ["--smol"], env: { A: "1" } })).toEqual([
    ["/bin/it", ["/bin/it", "--smol", ...argv.slice(1)], { A: "1", BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" }],
  ]);
});

test("leaves the path inside a compiled program out", () => {
  const [call] = launch({ argv: ["bun", "/$bunfs/root/perdix", "serve"] });
  expect(call).toEqual(["/bin/it", ["/bin/it", "serve"], { BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" }]);
});

test("does it once", () => {
  expect(launch({ argv: ["a", "b", "serve"], env: { BUN_CONFIG_MAX_HTTP_REQUESTS: "10" } })).toEqual([]);
});
