import type { Outcome, Row } from "./campaign.ts";
import type { Aspect } from "./compare.ts";
import type { Omission } from "./recordings.ts";

const columns: readonly Aspect[] = [
  "text",
  "tools",
  "finish",
  "usage",
  "reasoning",
  "unknown fields",
  "errors",
  "bytes",
  "request",
  "messages",
];
const FAULTS_SHOWN = 40;

/** The result of a campaign as a table, right of all, and what was left out and why. */
export function writeTable({ rows, exchanges, faults }: Outcome, omissions: readonly Omission[]): string {
  const header = ["provider", "exchanges", "streams", ...columns];
  const table = [header, ...rows.map(writeRow)];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const reasons = Map.groupBy(omissions, ({ reason }) => reason);
  return [
    ...lines,
    "",
    `${exchanges} replays, ${faults.length} faults`,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `fault: ${fault}`),
    ...[...reasons].map(([reason, files]) => `left out: ${files.length} x ${reason}`),
    "",
  ].join("\n");
}

function writeRow({ provider, recordings, streams, aspects }: Row): readonly string[] {
  const cells = columns.map((aspect) => {
    const count = aspects.get(aspect);
    return count === undefined ? "-" : `${count.right}/${count.of}`;
  });
  return [provider, String(recordings), String(streams), ...cells];
}
