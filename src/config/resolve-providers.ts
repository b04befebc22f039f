import type { Model } from "../spec/model.ts";
import type { KnownVendor, ProviderConnection, Timeouts, Traits } from "./configuration.ts";
import { findVendor, type ResolveContext } from "./context.ts";
import { nearest } from "./nearest.ts";
import { childOf } from "./problem.ts";
import { describeModel } from "./resolve-models.ts";
import type { ProviderSettings } from "./schema.ts";

/** What `providers` and the keys in the environment say. */
export interface ResolvedProviders {
  readonly connections: readonly ProviderConnection[];
  readonly disabled: readonly string[];
  /** The models that providers are configured to have. */
  readonly listed: readonly Model[];
}

const COMPATIBLE = "openai-compatible";
// Their dialects come with a later version; configurations may name them already.
const toCome = new Set(["anthropic", "google", "gemini"]);

/** Those of the file first, then the vendors whose key stands in the environment. */
export function resolveProviders(
  written: Readonly<Record<string, ProviderSettings>>,
  timeouts: Timeouts,
  context: ResolveContext,
): ResolvedProviders {
  const connections: ProviderConnection[] = [];
  const disabled: string[] = [];
  const listed: Model[] = [];
  const seen = new Set<string>();
  for (const [spelling, settings] of Object.entries(written)) {
    const pointer = childOf("/providers", spelling);
    const named = findVendor(context.vendors, spelling);
    const id = settings.type === undefined || settings.type === named?.id ? (named?.id ?? spelling) : spelling;
    if (seen.has(id)) {
      context.report(pointer, { message: `${id} stands here twice`, hint: "keep one of the two", atKey: true });
    }
    seen.add(id);
    if (settings.disabled) {
      disabled.push(id);
      continue;
    }
    const connection = resolveProvider(settings, { id, pointer, named, timeouts, context });
    if (connection) connections.push(connection);
    for (const model of settings.models ?? []) {
      listed.push(typeof model === "string" ? describeModel(id, model, {}) : describeModel(id, model.name, model));
    }
  }
  const found = context.vendors
    .filter(({ id }) => !seen.has(id))
    .map((vendor) => fromEnvironment(vendor, timeouts, context))
    .filter((connection) => connection !== undefined);
  return { connections: [...connections, ...found], disabled, listed };
}

interface ProviderPlace {
  readonly id: string;
  readonly pointer: string;
  /** The vendor that the provider's own name stands for. */
  readonly named: KnownVendor | undefined;
  readonly timeouts: Timeouts;
  readonly context: ResolveContext;
}

function resolveProvider(settings: ProviderSettings, place: ProviderPlace): ProviderConnection | undefined {
  const { id, pointer, timeouts, context } = place;
  const vendor = chooseVendor(settings, place);
  if (vendor === undefined) return undefined;
  checkProvider(settings, place, vendor);
  // A key of the environment goes only to the vendor it is named after, not to another server of its type.
  const own = vendor !== COMPATIBLE && vendor.id === id ? vendor : undefined;
  const key = settings.api_key === undefined ? keyOf(own, context) : writtenKey(settings.api_key, pointer, context);
  const baseUrl = settings.base_url ?? addressOf(own, context);
  const apiVersion = settings.api_version ?? firstSet(own?.versioned?.variables, context)?.value;
  return {
    id,
    ...(vendor !== COMPATIBLE && { vendor: vendor.id }),
    ...key,
    ...(baseUrl !== undefined && { baseUrl: baseUrl.replace(/\/+$/, "") }),
    ...(apiVersion !== undefined && { apiVersion }),
    headers: settings.headers ?? {},
    ...(settings.models && {
      models: settings.models.map((model) => (typeof model === "string" ? model : model.name)),
    }),
    timeouts: { ...timeouts, ...settings.timeouts },
    traits: toTraits(settings.quirks),
    source: "file",
  };
}

