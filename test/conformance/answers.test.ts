import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { complete } from "./curl.ts";
import { choice, delta, type Script } from "./scripted-upstream.ts";
import type { Loose } from "./shape.ts";
import { lanes, setStage, type Stage, testSoundness } from "./stage.ts";

/** Something an upstream can say, and where it must stand when it arrives, plain and streamed alike. */
interface Saying extends Script {
  readonly request?: Loose;
  readonly arrives: Loose;
}

const usage = { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 };
const last = delta({}, { finish_reason: "stop" });
const token = (text: string, logprob: number) => ({
  token: text,
  logprob,
  bytes: [...Buffer.from(text)],
  top_logprobs: [{ token: text, logprob, bytes: null }],
});
const [first, second] = [token("Yés", -0.25), token("!", -1.5)];
const details = {
  prompt_tokens_details: { cached_tokens: 3, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 2,
    audio_tokens: 0,
    accepted_prediction_tokens: 1,
    rejected_prediction_tokens: 0,
  },
};
const calls = [
  {
    id: "call_a",
    type: "function",
    function: { name: "add", arguments: '{"a": 1.0,\n "b": "é"}' },
    x_signature: "c2ln",
  },
  { id: "call_b", type: "function", function: { name: "add", arguments: "{}" } },
];
const [callA, callB] = calls.map(({ function: called, ...rest }, index) => ({
  index,
  ...rest,
  function: { ...called, arguments: "" },
}));

