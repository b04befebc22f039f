import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createAssembly } from "../../../engine/assemble.ts";
import type { Answer } from "../../../spec/answer.ts";
import type { GatewayError } from "../../../spec/error.ts";
import type { StreamEvent } from "../../../spec/event.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import type { Answering } from "./answering.ts";
import { decodeFrames } from "./decode-frames.ts";
import { decodeReply } from "./decode-reply.ts";
import { createFrameEncoder } from "./encode-frames.ts";
import { encodeReply } from "./encode-reply.ts";
import { asList, asObject, leaveOut } from "./json-shape.ts";
import { relayBody, relayFrames } from "./relay.ts";
import { openaiTraits } from "../traits.ts";

// What providers really sent; kept outside the project.
const wire = join(process.env["PERDIX_SHARED"] ?? "../shared", "wire");
const has = existsSync(wire);

interface Recording {
  readonly name: string;
  readonly body: string;
  readonly stream: boolean;
}

const answering: Answering = {
  opening: { candidate: "box/m", headers: {}, warnings: [], lane: "events" },
  provider: "box",
  model: "m",
  traits: openaiTraits,
  includeUsage: true,
  hush: (error) => error,
  now: 1,
};

const foldersOf = (project: string) => readdirSync(join(wire, project)).filter((name) => !name.includes("."));

function readExchanges(): Recording[] {
  return foldersOf("pydantic-ai").flatMap((vendor) => {
    const path = join(wire, "pydantic-ai", vendor, "chat.jsonl");
    const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
    return lines
      .map((line) => JSON.parse(line) as { file: string; i: number; status: number; stream: boolean; body: string })
      .filter(({ status }) => status === 200)
      .map(({ file, stream, body }, at) => ({ name: `${vendor}: ${basename(file)} ${at}`, body, stream }));
  });
}

function readAnswers(): Recording[] {
  return foldersOf("vercel-ai").flatMap((vendor) =>
    readdirSync(join(wire, "vercel-ai", vendor)).flatMap((file): Recording[] => {
      const text = readFileSync(join(wire, "vercel-ai", vendor, file), "utf8");
      const name = `${vendor}: ${file}`;
      if (file.endsWith(".sse")) return [{ name, body: `${text.trimEnd()}\n\n`, stream: true }];
      if (file.endsWith(".chunks.txt")) {
        const lines = text.split("\n").filter((line) => line.trim() !== "");
        const body = [...lines, "[DONE]"].map((line) => `data: ${line}\n\n`).join("");
        return lines.some((line) => /"delta":/.test(line) && /"choices":/.test(line))
          ? [{ name, body, stream: true }]
          : [];
      }
      const body = asObject(JSON.parse(text));
      return body?.["object"] === "chat.completion" ? [{ name, body: text, stream: false }] : [];
    }),
  );
}

const recordings = has ? [...readExchanges(), ...readAnswers()] : [];
const streams = recordings.filter(({ stream }) => stream);
const replies = recordings.filter(({ stream }) => !stream);

async function* readsOf(body: string, size = 4096): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(body);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function run(events: AsyncIterable<StreamEvent> | Iterable<StreamEvent>) {
  const all: StreamEvent[] = [];
  let error: unknown;
  try {
    for await (const event of events) all.push(event);
  } catch (error_) {
    error = error_;
  }
  return { all, error };
}

function fold(events: readonly StreamEvent[]): Answer {
  const assembly = createAssembly();
  for (const event of events) assembly.add(event);
  return assembly.answer();
}

const bytesOf = (events: readonly StreamEvent[]) =>
  Buffer.concat(events.flatMap((event) => (event.type === "frames" ? [event.bytes] : []))).toString();

const frames = (body: string): JsonObject[] =>
  [...body.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? "") as JsonObject);

/** All that a client of the vendor could have put together, choice 0. */
function gather(chunks: readonly JsonObject[]) {
  const said = {
    content: "",
    reasoning: "",
    calls: [] as string[],
    finish: undefined as Json | undefined,
    keys: new Set<string>(),
  };
  for (const chunk of chunks) {
    const choice = asObject(asList(chunk["choices"])[0]);
    const delta = asObject(choice?.["delta"]);
    for (const part of [chunk["usage"] === undefined ? {} : { usage: 1 }, choice ?? {}, delta ?? {}, chunk]) {
      for (const [key, value] of Object.entries(part)) if (value !== null && value !== "") said.keys.add(key);
    }
    if (typeof delta?.["content"] === "string") said.content += delta["content"];
    for (const part of asList(delta?.["content"])) {
      if (typeof asObject(part)?.["text"] === "string") said.content += asObject(part)?.["text"];
      for (const thought of asList(asObject(part)?.["thinking"])) said.reasoning += asObject(thought)?.["text"];
    }
    said.reasoning += delta?.["reasoning_content"] ?? delta?.["reasoning"] ?? "";
    for (const call of asList(delta?.["tool_calls"])) {
      const { id, function: named } = (asObject(call) ?? {}) as {
        id?: string;
        function?: { name?: string; arguments?: string };
      };
      if (id) said.calls.push(`${id} ${named?.name} `);
      said.calls.push((said.calls.pop() ?? "") + (named?.arguments ?? ""));
    }
    said.finish = choice?.["finish_reason"] ?? said.finish;
  }
  return said;
}

