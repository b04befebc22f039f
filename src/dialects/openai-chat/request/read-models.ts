import { GatewayError } from "../../../spec/error.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import type { ModelChoice } from "../../../spec/request.ts";

/** `model` in all its forms (protocol.md §1.2); `providerModel` is the header `X-Provider-Model`, which stands in for the first. */
export function readModels(model: Json | undefined, providerModel: string | undefined): ModelChoice[] {
  const choices = (Array.isArray(model) ? model : [model]).map(readChoice);
  const [first, ...rest] = choices;
  return providerModel === undefined || first === undefined ? choices : [{ ...first, name: providerModel }, ...rest];
}

function readChoice(choice: Json | undefined, index: number): ModelChoice {
  if (typeof choice === "string") return { name: choice };
  const { model, name = model, id = name, settings, ...flat } = choice as JsonObject;
  const named = model ?? name ?? id;
  if (typeof named !== "string") {
    throw new GatewayError(
      "invalid_request",
      `model[${index}] names no model: give it a "model", such as "openai/gpt-5"`,
      { param: "model" },
    );
  }
  const all = { ...flat, ...(settings as JsonObject | null | undefined) };
  return Object.keys(all).length > 0 ? { name: named, settings: all } : { name: named };
}
