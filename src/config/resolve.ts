import { dirname } from "node:path";
import { isLoopback, readAddress } from "./address.ts";
import { type Configuration, defaults } from "./configuration.ts";
import type { ResolveContext } from "./context.ts";
import { resolvePath, usualDataFolder } from "./folders.ts";
import { resolveModels } from "./resolve-models.ts";
import { resolveProviders } from "./resolve-providers.ts";
import type { Settings } from "./schema.ts";

/** Fills in defaults and checks what no schema can. */
export function resolveSettings(settings: Settings, context: ResolveContext): Configuration {
  const timeouts = { ...defaults.timeouts, ...settings.timeouts };
  const { connections, disabled, listed } = resolveProviders(settings.providers ?? {}, timeouts, context);
  const { aliases, models } = resolveModels(settings.models ?? {}, connections, context);
  if (Object.keys(settings.mcp_servers ?? {}).length > 0) {
    context.warn("/mcp_servers", { message: "not yet used by this version", hint: "", atKey: true });
  }
  return {
    ...resolveAddress(settings.listen, context),
    dataFolder: resolveDataFolder(settings.data_dir, context),
    providers: connections,
    disabledProviders: disabled,
    models: [...listed, ...models],
    aliases,
    strict: settings.strict ?? defaults.strict,
    allowedHosts: settings.allowed_hosts ?? [],
    allowedOrigins: resolveOrigins(settings.allowed_origins ?? [], context),
    log: { level: settings.log?.level ?? defaults.log.level, format: settings.log?.format ?? defaults.log.format },
    limits: {
      bodyBytes: Math.round((settings.limits?.body_megabytes ?? defaults.bodyMegabytes) * 1024 * 1024),
      drain: settings.limits?.drain_seconds ?? defaults.drainSeconds,
    },
    timeouts,
  };
}

function resolveAddress(
  listen: Settings["listen"],
  { flags, report }: ResolveContext,
): { readonly host: string; readonly port: number } {
  const written = listen === undefined ? {} : readAddress(listen);
  if (!written) report("/listen", { message: "this is no address", hint: "write for example listen: 127.0.0.1:4010" });
  const host = flags.host ?? written?.host ?? defaults.host;
  if (!isLoopback(host)) {
    const pointer = flags.host === undefined ? "/listen" : "--host";
    const message = `${host} is reachable from other machines, and this version has no access keys to guard it`;
    report(pointer, { message, hint: "use 127.0.0.1, ::1 or localhost" });
  }
  return { host, port: flags.port ?? written?.port ?? defaults.port };
}

function resolveDataFolder(written: string | undefined, { flags, surroundings, file }: ResolveContext): string {
  const { home, workingFolder } = surroundings;
  if (flags.dataFolder !== undefined) return resolvePath(flags.dataFolder, home, workingFolder);
  if (written !== undefined) return resolvePath(written, home, file === undefined ? workingFolder : dirname(file));
  return usualDataFolder(surroundings);
}

function resolveOrigins(origins: readonly string[], { report }: ResolveContext): readonly string[] {
  for (const [index, origin] of origins.entries()) {
    const isOrigin = origin === "*" || origin === "null" || (URL.canParse(origin) && sameOrigin(origin));
    const hint = "write scheme and host alone, such as http://localhost:3000";
    if (!isOrigin) report(`/allowed_origins/${index}`, { message: "this is no origin", hint });
  }
  return origins;
}

/** `app://frame` and the like have the origin "null" for the parser, so the text is what counts. */
const sameOrigin = (text: string) => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/i.test(text);
