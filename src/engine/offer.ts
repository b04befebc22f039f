import type { JsonObject } from "../spec/json.ts";

/** What is said of the tool servers a request names; undefined where it names none. */
export function offerServers(names: readonly string[]): JsonObject | undefined {
  if (names.length === 0) return undefined;
  const errors = names.map((name) => [
    name,
    {
      message: `No MCP server "${name}" is configured`,
      code: "SERVER_NOT_FOUND",
      recommendation: "This version runs no MCP servers; leave mcp_servers out to silence this entry",
    },
  ]);
  return { mcp_server_errors: Object.fromEntries(errors) };
}
