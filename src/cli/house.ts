import type { Configuration, ProviderConnection } from "../config.ts";
import { createCallMemory } from "../engine/call-memory.ts";
import { createCatalogue } from "../engine/catalogue.ts";
import type { Clock } from "../engine/call.ts";
import type { House } from "../http/street.ts";
import { findVendor, roster } from "../providers/roster.ts";
import { createSimulatorFetch } from "../providers/sim/simulator.ts";
import { type Connection, createProvider } from "../providers/transport.ts";
import { compatibleVendor, type Vendor } from "../providers/vendor.ts";
import { GatewayError } from "../spec/error.ts";
import type { Log } from "../spec/log.ts";
import type { Provider } from "../spec/provider.ts";
import { version } from "./version.ts";

// What clients were handed stays known over a reload.
const calls = createCallMemory();

const clock: Clock = {
  now: Date.now,
  random: Math.random,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener("abort", done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        if (signal.aborted) reject(new GatewayError("client_gone", "the client left while perdix waited to ask again"));
        else resolve();
      }
    }),
};

/** Puts the house together: every provider of the configuration, and every vendor that a client may bring a key for. */
export function openHouse(configuration: Configuration, { log }: { readonly log: Log }): House {
  const { providers: connections, disabledProviders, models, aliases, strict } = configuration;
  const switchedOn = new Set(connections.map(({ id }) => id));
  const others = roster.filter(({ id }) => !switchedOn.has(id) && !disabledProviders.includes(id));
  const providers = [
    ...connections.map((connection) => connect(vendorOf(connection), log, connection)),
    ...others.map((vendor) => connect(vendor, log, { timeouts: configuration.timeouts })),
  ];
  const vendors = new Map([
    ...roster.map(({ id }) => [id, id] as const),
    ...connections.flatMap(({ id, vendor }) => (vendor === undefined ? [] : [[id, vendor] as const])),
  ]);
  const spellings = new Map(
    roster.flatMap(({ id, aliases: other = [] }) => other.map((alias) => [alias, id] as const)),
  );
  return {
    gateway: {
      catalogue: createCatalogue({ providers, spellings, vendors, configured: models, now: clock.now }),
      aliases,
      calls,
      strict,
      clock,
    },
    allowed: { hosts: configuration.allowedHosts, origins: configuration.allowedOrigins },
    bodyLimit: configuration.limits.bodyBytes,
  };
}

/** A vendor under the id the configuration gives it, or a server known by its address alone. */
function vendorOf({ id, vendor }: ProviderConnection): Vendor {
  const known = vendor === undefined ? undefined : findVendor(vendor);
  return known ? { ...known, id } : compatibleVendor(id);
}

function connect(vendor: Vendor, log: Log, connection: Connection): Provider {
  const fetch = vendor.id === "sim" ? { fetch: createSimulatorFetch({ now: clock.now }) } : {};
  return createProvider(vendor, connection, { ...fetch, now: clock.now, log, version });
}
