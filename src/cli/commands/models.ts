import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { load, print } from "../context.ts";
import { findDaemon, type Whereabouts } from "../find-daemon.ts";
import { configFlag, dataDirFlag, jsonFlag } from "../flags.ts";
import { formatTable } from "../table.ts";

interface ModelsFlags extends Whereabouts {
  readonly json: boolean;
}

/** One model as the command shows it: USD per million tokens, and tokens. What is unknown is undefined. */
interface Row {
  readonly id: string;
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly context: number | undefined;
}

/** `perdix models` */
export const models = buildCommand<ModelsFlags, [], Context>({
  func: listModels,
  parameters: { flags: { json: jsonFlag, config: configFlag, dataDir: dataDirFlag } },
  docs: { brief: "List the models that can be asked" },
});

async function listModels(this: Context, { json, ...whereabouts }: ModelsFlags): Promise<void> {
  const { record } = await findDaemon(this, whereabouts);
  const rows = (record && (await askDaemon(record.url))) ?? (await askProviders(this, whereabouts));
  const sorted = rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  if (json) return print(this, JSON.stringify(sorted, undefined, 2));
  const header = ["MODEL", "INPUT $/M", "OUTPUT $/M", "CONTEXT"];
  const cells = sorted.map(({ id, input, output, context }) => [id, input, output, context]);
  print(this, formatTable([header, ...cells.map((row) => row.map((cell) => String(cell ?? "-")))]));
}

/** Undefined where the daemon does not answer. */
async function askDaemon(url: string): Promise<readonly Row[] | undefined> {
  try {
    const response = await fetch(`${url}/v1/models`, { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) return undefined;
    const { data } = (await response.json()) as { readonly data: readonly WireModel[] };
    return data.map(readRow);
  } catch {
    return undefined;
  }
}

/** The part of our own `GET /v1/models` that is shown. */
interface WireModel {
  readonly id: string;
  readonly pricing?: { readonly input_per_million?: number | null; readonly output_per_million?: number | null };
  readonly token_limits?: { readonly input?: number | null };
}

function readRow({ id, pricing, token_limits: limits }: WireModel): Row {
  const { input_per_million: input, output_per_million: output } = pricing ?? {};
  return { id, input: input ?? undefined, output: output ?? undefined, context: limits?.input ?? undefined };
}

async function askProviders(context: Context, { config, dataDir }: Whereabouts): Promise<readonly Row[]> {
  const flags = dataDir === undefined ? {} : { dataFolder: dataDir };
  const { configuration } = await load(context, { flags, ...(config !== undefined && { file: config }) });
  const { wiring } = await import("../wiring.ts");
  const { gateway } = wiring.openHouse(configuration, { log: () => undefined });
  const list = await gateway.catalogue.list();
  return list.map(({ id, price, inputTokenLimit }) => ({
    id,
    input: price?.input,
    output: price?.output,
    context: inputTokenLimit,
  }));
}