/** The vendor a provider is of, or that it is of none; undefined where neither can be told. */
function chooseVendor({ type }: ProviderSettings, place: ProviderPlace): KnownVendor | typeof COMPATIBLE | undefined {
  const { id, pointer, named, context } = place;
  if (type === COMPATIBLE) return COMPATIBLE;
  const vendor = type === undefined ? named : findVendor(context.vendors, type);
  if (vendor) return vendor;
  if (toCome.has(type ?? id)) {
    context.warn(pointer, {
      message: "not yet used by this version",
      hint: "reach it by openrouter or vercel meanwhile",
      atKey: true,
    });
    return undefined;
  }
  const ids = context.vendors.map((known) => known.id);
  const near = nearest(type ?? id, type === undefined ? ids : [...ids, COMPATIBLE]);
  if (type !== undefined) {
    const hint = `write type: ${near ?? COMPATIBLE}`;
    context.report(childOf(pointer, "type"), { message: `there is no vendor ${type}`, hint });
    return undefined;
  }
  const hint =
    near === undefined
      ? `give it type: ${COMPATIBLE} and a base_url`
      : `write ${near}, or give it type: ${COMPATIBLE} and a base_url`;
  context.report(pointer, { message: `there is no vendor ${id}`, hint, atKey: true });
  return undefined;
}

function checkProvider(
  { base_url, headers = {} }: ProviderSettings,
  place: ProviderPlace,
  vendor: KnownVendor | typeof COMPATIBLE,
): void {
  const { id, pointer, context } = place;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) {
    const hint = "use letters, digits, dot, dash and underscore, so that provider/model can be told apart";
    context.report(pointer, { message: "this cannot be a provider's name", hint, atKey: true });
  }
  if (vendor === COMPATIBLE && base_url === undefined) {
    context.report(pointer, {
      message: "base_url is missing",
      hint: "add base_url: http://127.0.0.1:8000/v1",
      atKey: true,
    });
  }
  if (base_url !== undefined && !URL.canParse(base_url)) {
    context.report(childOf(pointer, "base_url"), {
      message: "this is no address",
      hint: "write for example base_url: http://127.0.0.1:8000/v1",
    });
  }
  for (const name of Object.keys(headers).filter((header) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header))) {
    const header = childOf(childOf(pointer, "headers"), name);
    context.report(header, {
      message: "this cannot be a header's name",
      hint: "use letters, digits and dashes",
      atKey: true,
    });
  }
}

interface FoundKey {
  readonly key?: string;
  readonly keyFrom?: string;
}

function writtenKey(written: string, pointer: string, { variables, report }: ResolveContext): FoundKey {
  const key = written.trim();
  const place = childOf(pointer, "api_key");
  if (key === "") return {};
  if (!isSendable(key)) report(place, unsendable);
  return { key, keyFrom: variables.get(place)?.[0] ?? "configuration" };
}

function keyOf(vendor: KnownVendor | undefined, context: ResolveContext): FoundKey {
  const found = firstSet(vendor?.keyVariables, context);
  if (!found) return {};
  if (isSendable(found.value)) return { key: found.value, keyFrom: found.name };
  context.warn(`$${found.name}`, unsendable);
  return {};
}

function addressOf(vendor: KnownVendor | undefined, context: ResolveContext): string | undefined {
  const found = firstSet(vendor?.baseUrlVariables, context);
  if (!found || URL.canParse(found.value)) return found?.value;
  context.warn(`$${found.name}`, { message: "this is no address", hint: "set it to one that starts with https://" });
  return undefined;
}

const unsendable = {
  message: "the key holds a character that no header can carry",
  hint: "look for a blank or line break in it",
};
const isSendable = (key: string) => /^[\x21-\x7e]+$/.test(key);

function firstSet(names: readonly string[] | undefined, { surroundings }: ResolveContext) {
  for (const name of names ?? []) {
    const value = surroundings.environment[name]?.trim();
    if (value !== undefined && value !== "") return { name, value };
  }
  return undefined;
}

function fromEnvironment(
  vendor: KnownVendor,
  timeouts: Timeouts,
  context: ResolveContext,
): ProviderConnection | undefined {
  if (!firstSet(vendor.keyVariables, context)) return undefined;
  const place = { id: vendor.id, pointer: childOf("/providers", vendor.id), named: vendor, timeouts, context };
  const connection = resolveProvider({}, place);
  return connection && { ...connection, source: "environment" };
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function toTraits(written: NonNullable<ProviderSettings["quirks"]> = {}): Traits {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [camel(name), value]));
}
