import { existsSync } from "node:fs";
import { join } from "node:path";
import { findVendor } from "../../src/providers/roster.ts";
import { list, members, type Members, parse, text } from "./json.ts";

/** One exchange with a provider, as it was. */
export interface Recording {
  /** Folder, file and line. */
  readonly name: string;
  /** The provider's id in perdix; a vendor it does not know is configured as `openai-compatible`. */
  readonly provider: string;
  /** The request's body. */
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: boolean;
  readonly body: string;
}

/** A file or exchange that is left out. */
export interface Omission {
  readonly name: string;
  readonly reason: string;
}

/** What a folder of recordings holds. */
export interface Recordings {
  readonly recordings: readonly Recording[];
  readonly omissions: readonly Omission[];
}

/** The folder named by `PERDIX_SHARED`, or beside the project; undefined where it is absent. */
export function findWire(): string | undefined {
  const shared = process.env["PERDIX_SHARED"] ?? join(import.meta.dir, "../../../shared");
  const folder = join(shared, "wire");
  return existsSync(folder) ? folder : undefined;
}

/** Reads every exchange of the OpenAI chat shape. */
export async function readRecordings(folder: string): Promise<Recordings> {
  const exchanges = await readExchanges(folder);
  const answers = await readAnswers(folder);
  return {
    recordings: [...exchanges.recordings, ...answers.recordings],
    omissions: [...exchanges.omissions, ...answers.omissions],
  };
}

async function readExchanges(folder: string): Promise<Recordings> {
  const recordings: Recording[] = [];
  for (const file of [...new Bun.Glob("pydantic-ai/*/chat.jsonl").scanSync(folder)].toSorted()) {
    const lines = (await Bun.file(join(folder, file)).text()).split("\n").filter((line) => line !== "");
    for (const [index, line] of lines.entries()) {
      const { req, status, headers, stream, body } = JSON.parse(line) as Recording & { readonly req: string };
      const provider = providerOf(file);
      recordings.push({ name: `${file}:${index + 1}`, provider, request: req, status, headers, stream, body });
    }
  }
  return { recordings, omissions: [] };
}

function providerOf(file: string): string {
  const folder = file.split("/")[1] ?? "";
  return findVendor(folder)?.id ?? folder;
}

/** Answers without requests: each is asked for with as little as possible. */
async function readAnswers(folder: string): Promise<Recordings> {
  const recordings: Recording[] = [];
  const omissions: Omission[] = [];
  for (const file of [...new Bun.Glob("vercel-ai/*/*.{json,txt,sse}").scanSync(folder)].toSorted()) {
    const source = await Bun.file(join(folder, file)).text();
    const stream = !file.endsWith(".json");
    const first = firstBody(file, source);
    const reason = reasonToOmit(file, first);
    if (reason !== undefined) {
      omissions.push({ name: file, reason });
      continue;
    }
    recordings.push({
      name: file,
      provider: providerOf(file),
      request: askFor(text(first["model"]) || "recorded-model", stream),
      status: isError(first) ? 400 : 200,
      headers: { "content-type": stream ? "text/event-stream" : "application/json" },
      stream,
      body: file.endsWith(".txt") ? toEvents(source) : source,
    });
  }
  return { recordings, omissions };
}

function firstBody(file: string, source: string): Members {
  const first = file.endsWith(".json") ? source : (source.split("\n")[0] ?? "").replace(/^data: /, "");
  return members(parse(first));
}

const isError = ({ error }: Members) => error !== undefined && error !== null;

function reasonToOmit(file: string, first: Members): string | undefined {
  const kind = text(first["object"]);
  if (isError(first)) {
    return /\/(openai|openai-compatible)\/.*error\.json$/.test(file) ? undefined : "an error of another API";
  }
  const isChat = Array.isArray(first["choices"]) && (kind === "" || kind.startsWith("chat.completion"));
  return isChat ? undefined : `not a chat completion (${kind || text(first["type"]) || "no object"})`;
}

const toEvents = (source: string): string =>
  `${source
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => `data: ${line}\n\n`)
    .join("")}data: [DONE]\n\n`;

const askFor = (model: string, stream: boolean): string =>
  JSON.stringify({
    model,
    messages: [{ role: "user", content: "Hello" }],
    ...(stream && { stream, stream_options: { include_usage: true } }),
  });

/** The model a request names. */
export function modelOf(request: string): string {
  return text(members(parse(request))["model"]);
}

/** True where the client asked for usage at the end of its stream. */
export function wantsUsage(request: string): boolean {
  return members(members(parse(request))["stream_options"])["include_usage"] === true;
}

/** The JSON of every event of a stream, `[DONE]` and what is no JSON left out. */
export function eventBodies(stream: string): readonly Members[] {
  return dataOf(stream).flatMap((data) => {
    const body = parse(data);
    return body === undefined ? [] : [members(body)];
  });
}

/** The data of every event of a stream. */
function dataOf(stream: string): readonly string[] {
  return stream.split(/\r\n\r\n|\n\n|\r\r/).flatMap((frame) => {
    const lines = frame.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data:"));
    return lines.length === 0 ? [] : [lines.map((line) => line.slice(5).trimStart()).join("\n")];
  });
}

/** True where a frame's JSON tells usage and nothing else. */
export function isUsageOnly(body: Members): boolean {
  return list(body["choices"]).length === 0 && typeof body["usage"] === "object" && body["usage"] !== null;
}