describe.skipIf(!has)("recordings (skipped where ../shared/wire is absent)", () => {
  test("are there", () => {
    expect(streams.length).toBeGreaterThan(50);
    expect(replies.length).toBeGreaterThan(300);
  });

  for (const { name, body } of streams) {
    const fails = /"error":\s*\{/.test(body);
    test(`stream of ${name}`, async () => {
      const plain = await run(decodeFrames(readsOf(body, 777), answering));
      const relayed = await run(relayFrames(readsOf(body), answering));
      if (fails) {
        expect((plain.error as GatewayError).code).toBe("upstream_error");
        expect((relayed.error as GatewayError).message).toBe((plain.error as GatewayError).message);
        expect((plain.error as GatewayError).details.upstream?.status).toBe(400);
        return;
      }
      expect(plain.error).toBeUndefined();
      expect(relayed.error).toBeUndefined();
      expect(bytesOf(relayed.all)).toBe(body.replaceAll(/^:.*\n\n/gm, ":\n"));
      const books = new Set(["opening", "tool-call-start", "finish", "usage"]);
      const kept = (events: readonly StreamEvent[]) =>
        events.filter(({ type }) => books.has(type)).map((event) => ({ ...event, block: 0 }));
      expect(kept(relayed.all)).toEqual(kept(plain.all));

      const encoder = createFrameEncoder({ includeUsage: true });
      const text = plain.all.map((event) => encoder.encode(event)).join("") + encoder.finish();
      const before = gather(frames(body));
      const after = gather(frames(text));
      expect({ ...after, keys: [] }).toEqual({ ...before, keys: [] } as never);
      expect([...before.keys].filter((key) => !after.keys.has(key))).toEqual([]);
      const again = await run(decodeFrames(readsOf(text), answering));
      expect(comparable(again.all)).toEqual(comparable(plain.all));
    });
  }

  for (const { name, body } of replies) {
    test(`reply of ${name}`, async () => {
      const { all, error } = await run(decodeReply(body, answering));
      expect(error).toBeUndefined();
      const relayed = await run(relayBody(body, answering));
      expect(relayed.all.filter(({ type }) => type === "body")).toEqual([{ type: "body", text: body }]);
      const books = new Set(["opening", "tool-call-start", "tool-call-delta", "finish", "usage"]);
      // Unknown fields stand in the body already.
      const kept = all
        .filter(({ type }) => books.has(type))
        .map((event) => (event.type === "opening" ? { ...event, extra: undefined } : event));
      expect(relayed.all.filter(({ type }) => type !== "body")).toEqual(kept as never);
      expect(encodeReply(fold(all))).toEqual(expected(JSON.parse(body) as JsonObject));
    });
  }
});

/** What folds to the same may have come in other pieces. */
function comparable(events: readonly StreamEvent[]): unknown {
  const { opening, choices, extra, ...rest } = fold(events);
  return { ...rest, all: { ...opening.extra, ...extra }, id: opening.id, choices };
}

/** A reply with the few additions that perdix makes. */
function expected(reply: JsonObject): JsonObject {
  return {
    id: `chatcmpl-1`,
    ...reply,
    choices: asList(reply["choices"]).map((choice) => {
      const message = asObject(asObject(choice)?.["message"]) ?? {};
      return { ...asObject(choice), message: expectedMessage(message) };
    }),
  };
}

function expectedMessage(message: JsonObject): JsonObject {
  const calls = asList(message["tool_calls"]);
  const thought = message["reasoning_content"] ?? message["reasoning"];
  return {
    content: null,
    refusal: null,
    ...message,
    ...(typeof thought === "string" && thought !== "" ? { reasoning_content: thought } : {}),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => expectedCall(asObject(call) ?? {})) }),
    ...(Array.isArray(message["content"]) ? splitParts(message["content"]) : {}),
  };
}

const expectedCall = (call: JsonObject): JsonObject => ({
  type: "function",
  ...call,
  function: { arguments: "", ...asObject(call["function"]) },
});

/** Mistral's parts as text and reasoning; what is left of a part stays. */
function splitParts(parts: readonly Json[]): JsonObject {
  const all = parts.map((part) => asObject(part) ?? {});
  const thoughts = all.flatMap((part) => asList(part["thinking"]).map((inner) => asObject(inner)?.["text"]));
  const left = all
    .filter((part) => Object.keys(part).length > 2)
    .map((part) => leaveOut(part, new Set(["thinking"])) ?? {});
  return {
    content: all.map((part) => part["text"] ?? "").join(""),
    reasoning_content: thoughts.join(""),
    ...(left.length === 0 ? {} : { content_parts: left }),
  };
}
