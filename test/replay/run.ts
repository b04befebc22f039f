/**
 * Replays a folder of recordings through the built daemon and prints a table:
 * `bun test/replay/run.ts ../shared/wire`. Exit code 1 where anything differs, 2 where the folder is absent.
 */
import { existsSync } from "node:fs";
import { runCampaign } from "./campaign.ts";
import { readRecordings } from "./recordings.ts";
import { startRig } from "./rig.ts";
import { writeTable } from "./table.ts";

const folder = process.argv[2];
if (folder === undefined || !existsSync(folder)) {
  process.stderr.write("usage: bun test/replay/run.ts FOLDER, with the folders pydantic-ai and vercel-ai in it\n");
  process.exit(2);
}
const isLong = process.env["PERDIX_LONG"] === "1";
const extent = isLong ? { everyCut: 1, sample: 8, step: 1 } : { everyCut: 4, sample: 3, step: 5 };
const { recordings, omissions } = await readRecordings(folder);
const rig = await startRig(recordings);
const outcome = await runCampaign(rig, recordings, extent);
await rig.stop();
process.stdout.write(writeTable(outcome, omissions));
process.exit(outcome.faults.length === 0 ? 0 : 1);
