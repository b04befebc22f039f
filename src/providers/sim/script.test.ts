import { describe, expect, test } from "bun:test";
import type { Json } from "../../spec/json.ts";
import { createSimulator } from "./simulator.ts";
import { type Reply, type Wire, ask, chunks, first, now, reply, simulate } from "../../../test/rig/simulator.ts";

const script = (...steps: readonly Json[]) => ({ model: "script", metadata: { script: JSON.stringify(steps) } });

const after = (turns: number) => ({
  messages: Array.from({ length: turns }, () => [
    { role: "user", content: "u" },
    { role: "assistant", content: "a" },
  ])
    .flat()
    .concat([{ role: "user", content: "u" }]),
});

const request = () =>
  new Request("http://simulator.invalid/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ model: "script", messages: [] }),
  });

const fault = async (text: string, turns = 0) => {
  const response = await ask({ ...after(turns), model: "script", metadata: { script: text } });
  const { error } = (await response.json()) as Wire;
  return `${response.status} ${error.message}`;
};

describe("sim/script", () => {
  test("plays one step a turn, chosen by the assistant messages so far", async () => {
    const play = script({ text: "one" }, { text: "two", repeat: 2 }, { text: "rest", repeat: true });
    const said = await Promise.all([0, 1, 2, 3, 9].map((turns) => first({ ...play, ...after(turns) })));
    expect(said.map(({ message }) => message.content)).toEqual(["one", "two", "two", "rest", "rest"]);
  });

  test("plays reasoning, tool calls, finish reason and usage", async () => {
    const play = script({
      reasoning: "let me see",
      text: "ok",
      tool_calls: [
        { name: "weather", arguments: { city: "Rome" } },
        { name: "raw", arguments: "{broken" },
      ],
      finish_reason: "content_filter",
      usage: { prompt_tokens: 7, completion_tokens: 8, total_tokens: 15 },
    });
    const { choices, usage } = await reply(play);
    expect(choices[0]).toMatchObject({
      message: { content: "ok", reasoning_content: "let me see" },
      finish_reason: "content_filter",
    });
    expect(choices[0]?.message.tool_calls?.map((call) => call.function.arguments)).toEqual([
      '{"city":"Rome"}',
      "{broken",
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 8 });
  });

  test("plays errors: in place of the answer, or in a stream after what was said", async () => {
    const error = { status: 429, message: "slow down", code: "busy", retry_after: 3 };
    const refused = await ask(script({ error }));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(((await refused.json()) as Wire).error).toMatchObject({ message: "slow down", code: "busy" });
    const said = await chunks(script({ text: "so far", error }));
    expect(said.at(-1)).toMatchObject({ error: { message: "slow down" } });
  });

  test("breaks the connection where it is cut", async () => {
    expect((await ask(script({ text: "long enough", cut_after: 9 }))).text()).rejects.toThrow("cut");
    expect((await ask({ ...script({ text: "long enough", cut_after: 5 }), stream: true })).text()).rejects.toThrow(
      "cut",
    );
  });

  test("plays a configured script where the request brings none, else says that it has none", async () => {
    const configured = createSimulator({ now, script: '{"steps":[{"text":"from the file"}]}' });
    expect(((await (await configured(request())).json()) as Reply).choices[0]?.message.content).toBe("from the file");
    expect((await simulate(request())).status).toBe(400);
  });

  test("says where a script is wrong", async () => {
    expect(await fault("{")).toStartWith("400 the script is no JSON: ");
    expect(await fault('"x"')).toBe('400 the script must be a list of steps or {"steps": [...]}');
    expect(await fault("[]")).toStartWith("400 the script must have 1 to");
    expect(await fault("[1]")).toBe("400 steps[0] must be an object");
    expect(await fault('[{"txt":"a"}]')).toStartWith("400 steps[0].txt is unknown; a step has text, ");
    expect(await fault('[{"text":"a"},{"text":1}]', 1)).toBe("400 steps[1].text must be a string");
    expect(await fault('[{"error":{"status":200}}]')).toBe(
      "400 steps[0].error.status must be a whole number from 400 to 599",
    );
    expect(await fault('[{"repeat":0}]')).toBe("400 steps[0].repeat must be a whole number from 1, or true");
    expect(await fault('[{"text":"a"}]', 2)).toBe(
      "400 the script has 1 turns, and the conversation has 2 assistant messages already",
    );
  });
});
