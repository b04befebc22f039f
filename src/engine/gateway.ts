import type { StreamEvent } from "../spec/event.ts";
import type { Candidate, Provider } from "../spec/provider.ts";
import type { ChatRequest, Lane } from "../spec/request.ts";
import { askInOrder } from "./ask.ts";
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

/**
 * One request's way through the house. The first event is an `opening`; errors before it carry their own status.
 * Closing the generator closes the upstream.
 */
export async function* answer(gateway: Gateway, call: Call): AsyncGenerator<StreamEvent, void, void> {
  const { clock, calls } = gateway;
  const book = openBook(call, clock);
  const remember = calls.listener();
  try {
    const request = repair(call.request, calls);
    const extension = offerServers(request.servers);
    const plan = await planCandidates(request, gateway.catalogue, gateway.aliases);
    const turn = (candidate: Candidate) => ({
      request,
      model: candidate.model,
      settings: candidate.settings,
      lane: chooseLane(request, candidate.provider),
      strict: gateway.strict,
    });
    const events = askInOrder(plan, {
      ask: (candidate) => candidate.provider.ask(turn(candidate), call.signal),
      sleep: (milliseconds) => clock.sleep(milliseconds, call.signal),
      random: clock.random,
      failures: book.failures,
    });
    for await (const event of events) {
      book.enter(event);
      remember(event);
      yield event;
      if (event.type === "opening" && request.servers.length > 0) yield { type: "extension", fields: extension };
    }
    book.finish();
  } catch (error) {
    book.fail(error);
    throw error;
  } finally {
    book.close();
  }
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
