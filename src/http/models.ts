import { Elysia } from "elysia";
import { GatewayError } from "../spec/error.ts";
import type { JsonObject } from "../spec/json.ts";
import type { Model } from "../spec/model.ts";
import type { Street } from "./street.ts";

/** `GET /v1/models` and `GET /v1/models/{id}`; ids hold slashes, raw or encoded. */
export const models = (street: Street) =>
  new Elysia()
    .get("/v1/models", ({ request }) =>
      street.serve(request, async ({ house, headers }) => {
        const list = await house.gateway.catalogue.list();
        return Response.json({ object: "list", data: list.map(toWireModel) }, { headers });
      }),
    )
    .get("/v1/models/*", ({ request }) =>
      street.serve(request, async ({ house, headers }) => {
        const id = readId(new URL(request.url).pathname.slice("/v1/models/".length));
        const model = await house.gateway.catalogue.find(id);
        if (!model) {
          throw new GatewayError("model_not_found", `There is no model "${id}"; GET /v1/models lists all there are`, {
            param: "id",
          });
        }
        return Response.json(toWireModel(model), { headers });
      }),
    );

function readId(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new GatewayError("invalid_request", `"${path}" is not a percent-encoded model id`, { param: "id" });
  }
}

/** The union of all shapes that clients know (protocol.md §5): OpenAI's, the Dedalus API's, and prices. */
function toWireModel(model: Model): JsonObject {
  const created = model.created ?? 0;
  const { inputTokenLimit, outputTokenLimit, price } = model;
  const limits = { input_token_limit: inputTokenLimit ?? null, output_token_limit: outputTokenLimit ?? null };
  return {
    id: model.id,
    object: "model",
    created,
    owned_by: model.ownedBy ?? model.provider,
    provider: model.provider,
    created_at: new Date(created * 1000).toISOString().replace(".000Z", "Z"),
    display_name: model.displayName ?? null,
    description: model.description ?? null,
    capabilities: {
      text: null,
      vision: null,
      image_generation: null,
      audio: null,
      tools: null,
      structured_output: null,
      streaming: null,
      thinking: null,
      ...limits,
    },
    token_limits: { input: limits.input_token_limit, output: limits.output_token_limit },
    ...(price && {
      pricing: {
        input_per_million: price.input ?? null,
        output_per_million: price.output ?? null,
        cached_input_per_million: price.cacheRead ?? null,
      },
    }),
    provider_info: {
      status: model.deprecated ? "deprecated" : "enabled",
      upstream_api: model.provider === "openai" ? "openai/chat/completions" : "openai-compatible",
      routing: [
        {
          endpoint: "/v1/chat/completions",
          upstream_api: model.provider === "openai" ? "openai/chat/completions" : "openai-compatible",
        },
      ],
    },
  };
}
