import type { StreamEvent } from "../spec/event.ts";
import type { Provider } from "../spec/provider.ts";
import type { ChatRequest, Lane } from "../spec/request.ts";
import { askInOrder, type Heard } from "./ask.ts";
import { openBook } from "./book.ts";
import type { Call, Clock } from "./call.ts";
import type { CallMemory } from "./call-memory.ts";
import type { Catalogue } from "./catalogue.ts";
import { offerServers } from "./offer.ts";
import { type Aliases, planCandidates } from "./plan.ts";
import { repairHistory } from "./repair.ts";

/** What the corridor is built from; one for each configuration. */
export interface Gateway {
  readonly catalogue: Catalogue;
  readonly aliases: Aliases;
  readonly calls: CallMemory;
  /** Refuse every field that the chosen model cannot honour. */
  readonly strict: boolean;
  readonly clock: Clock;
}

/** One request's way through the house, answered whole. Throws GatewayError. */
export async function answerWhole(gateway: Gateway, call: Call): Promise<readonly StreamEvent[]> {
  const journey = setOut(gateway, call);
  try {
    const { first, rest } = await journey.ask();
    const events = rest ? [...first, ...(await Array.fromAsync(rest))] : first;
    for (const event of events) journey.note(event);
    journey.book.finish();
    return journey.extended(events);
  } catch (error) {
    journey.book.fail(error);
    throw error;
  } finally {
    journey.book.close();
  }
}

/**
 * One request's way through the house, answered as it comes. The first event is an `opening`; what throws before it
 * carries its own status. Closing the generator closes the upstream.
 */
export async function* answerStream(gateway: Gateway, call: Call): AsyncGenerator<StreamEvent, void, void> {
  const journey = setOut(gateway, call);
  try {
    const { first, rest = [] } = await journey.ask();
    for (const event of journey.extended(first)) {
      journey.note(event);
      yield event;
    }
    for await (const event of rest) {
      journey.note(event);
      yield event;
    }
    journey.book.finish();
  } catch (error) {
    journey.book.fail(error);
    throw error;
  } finally {
    journey.book.close();
  }
}

/** What whole and streamed answers have in common: normalise, offer, route, ask. */
function setOut(gateway: Gateway, call: Call) {
  const { clock, calls, catalogue, aliases, strict } = gateway;
  const { signal, opened = () => {} } = call;
  const book = openBook(call, clock);
  const remember = calls.listener();
  const request = repair(call.request, calls);
  const extension = offerServers(request.servers);
  return {
    book,
    async ask(): Promise<Heard> {
      const plan = await planCandidates(request, catalogue, aliases);
      return askInOrder(plan, {
        ask({ provider, model, settings }) {
          return provider.ask({ request, model, settings, lane: chooseLane(request, provider), strict }, signal);
        },
        opened,
        sleep: (milliseconds) => clock.sleep(milliseconds, signal),
        random: clock.random,
        failures: book.failures,
      });
    },
    note(event: StreamEvent): void {
      book.enter(event);
      remember(event);
    },
    /** The events, and behind their opening what this API adds to an answer. */
    extended(events: readonly StreamEvent[]): readonly StreamEvent[] {
      const [opening, ...others] = events;
      return extension && opening ? [opening, { type: "extension", fields: extension }, ...others] : events;
    },
  };
}

function repair(request: ChatRequest, { recall }: CallMemory): ChatRequest {
  const messages = repairHistory(request.messages, recall);
  return messages === request.messages ? request : { ...request, messages, repaired: true };
}

/** The relay lane's one entrance: the same dialect on both sides, and nothing that must look inside or add to the answer. */
function chooseLane(request: ChatRequest, provider: Provider): Lane {
  return provider.relays && provider.dialect === request.source.dialect && request.servers.length === 0
    ? "relay"
    : "events";
}
