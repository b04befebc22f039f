import { type ListenOptions, listen, type Server } from "../http/server.ts";
import type { House } from "../http/street.ts";
import type { Configuration } from "../config.ts";
import type { Log } from "../spec/log.ts";
import { openHouse } from "./house.ts";

/** What the daemon is put together from; tests bring their own. */
export interface Wiring {
  openHouse(configuration: Configuration, options: { readonly log: Log }): House;
  listen(options: ListenOptions): Server;
}

/** The real parts. */
export const wiring: Wiring = { openHouse, listen };
