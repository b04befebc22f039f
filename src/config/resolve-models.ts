import type { Model } from "../spec/model.ts";
import type { ProviderConnection } from "./configuration.ts";
import { findVendor, type ResolveContext } from "./context.ts";
import { nearest } from "./nearest.ts";
import { childOf } from "./problem.ts";
import type { ModelSettings } from "./schema.ts";

/** What `models` says. */
export interface ResolvedModels {
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly models: readonly Model[];
}

/** Tells aliases (`any_of`) from words on single models (`provider/model`). */
export function resolveModels(
  written: Readonly<Record<string, ModelSettings>>,
  connections: readonly ProviderConnection[],
  context: ResolveContext,
): ResolvedModels {
  const aliases = new Map<string, readonly string[]>();
  const models: Model[] = [];
  for (const [name, settings] of Object.entries(written)) {
    const pointer = childOf("/models", name);
    if (settings.any_of) {
      checkAlias(settings.any_of, { pointer, written, context });
      aliases.set(name, settings.any_of);
    } else {
      const model = resolveModel(name, settings, { pointer, connections, context });
      if (model) models.push(model);
    }
  }
  return { aliases, models };
}

interface AliasPlace {
  readonly pointer: string;
  readonly written: Readonly<Record<string, ModelSettings>>;
  readonly context: ResolveContext;
}

function checkAlias(models: readonly string[], { pointer, written, context }: AliasPlace): void {
  for (const [index, model] of models.entries()) {
    if (!written[model]?.any_of) continue;
    const message = `${model} is an alias itself`;
    context.report(`${pointer}/any_of/${index}`, { message, hint: "name the models it stands for" });
  }
}

interface ModelPlace {
  readonly pointer: string;
  readonly connections: readonly ProviderConnection[];
  readonly context: ResolveContext;
}

function resolveModel(name: string, settings: ModelSettings, place: ModelPlace): Model | undefined {
  const { pointer, connections, context } = place;
  const slash = name.indexOf("/");
  if (slash <= 0) {
    const hint = "give it any_of: [provider/model, …] to make it an alias, or write the key as provider/model";
    context.report(pointer, { message: "this names neither a provider nor what it stands for", hint, atKey: true });
    return undefined;
  }
  const spelling = name.slice(0, slash);
  const provider = connections.find(({ id }) => id === spelling)?.id ?? findVendor(context.vendors, spelling)?.id;
  if (provider === undefined) {
    const near = nearest(
      spelling,
      [...connections, ...context.vendors].map(({ id }) => id),
    );
    const hint = near === undefined ? "nothing will come of this entry" : `write ${near}${name.slice(slash)}`;
    context.warn(pointer, { message: `there is no provider ${spelling}`, hint, atKey: true });
  }
  return describeModel(provider ?? spelling, name.slice(slash + 1), settings);
}

/** A model with what the configuration knows of it. */
export function describeModel(provider: string, name: string, facts: Omit<ModelSettings, "any_of">): Model {
  const { price, attributes, limits, display_name: displayName, description } = facts;
  return {
    id: `${provider}/${name}`,
    provider,
    name,
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
    ...(limits?.input_tokens !== undefined && { inputTokenLimit: limits.input_tokens }),
    ...(limits?.output_tokens !== undefined && { outputTokenLimit: limits.output_tokens }),
    ...(price && { price: describePrice(price) }),
    ...(attributes && { attributes }),
    source: "configuration",
  };
}

function describePrice({
  input,
  output,
  cache_read: cacheRead,
  cache_write: cacheWrite,
}: NonNullable<ModelSettings["price"]>) {
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  };
}
