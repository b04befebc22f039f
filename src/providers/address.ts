import type { Vendor } from "./vendor.ts";

/** Where one upstream is asked. */
export interface Address {
  /** Host and port, for messages; never a path or a query. */
  readonly host: string;
  /** The URL of a chat request. */
  chat(model: string, query: Readonly<Record<string, string>>): string;
  /** The URL of the listing; undefined where there is none. */
  readonly models: string | undefined;
}

const CHAT_PATH = "/chat/completions";

/**
 * Puts the URLs of a vendor together. A base URL that already goes part of the way, such as `…/openai/v1` or
 * `…/chat/completions`, is not lengthened by that part again. Throws TypeError where `baseUrl` is no URL.
 */
export function createAddress(vendor: Vendor, baseUrl: string, apiVersion?: string): Address {
  const base = new URL(baseUrl);
  base.pathname = base.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  const versioned = apiVersion === undefined ? undefined : vendor.versioned;
  const path = joinPaths(base.pathname, versioned?.chatPath ?? vendor.chatPath ?? CHAT_PATH);
  const fixed = extend(base, path, versioned && apiVersion !== undefined ? { "api-version": apiVersion } : {});
  const named = fixed.href.includes("%7Bmodel%7D");
  return {
    host: base.host,
    models: listingUrl(vendor, base),
    chat(model, query) {
      const href = named ? fixed.href.replace("%7Bmodel%7D", () => encodeURIComponent(model)) : fixed.href;
      return Object.keys(query).length === 0 ? href : extend(new URL(href), undefined, query).href;
    },
  };
}

function listingUrl({ modelsPath }: Vendor, base: URL): string | undefined {
  if (modelsPath === null) return undefined;
  return extend(base, modelsPath ?? joinPaths(base.pathname, "/models"), {}).href;
}

function extend(url: URL, path: string | undefined, query: Readonly<Record<string, string>>): URL {
  const extended = new URL(url);
  if (path !== undefined) extended.pathname = path;
  for (const [name, value] of Object.entries(query)) extended.searchParams.set(name, value);
  return extended;
}

/** Joins two absolute paths; what the first ends with and the second begins with stands once. */
function joinPaths(base: string, path: string): string {
  const before = base.split("/").filter((step) => step !== "");
  const after = path.split("/").filter((step) => step !== "");
  let shared = Math.min(before.length, after.length);
  while (shared > 0 && before.slice(-shared).join("/") !== after.slice(0, shared).join("/")) shared--;
  return `/${[...before, ...after.slice(shared)].join("/")}`;
}
