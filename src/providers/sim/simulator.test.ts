import { describe, expect, test } from "bun:test";
import { readRequest } from "../../dialects/openai-chat/request/read-request.ts";
import { GatewayError } from "../../spec/error.ts";
import type { StreamEvent } from "../../spec/event.ts";
import type { Json, JsonObject } from "../../spec/json.ts";
import { findVendor } from "../roster.ts";
import { createProvider } from "../transport.ts";
import { createSimulatorFetch } from "./simulator.ts";
import { now } from "../../../test/rig/simulator.ts";

async function tell(asked: AsyncIterable<StreamEvent>): Promise<string> {
  const said: string[] = [];
  try {
    for await (const event of asked) {
      if (event.type === "text-delta" || event.type === "reasoning-delta") said.push(event.text);
      if (event.type === "tool-call-start") said.push(` ${event.name}:`);
      if (event.type === "tool-call-delta") said.push(event.input);
      if (event.type === "finish") said.push(` [${event.reason}]`);
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    said.push(` !${error.code} ${error.details.upstream?.status ?? ""}`);
  }
  return said.join("");
}

const script = (step: Json) => ({ metadata: { script: JSON.stringify([step]) } });

describe("through the transport", () => {
  const sim = findVendor("sim") ?? expect.unreachable("no simulator in the roster");
  const provider = createProvider(
    sim,
    { timeouts: { headers: 120, idle: 300, total: 3600 } },
    { fetch: createSimulatorFetch({ now }), now, log: () => undefined, version: "0" },
  );

  async function* events(
    body: JsonObject,
    { stream = false, signal = new AbortController().signal } = {},
  ): AsyncGenerator<StreamEvent> {
    const text = JSON.stringify({ model: "sim/script", messages: [{ role: "user", content: "hi" }], stream, ...body });
    const request = readRequest({ text, userAgent: undefined, providerModel: undefined, strict: false });
    const model = request.models[0]?.name.slice(4) ?? "";
    yield* await provider.ask({ request, model, settings: {}, lane: "events", strict: false }, signal);
  }

  test("a dialogue is the same plain and streamed", async () => {
    const step = script({ reasoning: "hm ", text: "done", tool_calls: [{ name: "f", arguments: { a: 1 } }] });
    for (const stream of [false, true]) {
      expect(await tell(events(step, { stream }))).toBe('hm done f:{"a":1} [tool_calls]');
    }
  });

  test("errors and cuts are those of any upstream", async () => {
    for (const stream of [false, true]) {
      expect(await tell(events(script({ error: { status: 503 } }), { stream }))).toBe(" !upstream_error 503");
      expect(await tell(events(script({ text: "half a sentence", cut_after: 4 }), { stream }))).toEndWith(
        " !upstream_incomplete ",
      );
    }
  });

  test("an abort ends a slow answer and a silent one", async () => {
    for (const step of [
      { text: "so slow", tokens_per_second: 0.001 },
      { text: "silent", delay_ms: 1e6 },
    ]) {
      for (const stream of [false, true]) {
        const client = new AbortController();
        const told = tell(events(script(step), { stream, signal: client.signal }));
        await Bun.sleep(10);
        client.abort();
        expect(await told).toEndWith("!client_gone ");
      }
    }
  });

  test("its models are listed", async () => {
    const models = await provider.listModels(new AbortController().signal);
    expect(models.map(({ id }) => id)).toEqual(["sim/echo", "sim/script"]);
  });
});
