import type { Json, JsonObject } from "../../spec/json.ts";
import type { Fetch } from "../connect.ts";
import { type Conversation, readConversation } from "./conversation.ts";
import { deliver, refusal } from "./deliver.ts";
import { playEcho } from "./echo.ts";
import { BadPlay, type Play } from "./play.ts";
import { playScript } from "./script.ts";

/** What a simulator is made with. */
export interface SimulatorOptions {
  /** The script `sim/script` plays where the request brings none in `metadata.script`: JSON text, see `script.ts`. */
  readonly script?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const models = ["echo", "script"];

/**
 * An upstream inside the program that says it is one (`owned_by`, `system_fingerprint`). The same request gets the same
 * answer, ids included. It serves `GET …/models` and `POST …/chat/completions`; sampling fields are accepted without effect,
 * `metadata.tokens_per_second` sets the speed of streams.
 */
export function createSimulator(options: SimulatorOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method === "GET" && pathname.endsWith("/models")) return listModels(options.now());
    if (request.method === "POST" && pathname.endsWith("/chat/completions")) return answer(request, options);
    return refuse(404, `the simulator has no ${request.method} ${pathname}`, { code: "not_found" });
  };
}

/** The simulator in the place of `fetch`, for the provider `sim`. */
export function createSimulatorFetch(options: SimulatorOptions): Fetch {
  const simulate = createSimulator(options);
  return (url, init) => simulate(new Request(url, init));
}

async function answer(request: Request, options: SimulatorOptions): Promise<Response> {
  const text = await request.text();
  const body = parse(text);
  if (body === undefined) return refuse(400, "the body is no JSON object");
  const conversation = readConversation(body);
  if (!models.includes(conversation.model)) {
    const message = `the simulator has no model ${conversation.model}, only ${models.join(" and ")}`;
    return refuse(404, message, { code: "model_not_found", param: "model" });
  }
  const { signal } = request;
  try {
    const play = choosePlay(conversation, options);
    const head = { hash: Bun.hash(text).toString(16), created: Math.floor(options.now() / 1000) };
    return await deliver(play, conversation, { ...head, signal });
  } catch (error) {
    if (error instanceof BadPlay) return refuse(400, error.message, { code: "bad_script", param: error.param });
    throw error;
  }
}

function choosePlay(conversation: Conversation, { script }: SimulatorOptions): Play {
  const { model, choices, metadata } = conversation;
  const pace = readPace(metadata["tokens_per_second"]);
  if (model === "echo") {
    const part = playEcho(conversation);
    return { ...pace, parts: Array.from({ length: choices }, () => part) };
  }
  const own = metadata["script"];
  const chosen = typeof own === "string" ? own : script;
  if (chosen === undefined) {
    throw new BadPlay("metadata.script", "sim/script needs a script: JSON text in metadata.script");
  }
  return { ...pace, ...playScript(chosen, conversation) };
}

function readPace(value: Json | undefined): Pick<Play, "tokensPerSecond"> {
  if (value === undefined || value === null) return {};
  const tokensPerSecond = Number(value);
  if (tokensPerSecond > 0) return { tokensPerSecond };
  throw new BadPlay("metadata.tokens_per_second", "metadata.tokens_per_second must be a number above 0");
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function refuse(
  status: number,
  message: string,
  more: { readonly code?: string; readonly param?: string } = {},
): Response {
  const { param, code } = more;
  return refusal({ status, message, type: "invalid_request_error", ...(code !== undefined && { code }) }, param);
}

function listModels(now: number): Response {
  const created = Math.floor(now / 1000);
  const data = models.map((id) => ({ id, object: "model", created, owned_by: "perdix simulator" }));
  return Response.json({ object: "list", data });
}
