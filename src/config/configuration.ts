import type { LogLevel } from "../spec/log.ts";
import type { Model } from "../spec/model.ts";
import type { Environment } from "./expand.ts";

/** Everything the daemon is told, complete: defaults filled in, names resolved, checked. */
export interface Configuration {
  /** A loopback address or `localhost`. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Absolute path. */
  readonly dataFolder: string;
  /** The providers that are switched on, those of the file first, in its order. */
  readonly providers: readonly ProviderConnection[];
  /** Canonical ids that must not be offered at all. */
  readonly disabledProviders: readonly string[];
  /** What the file says of single models. */
  readonly models: readonly Model[];
  /** Names that stand for lists of models. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Refuse every field that the chosen model cannot honour. */
  readonly strict: boolean;
  /** Host names beyond loopback that requests may name. */
  readonly allowedHosts: readonly string[];
  /** Origins that browsers may call from. */
  readonly allowedOrigins: readonly string[];
  readonly log: LogSettings;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
}

/** What is logged, and how it looks; `auto` is `pretty` on a terminal and `json` elsewhere. */
export interface LogSettings {
  readonly level: LogLevel;
  readonly format: "auto" | "pretty" | "json";
}

/** Bounds of the daemon. */
export interface Limits {
  /** Bytes of the largest request body. */
  readonly bodyBytes: number;
  /** Seconds that requests in flight have to end when the daemon is told to. */
  readonly drain: number;
}

/** Deadlines of an upstream call, in seconds: to its headers, between its bytes, and in all. */
export interface Timeouts {
  readonly headers: number;
  readonly idle: number;
  readonly total: number;
}

/** How one provider is reached. */
export interface ProviderConnection {
  /** As in `provider/model`; canonical where a vendor is meant. */
  readonly id: string;
  /** The vendor whose habits it has; absent for any other OpenAI-compatible server. */
  readonly vendor?: string;
  readonly key?: string;
  /** Where the key came from: the variable's name, or `configuration`. Never the key. */
  readonly keyFrom?: string;
  readonly baseUrl?: string;
  readonly apiVersion?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The models it is configured to have; absent where it is to be asked. */
  readonly models?: readonly string[];
  readonly timeouts: Timeouts;
  /** Where it departs from its vendor's habits. */
  readonly traits: Traits;
  /** What switched it on. */
  readonly source: "file" | "environment";
}

/** Departures from the OpenAI shape, as the chat dialect's traits name them. */
export interface Traits {
  readonly outputLimit?: "max_tokens" | "max_completion_tokens" | "either";
  readonly developerRole?: boolean;
  readonly streamUsage?: "ask" | "always" | "never";
  readonly reasoning?: "reasoning_content" | "reasoning";
  readonly thinkTags?: boolean;
  readonly contentParts?: boolean;
  readonly requiredChoice?: "required" | "any";
  readonly unsupported?: readonly string[];
  readonly extensions?: readonly string[];
}

/** What must be known of a vendor to configure it; a vendor record is one. */
export interface KnownVendor {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly keyVariables: readonly string[];
  readonly baseUrlVariables?: readonly string[];
  readonly versioned?: { readonly variables: readonly string[] };
}

/** What the process was started in. */
export interface Surroundings {
  readonly environment: Environment;
  /** The user's home folder. */
  readonly home: string;
  readonly workingFolder: string;
}

/** What the command line says over the file. */
export interface Flags {
  readonly host?: string;
  readonly port?: number;
  readonly dataFolder?: string;
}

/** What holds where nothing is said. */
export const defaults = {
  host: "127.0.0.1",
  port: 4010,
  dataFolder: "perdix",
  strict: false,
  log: { level: "info", format: "auto" },
  bodyMegabytes: 64,
  drainSeconds: 30,
  // Plain answers of reasoning models send their headers only when they have thought.
  timeouts: { headers: 600, idle: 300, total: 3600 },
} as const;

/** Every value of a configuration that no log may show. */
export function secretsOf({ providers }: Pick<Configuration, "providers">): readonly string[] {
  return providers.flatMap(({ key, headers }) => {
    const secret = Object.entries(headers).filter(([name]) => /auth|key|token|secret|cookie|password/i.test(name));
    return [key, ...secret.map(([, value]) => value)].filter((value) => value !== undefined);
  });
}
