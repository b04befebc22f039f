import { buildCommand } from "@stricli/core";
import { type Context, fail, print } from "../context.ts";
import { type FoundDaemon, findDaemon, type Whereabouts, whyUnhealthy } from "../find-daemon.ts";
import { configFlag, dataDirFlag } from "../flags.ts";

interface HealthFlags extends Whereabouts {
  readonly url?: string;
}

/** `perdix health` */
export const health = buildCommand<HealthFlags, [], Context>({
  func: checkHealth,
  parameters: {
    flags: {
      url: { kind: "parsed", parse: readUrl, brief: "Ask this address", placeholder: "URL", optional: true },
      config: configFlag,
      dataDir: dataDirFlag,
    },
  },
  docs: { brief: "Ask whether the daemon answers; the exit status tells" },
});

function readUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new TypeError("an address looks like http://127.0.0.1:4010");
}

async function checkHealth(this: Context, { url, ...whereabouts }: HealthFlags): Promise<void> {
  const address = url ?? addressOf(await findDaemon(this, whereabouts));
  const fault = await whyUnhealthy(address);
  if (fault === undefined) print(this, `ok ${address}`);
  else fail(this, `${address} does not answer: ${fault}`);
}

function addressOf({ record, configuration }: FoundDaemon): string {
  const { host = "127.0.0.1", port = 4010 } = configuration ?? {};
  return record?.url ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