const sayings: Readonly<Record<string, Saying>> = {
  "two choices": {
    request: { n: 2 },
    reply: {
      choices: [choice({ content: "left" }), choice({ content: "right" }, { index: 1, finish_reason: "length" })],
    },
    chunks: [
      delta({ role: "assistant", content: "le" }),
      delta({ role: "assistant", content: "ri" }, { index: 1 }),
      delta({ content: "ght" }, { index: 1 }),
      delta({ content: "ft" }),
      delta({}, { index: 1, finish_reason: "length" }),
      last,
    ],
    arrives: {
      choices: [
        { index: 0, message: { content: "left" }, finish_reason: "stop" },
        { index: 1, message: { content: "right" }, finish_reason: "length" },
      ],
    },
  },
  "token probabilities": {
    request: { logprobs: true, top_logprobs: 1 },
    reply: { choices: [choice({ content: "Yés!" }, { logprobs: { content: [first, second], refusal: null } })] },
    chunks: [
      delta({ role: "assistant", content: "Yés" }, { logprobs: { content: [first], refusal: null } }),
      delta({ content: "!" }, { logprobs: { content: [second], refusal: null } }),
      last,
    ],
    arrives: { choices: [{ message: { content: "Yés!" }, logprobs: { content: [first, second] } }] },
  },
  "a refusal": {
    reply: { choices: [choice({ refusal: "I will not say it." })] },
    chunks: [delta({ role: "assistant", content: null, refusal: "I will " }), delta({ refusal: "not say it." }), last],
    arrives: { choices: [{ message: { refusal: "I will not say it." }, finish_reason: "stop" }] },
  },
  "reasoning beside the text": {
    reply: { choices: [choice({ content: "42", reasoning_content: "six times seven" })] },
    chunks: [
      delta({ role: "assistant", reasoning_content: "six times " }),
      delta({ reasoning_content: "seven" }),
      delta({ content: "42" }),
      last,
    ],
    arrives: { choices: [{ message: { content: "42", reasoning_content: "six times seven" } }] },
  },
  "sound with its transcript": {
    request: { modalities: ["text", "audio"], audio: { voice: "alloy", format: "wav" } },
    reply: {
      choices: [
        choice({ audio: { id: "audio_1", data: "UklGRg==", transcript: "Hi there", expires_at: 1_795_000_900 } }),
      ],
    },
    chunks: [
      delta({ role: "assistant", audio: { id: "audio_1", transcript: "Hi " } }),
      delta({ audio: { data: "UklG" } }),
      delta({ audio: { transcript: "there" } }),
      delta({ audio: { data: "Rg==" } }),
      delta({ audio: { expires_at: 1_795_000_900 } }),
      last,
    ],
    arrives: {
      choices: [
        { message: { audio: { id: "audio_1", data: "UklGRg==", transcript: "Hi there", expires_at: 1_795_000_900 } } },
      ],
    },
  },
  "fields nobody has heard of": {
    request: { x_request: { deep: [1, null, "é"] } },
    reply: {
      x_answer: { deep: [1, { deeper: null }] },
      choices: [choice({ content: "new", x_message: ["m"] }, { x_choice: { seen: true } })],
      system_fingerprint: "fp_1",
      service_tier: "flex",
    },
    chunks: [
      delta(
        { role: "assistant", content: "new", x_message: ["m"] },
        { x_choice: { seen: true } },
        {
          x_answer: { deep: [1, { deeper: null }] },
          system_fingerprint: "fp_1",
          service_tier: "flex",
        },
      ),
      last,
    ],
    arrives: {
      x_answer: { deep: [1, { deeper: null }] },
      choices: [{ message: { content: "new", x_message: ["m"] }, x_choice: { seen: true } }],
      system_fingerprint: "fp_1",
      service_tier: "flex",
    },
  },
  "usage in detail": {
    reply: { choices: [choice({ content: "counted" })] },
    chunks: [delta({ role: "assistant", content: "counted" }), last],
    usage: { ...usage, ...details, x_cost: 0.25 },
    arrives: { usage: { ...usage, ...details, x_cost: 0.25 } },
  },
  "calls with what a provider ties to them": {
    request: { tools: [{ type: "function", function: { name: "add", parameters: { type: "object" } } }] },
    reply: { choices: [choice({ tool_calls: calls })] },
    chunks: [
      delta({ role: "assistant", tool_calls: [callA] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"a": 1.0,' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '\n "b": "é"}' } }, callB] }),
      delta({ tool_calls: [{ index: 1, function: { arguments: "{}" } }] }),
      delta({}, { finish_reason: "tool_calls" }),
    ],
    arrives: { choices: [{ message: { tool_calls: calls }, finish_reason: "tool_calls" }] },
  },
  "an answer cut by its length": {
    request: { max_tokens: 1 },
    reply: { choices: [choice({ content: "and" }, { finish_reason: "length" })] },
    chunks: [delta({ role: "assistant", content: "and" }), delta({}, { finish_reason: "length" })],
    arrives: { choices: [{ message: { content: "and" }, finish_reason: "length" }] },
  },
  "an answer that was filtered": {
    reply: { choices: [choice({ content: "" }, { finish_reason: "content_filter" })] },
    chunks: [delta({ role: "assistant", content: "" }), delta({}, { finish_reason: "content_filter" })],
    arrives: { choices: [{ finish_reason: "content_filter" }] },
  },
};

// Other spellings of reasoning, which all arrive as `reasoning_content`.
const spellings: Readonly<Record<string, Saying>> = {
  "groq/m": {
    reply: { choices: [choice({ content: "42", reasoning: "six times seven" })] },
    chunks: [
      delta({ role: "assistant", reasoning: "six times " }),
      delta({ reasoning: "seven" }),
      delta({ content: "42" }),
      last,
    ],
    arrives: { choices: [{ message: { content: "42", reasoning_content: "six times seven" } }] },
  },
  "tagged-script/m": {
    reply: { choices: [choice({ content: "<think>six times seven</think>42" })] },
    chunks: [
      delta({ role: "assistant", content: "<thi" }),
      delta({ content: "nk>six times seven</th" }),
      delta({ content: "ink>42" }),
      last,
    ],
    arrives: { choices: [{ message: { content: "42", reasoning_content: "six times seven" } }] },
  },
};

describe("what an upstream says arrives whole", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage({ ...sayings, ...spellings });
  }, 60_000);
  afterAll(() => stage.close());

  for (const { lane, scripted } of lanes.filter(({ provider }) => provider !== "box")) {
    for (const [prompt, { request, arrives }] of Object.entries(sayings)) {
      for (const stream of [false, true]) {
        test(`${prompt}: ${lane} lane, ${stream ? "streamed" : "plain"}`, async () => {
          const options = stream
            ? { stream, stream_options: { include_usage: "usage" in (sayings[prompt] ?? {}) } }
            : {};
          const messages = [{ role: "user", content: prompt }];
          const { status, body } = await complete(stage.url, {
            model: `${scripted}/m`,
            messages,
            ...request,
            ...options,
          });
          expect({ status, body }).toMatchObject({ status: 200, body: { model: "m", ...arrives } });
          expect(stage.scripted.received(prompt).at(-1)?.body).toMatchObject({ ...request });
        });
      }
    }
  }
  for (const [model, { arrives }] of Object.entries(spellings)) {
    test.each([false, true])(`reasoning as ${model} spells it, streamed: %p`, async (stream) => {
      const { body } = await complete(stage.url, { model, messages: [{ role: "user", content: model }], stream });
      expect(body).toMatchObject(arrives);
    });
  }
  testSoundness(() => stage);
});
