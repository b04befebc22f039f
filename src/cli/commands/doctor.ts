import { buildCommand } from "@stricli/core";
import { type Context, load, print } from "../context.ts";
import { diagnose, type Finding } from "../diagnose.ts";
import { discoverLocalServers, fetchProbe } from "../discover.ts";
import { explainFetch } from "../explain-fetch.ts";
import { findDaemon } from "../find-daemon.ts";
import { configFlag, jsonFlag } from "../flags.ts";
import { formatTable } from "../table.ts";
import { version } from "../version.ts";

interface DoctorFlags {
  readonly config?: string;
  readonly json: boolean;
}

/** `perdix doctor` */
export const doctor = buildCommand<DoctorFlags, [], Context>({
  func: examine,
  parameters: { flags: { config: configFlag, json: jsonFlag } },
  docs: { brief: "Look at keys, providers, data folder and port, and say what is wrong" },
});

async function examine(this: Context, { config, json }: DoctorFlags): Promise<void> {
  const { roster } = await import("../../providers/roster.ts");
  const senses = {
    load: () => load(this, config === undefined ? {} : { file: config }),
    findServers: () => discoverLocalServers(roster, fetchProbe),
    whyUnreachable,
    whyTaken,
    daemon: async () => (await findDaemon(this, { config })).record,
  };
  const versions: Finding = {
    name: "perdix",
    state: "ok",
    detail: `${version}, Bun ${Bun.version}, ${process.platform} ${process.arch}`,
  };
  const findings = [versions, ...(await diagnose(senses, roster, this.surroundings))];
  if (findings.some(({ state }) => state === "fail")) this.process.exitCode = 1;
  const rows = findings.map(({ state, name, detail }) => [state, name, detail]);
  print(this, json ? JSON.stringify(findings, undefined, 2) : formatTable(rows));
}

/** Any answer will do, a refusal too: no key is sent. */
async function whyUnreachable(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "manual" });
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    return explainFetch(error);
  }
}

function whyTaken(host: string, port: number): string | undefined {
  try {
    Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
