import { answerWell } from "./cases.ts";
import { type Script, startUpstream, type Upstream } from "./upstream.ts";

/** Starts an upstream that answers each model by its own script, and every other model well. */
export function startDouble(scripts: ReadonlyMap<string, Script>): Upstream {
  return startUpstream((received, line) => (scripts.get(modelOf(received.body)) ?? answerWell)(received, line));
}

/** The model a request's body names; empty where there is none. */
export function modelOf(body: string): string {
  if (body === "") return "";
  return (JSON.parse(body) as { readonly model: string }).model;
}

/** The two ways through the daemon: bytes untouched, and taken apart and put together again. */
export const lanes = ["relay", "events"] as const;

/** Configuration of one provider a lane at the same upstream. `settings` holds for both. */
export function bothLanes(
  url: string,
  { prefix = "", settings = {} }: { readonly prefix?: string; readonly settings?: object } = {},
): object {
  const provider = { type: "openai-compatible", base_url: url, api_key: "sk-double", models: ["fine"], ...settings };
  return { [`${prefix}relay`]: provider, [`${prefix}events`]: { ...provider, quirks: { think_tags: true } } };
}
