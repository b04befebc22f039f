import type { Json, JsonObject } from "../spec/json.ts";

/** What is said of the tool servers a request names; empty where it names none. */
export function offerServers(names: readonly string[]): JsonObject {
  if (names.length === 0) return {};
  const errors: Record<string, Json> = {};
  for (const name of names) {
    errors[name] = {
      message: `No MCP server "${name}" is configured`,
      code: "SERVER_NOT_FOUND",
      recommendation: "This version runs no MCP servers; leave mcp_servers out to silence this entry",
    };
  }
  return { mcp_server_errors: errors };
}
