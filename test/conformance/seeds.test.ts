import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { go, python } from "../tools/languages.ts";
import { complete } from "./curl.ts";
import { failureMessage } from "./dialogue.ts";
import { list, loose } from "./shape.ts";
import { setStage, type Stage, testSoundness } from "./stage.ts";

const seeds = join(import.meta.dir, "seeds");
const PATIENCE = 300_000; // ms: Go compiles first

/** What the upstream says to the prompts of the documents. */
const answers: Readonly<Record<string, string>> = {
  "Hello, how are you?": "Hello! I'm doing well, thank you for asking.",
  "capital of France": "Paris is the capital of France.",
  "quantum computing": "Very small things compute.",
  "What about 2+3": "2+3 equals 5.",
  "My name is John": '{"name":"John","age":30}',
  "John Doe, 30": '{"name":"John Doe","age":30}',
  "machine learning": "It learns from examples.",
  "recent AI news": "There is no news without a search.",
  "Tell me a story": "Once upon a time, a partridge invented the saw.",
  Hello: "Hi.",
};
const city = "San Francisco";
const weather = `The weather in ${city} is sunny and 72°F`;

interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

describe("the examples of the documents run as written", () => {
  let stage: Stage;
  let folder: string;
  beforeAll(async () => {
    [stage, folder] = await Promise.all([setStage(), mkdtemp(join(tmpdir(), "perdix-seeds-"))]);
    // A request for the weather has a tool with it and is answered with a call, then with what the tool said.
    const toolCalls = [{ id: "call_abc123", name: "get_weather", arguments: JSON.stringify({ location: city }) }];
    stage.aimock.on({ userMessage: `${city}?`, hasToolResult: false }, { toolCalls });
    stage.aimock.on({ userMessage: `${city}?`, hasToolResult: true }, { content: weather });
    for (const [prompt, content] of Object.entries(answers)) stage.aimock.on({ userMessage: prompt }, { content });
  }, PATIENCE);
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a program that finds the daemon by its environment alone, and gives the lines it printed. */
  async function linesOf(
    command: readonly string[],
    { environment = {}, folder: place = folder }: Surroundings = {},
  ): Promise<string[]> {
    const child = Bun.spawn([...command], {
      cwd: place,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        DEDALUS_BASE_URL: stage.url,
        DEDALUS_API_KEY: "dsk_test",
        OPENAI_BASE_URL: `${stage.url}/v1`,
        PYTHONIOENCODING: "utf-8",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [printed, complaints] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed: ${complaints}`);
    return printed.trimEnd().split("\n");
  }

  test(
    "create chat completion: TypeScript",
    async () => {
      expect(await linesOf([process.execPath, join(seeds, "reference.js")])).toEqual([
        "Hello! I'm doing well, thank you for asking.",
      ]);
    },
    PATIENCE,
  );

  test(
    "TypeScript SDK: every example",
    async () => {
      expect(await linesOf([process.execPath, join(seeds, "typescript.js")])).toEqual([
        "Paris is the capital of France.",
        "Very small things compute.",
        "2+3 equals 5.",
        '{"name":"John","age":30}',
        '{"name":"John Doe","age":30}',
        "It learns from examples.",
        "There is no news without a search.",
        "github:user/web-search-mcp",
        "Hi.",
        "Invalid API key",
        "Rate limit exceeded",
        expect.stringContaining(`API error: 400 400 ${failureMessage(400)}`),
      ]);
    },
    PATIENCE,
  );

  test("the documents' curl line sends no body, and is told what is missing", async () => {
    const response = await fetch(`${stage.url}/v1/chat/completions`, { method: "POST" });
    expect(response.status).toBe(400);
  });

  test("the parameter reference, which has no program: its request as a body", async () => {
    const request = {
      model: "openai/gpt-5-nano",
      messages: [{ role: "user", content: "Hello, how are you?" }],
      response_format: { type: "text" },
      tool_choice: "none",
      parallel_tool_calls: true,
      reasoning_effort: "low",
      service_tier: "auto",
      speed: "standard",
    };
    const { status, body } = await complete(stage.url, request);
    expect(status).toBe(200);
    expect(loose(list(body["choices"])[0])["message"]).toMatchObject({ content: answers["Hello, how are you?"] });
  });

  describe("Python", async () => {
    const { kit, reason } = await python();
    const reasonSuffix = reason === undefined ? "" : ` (${reason})`;
    const run = (program: string) => linesOf([kit?.interpreter ?? "", join(seeds, program)]);
    test.skipIf(kit === undefined)(
      `create chat completion: dedalus_labs${reasonSuffix}`,
      async () => {
        expect(await run("reference.py")).toEqual(["Hello! I'm doing well, thank you for asking."]);
      },
      PATIENCE,
    );
    test.skipIf(kit === undefined)(
      `create chat completion: openai${reasonSuffix}`,
      async () => {
        const text = "Hello! I'm doing well, thank you for asking.";
        expect(await run("reference_openai.py")).toEqual([text, text, "True"]);
      },
      PATIENCE,
    );
    test.skipIf(kit === undefined)(
      `response schemas: the runner${reasonSuffix}`,
      async () => {
        expect(await run("runner.py")).toEqual([
          weather,
          "2",
          "['get_weather']",
          `[{'name': 'get_weather', 'result': '${weather}', 'step': 1}]`,
          "User: What's the weather like in San Francisco?",
          "Assistant: [calling get_weather]",
          `Tool Result: ${weather}...`,
          `Assistant: ${weather}`,
          // The library leaves `input` out where `messages` are given, so the old question is asked again.
          weather,
        ]);
        expect(await Bun.file(join(folder, "conversation_log.json")).json()).toBeArray();
      },
      PATIENCE,
    );
  });

  describe("Go", async () => {
    const { kit, reason } = await go();
    test.skipIf(kit === undefined)(
      `Go SDK: every example${reason === undefined ? "" : ` (${reason})`}`,
      async () => {
        const { command = "", folder: module = "", environment = {} } = kit ?? {};
        const place = join(module, "examples");
        await mkdir(place, { recursive: true });
        await copyFile(join(seeds, "go/main.go"), join(place, "main.go"));
        expect(await linesOf([command, "run", "."], { folder: place, environment })).toEqual([
          "Paris is the capital of France.",
          "Once upon a time, a partridge invented the saw.",
          JSON.stringify({ location: city }),
        ]);
      },
      PATIENCE,
    );
  });

  testSoundness(() => stage);
});
