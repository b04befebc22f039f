/** Writes the reference of all request fields into the README, between its markers. The rows are those of the tests. */
import { join } from "node:path";
import { roster } from "../../src/providers/roster.ts";
import { extraRows, requestRows } from "./request-rows.ts";
import type { Fate, More, Row, Rows } from "./row.ts";
import { settingRows } from "./setting-rows.ts";

/** The README of the house. */
export const readmePath = join(import.meta.dir, "../../README.md");

const markers = { begin: "<!-- fields:begin -->", end: "<!-- fields:end -->" };

/** The README with its reference anew. Throws where the markers are missing. */
export function withReference(readme: string): string {
  const begin = readme.indexOf(markers.begin);
  const end = readme.indexOf(markers.end);
  if (begin < 0 || end < begin) throw new Error(`README.md needs ${markers.begin} and ${markers.end}`);
  return `${readme.slice(0, begin)}${markers.begin}\n\n${renderReference()}\n\n${readme.slice(end)}`;
}

/** Three tables in Markdown. */
export function renderReference(): string {
  const required = [...Object.entries(requestRows), ...Object.entries(settingRows)].filter(([, row]) => row[4]?.needed);
  const names = [...new Set(required.map(([name]) => `\`${name}\``))].join(", ");
  return [
    "`null` means absent, except for " +
      `${names}, where it is refused. What is out of bounds or of another type is refused with 400 and its place in` +
      " `param`. A field that is not in these tables goes to the upstream as it is.",
    "**The request** (`ChatCompletionRequest`)",
    renderTable(requestRows),
    "**The request, beyond the OpenAPI document**",
    renderTable(extraRows),
    '**Settings of one model** (`ModelSettings`), as in `{"model": {"model": "openai/gpt-5", "settings": {…}}}`. They win' +
      " over the request's own fields for that model alone.",
    renderTable(settingRows),
  ].join("\n\n");
}

const heads = ["property", "accepts", "at OpenAI becomes", "at an upstream without it", "with `strict: true` there"];

function renderTable(rows: Rows): string {
  const cells = [heads, ...Object.entries(rows).map(([name, row]) => renderRow(name, row))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function renderRow(name: string, [fates, accepts, , , more = {}]: Row): readonly string[] {
  const homes = roster.filter(({ traits }) => traits.extensions?.includes(name)).map((vendor) => vendor.name);
  const elsewhere = homes.length > 0 ? `; sent to ${homes.join(", ")}` : "";
  const [openai, lacking, strict] = [fates.openai, fates.lacking, fates.strict].map((fate) => tell(fate, more));
  return [`\`${name}\``, accepts, `${openai}${elsewhere}`, lacking ?? "", strict ?? ""];
}

function tell(fate: Fate, { arrives = {} }: More): string {
  switch (fate) {
    case "sent":
      return "sent";
    case "translated":
      return `sent as ${Object.keys(arrives)
        .map((key) => (key === "unheard_of" ? "what it holds" : `\`${key}\``))
        .join(", ")}`;
    case "dropped":
      return "dropped with a warning";
    case "refused":
      return "refused (400)";
    case "used":
      return "used by perdix";
    case "idle":
      return "used by perdix: no effect yet, with a warning";
  }
}

if (import.meta.main) await Bun.write(readmePath, withReference(await Bun.file(readmePath).text()));
