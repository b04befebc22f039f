import { GatewayError } from "../spec/error.ts";
import type { Model } from "../spec/model.ts";
import type { Provider } from "../spec/provider.ts";
import { type KnownModels, loadKnownModels } from "./known-models.ts";

/** A model that a name stands for. */
export interface Resolved {
  readonly provider: Provider;
  /** The upstream's own name. */
  readonly model: string;
}

/** What the catalogue is made of. */
export interface CatalogueOptions {
  /** Every provider that can be asked, with or without a key. */
  readonly providers: readonly Provider[];
  /** Other spellings of provider ids: `together_ai` → `together`. */
  readonly spellings: ReadonlyMap<string, string>;
  /** The vendor whose public models a provider has, by provider id; absent for a server known by its address alone. */
  readonly vendors: ReadonlyMap<string, string>;
  /** Models the configuration names or describes; the list of a provider that is named here is complete. */
  readonly configured: readonly Model[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly knownModels?: () => Promise<KnownModels>;
}

/** Which models there are and what a name means. */
export interface Catalogue {
  /** Throws GatewayError `model_not_found`, saying what would have matched. */
  resolve(name: string, hint: { readonly provider?: string; readonly brought: boolean }): Promise<Resolved>;
  /** All models of the providers that can be asked now. */
  list(): Promise<readonly Model[]>;
  find(id: string): Promise<Model | undefined>;
}

const LISTING_LIFETIME = 300_000;
const FAILED_LISTING_LIFETIME = 10_000;
// Providers that answer only when they are named: the simulator must never stand in for a model.
const onlyByName = new Set(["sim"]);

/** Builds the catalogue. Upstreams are asked for their lists when a list is needed, at most every five minutes. */
export function createCatalogue({
  providers,
  spellings,
  vendors,
  configured,
  now,
  knownModels = loadKnownModels,
}: CatalogueOptions): Catalogue {
  const byId = new Map(providers.map((provider) => [provider.id, provider]));
  const listings = new Map<string, { readonly until: number; readonly models: Promise<readonly Model[]> }>();
  let known: Promise<KnownModels> | undefined;

  const providerOf = (id: string) => byId.get(spellings.get(id) ?? id);
  const usable = () => providers.filter((provider) => provider.missing(undefined) === undefined);

  function listed(provider: Provider): Promise<readonly Model[]> {
    const kept = listings.get(provider.id);
    if (kept && kept.until > now()) return kept.models;
    const models: Promise<readonly Model[]> = provider.listModels(new AbortController().signal).catch(() => {
      // A provider that cannot be asked lists nothing; `perdix doctor` tells why.
      listings.set(provider.id, { until: now() + FAILED_LISTING_LIFETIME, models });
      return [];
    });
    listings.set(provider.id, { until: now() + LISTING_LIFETIME, models });
    return models;
  }

  /** What public price lists say of a provider's models. */
  async function publicly<T>(
    provider: Provider,
    read: (facts: KnownModels, vendor: string) => T,
  ): Promise<T | undefined> {
    const vendor = vendors.get(provider.id);
    known ??= knownModels();
    return vendor === undefined ? undefined : read(await known, vendor);
  }

  async function modelsOf(provider: Provider): Promise<readonly Model[]> {
    const own = configured.filter((model) => model.provider === provider.id);
    const priced = await publicly(provider, ({ list }, vendor) => list(vendor));
    return merge([...own, ...(await listed(provider)), ...(priced ?? []).map((model) => renamed(model, provider))]);
  }

  /** Providers that know a bare name, from what is configured and known, then from what upstreams list. */
  async function knowers(name: string, candidates: readonly Provider[]): Promise<readonly Provider[]> {
    const isConfigured = ({ id }: Provider) => configured.some((model) => model.provider === id && model.name === name);
    const sure = candidates.filter(isConfigured);
    if (sure.length > 0) return sure;
    const facts = await Promise.all(
      candidates.map((provider) => publicly(provider, ({ find }, vendor) => find(vendor, name))),
    );
    const priced = candidates.filter((_, index) => facts[index] !== undefined);
    if (priced.length > 0) return priced;
    const lists = await Promise.all(candidates.map(listed));
    return candidates.filter((_, index) => lists[index]?.some((model) => model.name === name));
  }

  async function resolveBare(name: string, brought: boolean): Promise<Resolved> {
    const candidates = (brought ? providers : usable()).filter(({ id }) => !onlyByName.has(id));
    const found = await knowers(name, candidates);
    const [provider, ...others] = found;
    if (provider && others.length === 0) return { provider, model: name };
    const full = found.map(({ id }) => `${id}/${name}`);
    if (full.length > 0) throw notFound(`"${name}" could be ${full.join(" or ")}: say which`);
    throw notFound(await explainAbsence(name, candidates));
  }

  async function explainAbsence(name: string, candidates: readonly Provider[]): Promise<string> {
    const models = (await Promise.all(candidates.map(modelsOf))).flat();
    const ids = models.map(({ id }) => id);
    const near = ids.filter((id) => isNear(id, name)).slice(0, 5);
    const absent = `There is no model "${name}"`;
    if (near.length > 0) return `${absent}. Did you mean ${near.join(", ")}?`;
    const slash = name.indexOf("/");
    const providerNames = [...byId.keys()].join(", ");
    if (slash > 0) return `${absent}, and no provider "${name.slice(0, slash)}" either; providers are ${providerNames}`;
    const hint = "See GET /v1/models, or say provider/model";
    return `${absent}. ${candidates.length === 0 ? "No provider has a key yet: run `perdix doctor`, or try sim/echo" : hint}`;
  }

  return {
    async resolve(name, { provider: hinted, brought }) {
      if (hinted !== undefined) {
        const provider = providerOf(hinted);
        const names = providers.map(({ id }) => id).join(", ");
        if (!provider) {
          throw new GatewayError("invalid_request", `There is no provider "${hinted}"; there are: ${names}`, {
            param: "X-Provider",
          });
        }
        const prefix = name.slice(0, name.indexOf("/"));
        return { provider, model: providerOf(prefix) === provider ? name.slice(prefix.length + 1) : name };
      }
      const slash = name.indexOf("/");
      const provider = slash > 0 ? providerOf(name.slice(0, slash)) : undefined;
      return provider ? { provider, model: name.slice(slash + 1) } : resolveBare(name, brought);
    },
    list: async () => (await Promise.all(usable().map(modelsOf))).flat(),
    async find(id) {
      const slash = id.indexOf("/");
      const provider = providerOf(id.slice(0, Math.max(slash, 0)));
      if (!provider || provider.missing(undefined) !== undefined) return undefined;
      const name = id.slice(slash + 1);
      const listedModel = (await modelsOf(provider)).find((model) => model.name === name);
      const priced = listedModel ?? (await publicly(provider, (facts, vendor) => facts.find(vendor, name)));
      return priced && renamed(priced, provider);
    },
  };
}

/** A vendor's public model as one of a provider that may go by another id. */
const renamed = (model: Model, { id }: Provider): Model => ({ ...model, id: `${id}/${model.name}`, provider: id });

const notFound = (message: string) => new GatewayError("model_not_found", message, { param: "model" });

/** One entry a model: the configuration's word goes before the upstream's, and that before the price list's. */
function merge(models: readonly Model[]): Model[] {
  const byId = new Map<string, Model>();
  for (const model of models) byId.set(model.id, { ...model, ...byId.get(model.id) });
  return [...byId.values()];
}

const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** True where one name holds the other, letters and digits alone counted. */
function isNear(id: string, name: string): boolean {
  const bare = plain(id.slice(id.indexOf("/") + 1));
  const asked = plain(name.slice(name.lastIndexOf("/") + 1));
  return asked.length > 1 && (bare.includes(asked) || asked.includes(bare));
}
