import type { Aspect, Finding } from "./compare.ts";
import type { Recording } from "./recordings.ts";
import type { Rig, Way } from "./rig.ts";

/** How much of everything is done. */
export interface Extent {
  /** One of so many recordings is also cut at random offsets. */
  readonly everyCut: number;
  /** Streams that are cut at each of their bytes, and how many bytes of each. */
  readonly sample: number;
  readonly step: number;
}

/** What a campaign found out. */
export interface Outcome {
  readonly rows: readonly Row[];
  readonly exchanges: number;
  readonly faults: readonly string[];
}

/** One provider's row of the table. */
export interface Row {
  readonly provider: string;
  readonly recordings: number;
  readonly streams: number;
  readonly aspects: ReadonlyMap<Aspect, { readonly right: number; readonly of: number }>;
}

const lanes = ["relay", "events"] as const;
const AT_ONCE = 12;
const CUTS = 6;

/** Replays everything in every way; findings are counted once a recording, whatever the number of ways. */
export async function runCampaign(rig: Rig, recordings: readonly Recording[], extent: Extent): Promise<Outcome> {
  const findings = new Map<Recording, { readonly way: Way; readonly found: readonly Finding[] }[]>();
  const jobs = [
    ...recordings.flatMap((recording, index) => waysOf(recording, index, extent)),
    ...everyOffset(recordings, extent),
  ];
  await inParallel(jobs, async ({ recording, way }) => {
    const found = await rig
      .replay(recording, way)
      .catch((error: unknown) => [{ aspect: "errors" as const, fault: `no answer: ${String(error)}` }]);
    findings.set(recording, [...(findings.get(recording) ?? []), { way, found }]);
  });
  const faults = [...findings].flatMap(([{ name }, ways]) => listFaults(name, ways));
  const providers = [...new Set(recordings.map(({ provider }) => provider))].toSorted();
  const rows = providers.map((provider) =>
    countRow(
      provider,
      recordings.filter((each) => each.provider === provider),
      findings,
    ),
  );
  return { rows, exchanges: jobs.length, faults };
}

interface Job {
  readonly recording: Recording;
  readonly way: Way;
}

function waysOf(recording: Recording, index: number, { everyCut }: Extent): readonly Job[] {
  const cuts = index % everyCut === 0 ? [randomCuts(recording.body, index)] : [];
  const events = recording.stream ? (["events"] as const) : [];
  const ways = lanes.flatMap((lane) => [
    { lane, rewritten: true, cuts: "whole" as const },
    { lane, rewritten: false, cuts: "whole" as const },
    ...[...events, ...cuts].map((each) => ({ lane, rewritten: true, cuts: each })),
  ]);
  return ways.map((way) => ({ recording, way }));
}

/** Small streams, one a provider, cut at one byte after the other. */
function everyOffset(recordings: readonly Recording[], { sample, step }: Extent): readonly Job[] {
  const small = recordings
    .filter(({ stream, body }) => stream && body.length > 400)
    .toSorted((left, right) => left.body.length - right.body.length);
  const chosen = small
    .filter(({ provider }, index) => small.findIndex((other) => other.provider === provider) === index)
    .slice(0, sample);
  return chosen.flatMap((recording) => {
    const bytes = Buffer.byteLength(recording.body);
    const offsets = Array.from({ length: Math.floor((bytes - 1) / step) }, (_, index) => (index + 1) * step);
    return offsets.flatMap((offset) =>
      lanes.map((lane) => ({ recording, way: { lane, rewritten: true, cuts: [offset] } })),
    );
  });
}

/** Offsets that look random and are the same on every run. */
function randomCuts(body: string, seed: number): readonly number[] {
  const bytes = Buffer.byteLength(body);
  const offsets = Array.from({ length: CUTS }, (_, index) =>
    Number(Bun.hash.wyhash(`${seed}/${index}`) % BigInt(Math.max(bytes, 1))),
  );
  return [...new Set(offsets)].filter((offset) => offset > 0).toSorted((left, right) => left - right);
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The first fault a lane and aspect: each way of cutting would tell the same. */
function listFaults(
  name: string,
  ways: readonly { readonly way: Way; readonly found: readonly Finding[] }[],
): readonly string[] {
  const first = new Map<string, string>();
  for (const { way, found } of ways) {
    for (const { aspect, fault } of found) {
      const key = `${way.lane} ${aspect}`;
      if (fault !== undefined && !first.has(key)) first.set(key, `${name} (${describe(way)}): ${fault}`);
    }
  }
  return [...first.values()];
}

const describe = ({ lane, rewritten, cuts }: Way) =>
  `${lane}, ${rewritten ? "provider/model" : "bare model"}, ${Array.isArray(cuts) ? `cut at ${cuts.join(" ")}` : cuts === "whole" ? "whole" : "by events"}`;

function countRow(
  provider: string,
  recordings: readonly Recording[],
  findings: ReadonlyMap<Recording, readonly { readonly found: readonly Finding[] }[]>,
): Row {
  const aspects = new Map<Aspect, { right: number; of: number }>();
  for (const recording of recordings) {
    const all = (findings.get(recording) ?? []).flatMap(({ found }) => found);
    for (const aspect of new Set(all.map((each) => each.aspect))) {
      const count = aspects.get(aspect) ?? { right: 0, of: 0 };
      const isRight = all.every((each) => each.aspect !== aspect || each.fault === undefined);
      aspects.set(aspect, { right: count.right + (isRight ? 1 : 0), of: count.of + 1 });
    }
  }
  return {
    provider,
    recordings: recordings.length,
    streams: recordings.filter(({ stream }) => stream).length,
    aspects,
  };
}
