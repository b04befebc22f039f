import { expect, test } from "bun:test";
import { runCampaign } from "./campaign.ts";
import { findWire, readRecordings } from "./recordings.ts";
import { startRig } from "./rig.ts";
import { writeTable } from "./table.ts";

const folder = findWire();
const isLong = process.env["PERDIX_LONG"] === "1";
const extent = isLong ? { everyCut: 1, sample: 8, step: 1 } : { everyCut: 4, sample: 3, step: 5 };

test.skipIf(folder === undefined)(
  "every recorded exchange arrives whole (needs the recordings of ../shared/wire)",
  async () => {
    const { recordings, omissions } = await readRecordings(folder ?? "");
    const rig = await startRig(recordings);
    const outcome = await runCampaign(rig, recordings, extent);
    await rig.stop();
    process.stdout.write(`\n${writeTable(outcome, omissions)}`);
    expect(recordings.length).toBeGreaterThan(400);
    expect(outcome.faults).toEqual([]);
    expect(rig.log()).not.toContain("unexpected failure");
  },
  isLong ? 1_800_000 : 300_000,
);
