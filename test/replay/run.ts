/**
 * Replays a folder of recordings through the built daemon and prints a table:
 * `bun test/replay/run.ts ../shared/wire`. Exit code 1 where anything differs, 2 where the folder is absent.
 */
import { existsSync } from "node:fs";
import { type Outcome, runCampaign } from "./campaign.ts";
import { readRecordings } from "./recordings.ts";
import { startRig } from "./rig.ts";
import { writeTable } from "./table.ts";

/** True where everything is replayed that can be, each offset included. */
export const isLong = process.env["PERDIX_LONG"] === "1";

const extent = isLong ? { everyCut: 1, sample: 20, step: 1 } : { everyCut: 1, sample: 4, step: 3 };

/** What came of a folder, the same in words, and what the daemon logged. */
export interface Report {
  readonly outcome: Outcome;
  readonly table: string;
  readonly log: string;
}

/** Replays every recording of a folder. */
export async function replayFolder(folder: string): Promise<Report> {
  const { recordings, omissions } = await readRecordings(folder);
  const rig = await startRig(recordings);
  try {
    const outcome = await runCampaign(rig, recordings, extent);
    return { outcome, table: writeTable(outcome, omissions), log: rig.log() };
  } finally {
    await rig.stop();
  }
}

async function main(folder: string | undefined): Promise<number> {
  if (folder === undefined || !existsSync(folder)) {
    process.stderr.write("usage: bun test/replay/run.ts FOLDER, with the folders pydantic-ai and vercel-ai in it\n");
    return 2;
  }
  const { outcome, table } = await replayFolder(folder);
  process.stdout.write(table);
  return outcome.faults.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv[2]);
