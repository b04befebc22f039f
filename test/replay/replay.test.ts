import { expect, test } from "bun:test";
import { findWire } from "./recordings.ts";
import { isLong, replayFolder } from "./run.ts";

const folder = findWire();

test.skipIf(folder === undefined)(
  "every recorded exchange arrives whole (needs the recordings of ../shared/wire)",
  async () => {
    const { outcome, table, log } = await replayFolder(folder ?? "");
    process.stdout.write(`\n${table}`);
    const recordings = outcome.rows.reduce((sum, row) => sum + row.recordings, 0);
    expect(recordings).toBeGreaterThan(400);
    expect(outcome.faults).toEqual([]);
    expect(log).not.toContain("unexpected failure");
  },
  isLong ? 1_800_000 : 300_000,
);
