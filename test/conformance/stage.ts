import { expect, test } from "bun:test";
import type { LLMock } from "@copilotkit/aimock";
import { type Daemon, startDaemon } from "../daemon.ts";
import { openapiReason, openapiReasonSuffix } from "../openapi.ts";
import { startValidatingProxy, type ValidatingProxy } from "../validating-proxy.ts";
import { startAimock } from "./dialogue.ts";
import { delta, type Script, type ScriptedUpstream, startScriptedUpstream } from "./scripted-upstream.ts";

/** How an answer travels through the daemon, and the providers that make it so. */
export interface Lane {
  readonly lane: "relay" | "events";
  /** Its upstream is `aimock`. */
  readonly provider: string;
  /** Its upstream is the scripted one. */
  readonly scripted: string;
}

/** Every provider a suite is played through. */
export const lanes: readonly Lane[] = [
  { lane: "relay", provider: "openai", scripted: "script" },
  { lane: "relay", provider: "box", scripted: "script" },
  { lane: "events", provider: "tagged", scripted: "tagged-script" },
];

/** The key the test's own client has for perdix; it must reach nobody else. */
export const callerKey = "the-callers-own-key";

/** The key the configuration gives to a provider. */
export const keyOf = (provider: string): string => `key-of-${provider}`;

/** A daemon in front of its upstreams, and the proxy through which everybody speaks to it. */
export interface Stage {
  /** Of the validating proxy, without `/v1`. */
  readonly url: string;
  readonly daemon: Daemon;
  readonly proxy: ValidatingProxy;
  readonly aimock: LLMock;
  readonly scripted: ScriptedUpstream;
  close(): Promise<void>;
}

/** The prompt that is answered without end. */
export const endlessPrompt = "a story without end";

/** The prompt whose answer ends in an error after a few words. */
export const breakingPrompt = "a story that breaks";

/** The words of that error. */
export const breakMessage = "the upstream broke in the middle";

const opening = [delta({ role: "assistant", content: "" }), delta({ content: "and " })];
const stories: Readonly<Record<string, Script>> = {
  [endlessPrompt]: { chunks: opening, endless: true },
  [breakingPrompt]: {
    chunks: [...opening, { error: { message: breakMessage, type: "server_error", code: "overloaded" } }],
  },
};

/** Sets the stage; `scripts` are the prompts the scripted upstream knows beside the two stories. */
export async function setStage(scripts: Readonly<Record<string, Script>> = {}): Promise<Stage> {
  const scripted = startScriptedUpstream({ ...scripts, ...stories }, ["m", "family/model-7b"]);
  const aimock = await startAimock();
  const daemon = await startDaemon({ configuration: configurationOf(`${aimock.url}/v1`, scripted.url) });
  const proxy = startValidatingProxy(daemon.url);
  return {
    url: proxy.url,
    daemon,
    proxy,
    aimock,
    scripted,
    async close() {
      await proxy.stop();
      await daemon.stop();
      await aimock.stop();
      await scripted.stop();
    },
  };
}

function configurationOf(aimock: string, scripted: string): string {
  const compatible = (id: string, baseUrl: string, rest: object = {}) => ({
    type: "openai-compatible",
    base_url: baseUrl,
    api_key: keyOf(id),
    models: ["m"],
    ...rest,
  });
  const tagged = { quirks: { think_tags: true } };
  return JSON.stringify({
    providers: {
      openai: { base_url: aimock, api_key: keyOf("openai") },
      box: compatible("box", aimock),
      tagged: compatible("tagged", aimock, tagged),
      script: compatible("script", scripted, { models: undefined }),
      "tagged-script": compatible("tagged-script", scripted, tagged),
      mistral: { base_url: scripted, api_key: keyOf("mistral") },
      groq: { base_url: scripted, api_key: keyOf("groq") },
      dead: compatible("dead", `http://127.0.0.1:${freePort()}/v1`),
    },
    models: { either: { any_of: ["script/m", "tagged-script/m"] } },
  });
}

/** A port on which nobody listens. */
function freePort(): number {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = server.port ?? 0;
  void server.stop(true);
  return port;
}

/** The closing tests of a file: that everything the proxy saw was sound, that it saw something, and by which lanes. */
export function testSoundness(stage: () => Stage): void {
  test("every answer has the OpenAI shape", () => {
    const { answers, shape } = stage().proxy.judge();
    expect(shape).toEqual([]);
    expect(answers).toBeGreaterThan(0);
  });
  test.skipIf(openapiReason !== undefined)(`every answer fits the OpenAPI document${openapiReasonSuffix}`, () => {
    expect(stage().proxy.judge().openapi).toEqual([]);
  });
  test("both lanes were used", () => {
    const log = stage().daemon.log();
    for (const { lane } of lanes) expect(log).toContain(`"lane":"${lane}"`);
  });
}
