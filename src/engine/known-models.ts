import type { ModelInfo } from "@pydantic/genai-prices";
import type { Model } from "../spec/model.ts";

/** Models that public price lists name, by provider (the ids are those of the price list). */
export interface KnownModels {
  list(provider: string): readonly Model[];
  /** The model that a provider means by `name`, dated and aliased names included. */
  find(provider: string, name: string): Model | undefined;
}

/** Reads the price snapshot inside the program. It takes 45 ms, so that it is read when first asked for. */
export async function loadKnownModels(): Promise<KnownModels> {
  const prices = await import("@pydantic/genai-prices");
  return {
    list: (provider) =>
      prices.findProvider({ providerId: provider })?.models.map((model) => toModel(provider, model)) ?? [],
    find: (provider, name) => {
      if (!prices.findProvider({ providerId: provider })) return undefined;
      const found = prices.calcPrice({}, name, { providerId: provider });
      return found ? { ...toModel(provider, found.model), id: `${provider}/${name}`, name } : undefined;
    },
  };
}

function toModel(provider: string, model: ModelInfo): Model {
  const price = readPrice(model.prices);
  return {
    id: `${provider}/${model.id}`,
    provider,
    name: model.id,
    ...(model.name !== undefined && { displayName: model.name }),
    ...(model.description !== undefined && { description: model.description.trim() }),
    ...(model.context_window !== undefined && { inputTokenLimit: model.context_window }),
    ...(model.deprecated !== undefined && { deprecated: model.deprecated }),
    ...(price && { price }),
    source: "prices",
  };
}

/** The plain price per million tokens; of several by date or time the last, of tiers the lowest. */
function readPrice(prices: ModelInfo["prices"]): Model["price"] {
  const latest = Array.isArray(prices) ? prices.at(-1)?.prices : prices;
  if (!latest) return undefined;
  const base = (name: string) => {
    const price = latest[name];
    return typeof price === "object" ? price.base : price;
  };
  const [input, output, cacheRead, cacheWrite] = [
    "input_mtok",
    "output_mtok",
    "cache_read_mtok",
    "cache_write_mtok",
  ].map(base);
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  };
}
