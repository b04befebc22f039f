import { GatewayError } from "../spec/error.ts";
import type { JsonObject } from "../spec/json.ts";
import type { Candidate, Plan } from "../spec/provider.ts";
import type { ChatRequest, ModelChoice } from "../spec/request.ts";
import type { Catalogue } from "./catalogue.ts";

/** Names the configuration gives to lists of models. */
export type Aliases = ReadonlyMap<string, readonly string[]>;

/**
 * Which models are asked, in which order: as the client named them, aliases replaced by what they stand for.
 * A name that cannot be asked is passed over where another can; the first such error is thrown where none can.
 */
export async function planCandidates(request: ChatRequest, catalogue: Catalogue, aliases: Aliases): Promise<Plan> {
  const candidates: Candidate[] = [];
  const rejected: { readonly id: string; readonly reason: string }[] = [];
  let first: GatewayError | undefined;
  for (const choice of expand(request.models, aliases)) {
    try {
      const candidate = await findCandidate(choice, request, catalogue);
      if (!candidates.some(({ id }) => id === candidate.id)) candidates.push(candidate);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      first ??= error;
      rejected.push({ id: choice.name, reason: error.message });
    }
  }
  if (candidates.length > 0) return { candidates, rejected };
  throw first ?? new GatewayError("model_not_found", "No model was named", { param: "model" });
}

const noSettings: JsonObject = {};

async function findCandidate(
  choice: ModelChoice,
  { brought, models }: ChatRequest,
  catalogue: Catalogue,
): Promise<Candidate> {
  const hinted = models.length === 1 ? brought?.provider : undefined;
  const hint = { ...(hinted !== undefined && { provider: hinted }), brought: brought !== undefined };
  const { provider, model } = await catalogue.resolve(choice.name, hint);
  const missing = provider.missing(brought);
  if (missing !== undefined) throw new GatewayError("provider_key_missing", missing, { param: "model" });
  return { provider, model, id: `${provider.id}/${model}`, settings: choice.settings ?? noSettings, reason: "named" };
}

/** Aliases may name aliases; one that leads back to itself is not followed twice. */
function expand(
  choices: readonly ModelChoice[],
  aliases: Aliases,
  followed: readonly string[] = [],
): readonly ModelChoice[] {
  if (aliases.size === 0) return choices;
  return choices.flatMap((choice) => {
    const names = followed.includes(choice.name) ? undefined : aliases.get(choice.name);
    if (!names) return [choice];
    const meant = names.map((name) => ({ ...choice, name }));
    return expand(meant, aliases, [...followed, choice.name]);
  });
}
