import { buildCommand } from "@stricli/core";
import { ConfigurationError, type DaemonRecord, formatProblem, readDaemonRecord } from "../../config.ts";
import { type Context, fail, load, print } from "../context.ts";
import { findDaemon, type Whereabouts, whyUnhealthy } from "../find-daemon.ts";
import { configFlag, dataDirFlag } from "../flags.ts";

/** `perdix reload` */
export const reload = buildCommand<Whereabouts, [], Context>({
  func: reloadDaemon,
  parameters: { flags: { config: configFlag, dataDir: dataDirFlag } },
  docs: { brief: "Let the running daemon read its configuration anew" },
});

const PATIENCE = 10_000;
const INTERVAL = 25;

async function reloadDaemon(this: Context, whereabouts: Whereabouts): Promise<void> {
  const { folder, record } = await findDaemon(this, whereabouts);
  const fault = record ? await whyNotNow(this, record) : noDaemon(folder);
  if (!record || fault !== undefined) return fail(this, fault ?? noDaemon(folder));
  process.kill(record.pid, "SIGHUP");
  const outcome = await waitForOutcome(folder, record);
  if (outcome?.ok) return print(this, outcome.message);
  const silence = `The daemon (process ${record.pid}) did not say within ${PATIENCE / 1000} s what came of it; see its log`;
  return fail(this, outcome ? `${outcome.message}\nThe daemon keeps its old configuration` : silence);
}

const noDaemon = (folder: string) =>
  `No daemon runs with the data folder ${folder}; name another with --data-dir or --config`;

/** What stands against a reload, as far as it can be told before the daemon is asked. */
async function whyNotNow(context: Context, record: DaemonRecord): Promise<string | undefined> {
  const problems = await checkFirst(context, record);
  if (problems.length > 0) return [...problems, "The daemon was left as it is"].join("\n");
  // A number in an old file may belong to another program by now, which SIGHUP would end.
  const fault = await whyUnhealthy(record.url);
  return fault === undefined ? undefined : `The daemon at ${record.url} does not answer: ${fault}`;
}

/** What is wrong with the daemon's file, as far as this process can tell: the daemon has an environment and flags of its own. */
async function checkFirst(context: Context, { file, url }: DaemonRecord): Promise<readonly string[]> {
  if (file === undefined) return [];
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  try {
    await load(context, { file, flags: { host } });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.filter(({ unset }) => unset === undefined).map(formatProblem);
  }
}

async function waitForOutcome(folder: string, before: DaemonRecord): Promise<DaemonRecord["reload"]> {
  const until = performance.now() + PATIENCE;
  while (performance.now() < until) {
    const outcome = readDaemonRecord(folder)?.reload;
    if (outcome && outcome.attempt !== before.reload?.attempt) return outcome;
    await Bun.sleep(INTERVAL);
  }
  return undefined;
}
