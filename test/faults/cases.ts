import {
  beginning,
  chunk,
  done,
  frame,
  greeting,
  reply,
  streamOf,
  streamHead,
  wholeReply,
  wholeStream,
} from "./answers.ts";
import type { Line, Received, Script } from "./upstream.ts";

/** What a client must see of one case. */
export type Outcome =
  /** The whole answer. */
  | "answer"
  /** An error status. */
  | { readonly status: number; readonly code: string; readonly says: RegExp }
  /** A stream that began and ends with one error frame. */
  | { readonly broken: string; readonly says: RegExp; readonly text?: string };

/** One way in which an upstream misbehaves. */
export interface Case {
  readonly name: string;
  readonly script: Script;
  readonly streamed: Outcome;
  readonly plain: Outcome;
  /** Asks the providers with short deadlines: 1 s to headers and between bytes, 3 s in all. */
  readonly hasty?: true;
}

const isStreamed = ({ body }: Received) => (JSON.parse(body) as { readonly stream?: boolean }).stream === true;

/** Sends one thing for a streamed request and another for a plain one, then does the same with the connection. */
function send(streamed: string | Uint8Array, plain: string | Uint8Array, after?: (line: Line) => void): Script {
  return async (received, line) => {
    await line.write(isStreamed(received) ? streamed : plain);
    // A reset overtakes what the other side has not read yet.
    await Bun.sleep(50);
    after?.(line);
  };
}

const end = (line: Line) => line.end();
const reset = (line: Line) => line.reset();
const begun = (body: string | Uint8Array) => Buffer.concat([Buffer.from(streamHead), chunk(body)]);
/** The first bytes of a plain answer. */
const longReply = wholeReply.replace(greeting, greeting.repeat(2000));
const half = (bytes: number) => reply(wholeReply).subarray(0, -Buffer.byteLength(wholeReply) + bytes);
/** The place in a text's bytes in the middle of its four-byte character. */
const insideGlobe = (text: string) => Buffer.from(text).indexOf(Buffer.from("🌍")) + 2;

const cut = { broken: "upstream_incomplete", says: /closed|broke off/, text: greeting } as const;
const cutBefore = { status: 502, code: "upstream_incomplete", says: /closed|broke off/ } as const;
const invalid = (says: RegExp) => ({ status: 502, code: "upstream_invalid", says }) as const;
const unreachable = { status: 502, code: "upstream_unreachable", says: /cannot reach/ } as const;
const late = (says: RegExp) => ({ status: 504, code: "upstream_timeout", says }) as const;

/** Spoils the third event of a stream: taken apart it is an error, relayed it is the client's own to read. */
export const spoiled = `${beginning}data: {"choices": [}\n\n${frame({}, "stop")}${done}`;

const tried = new Set<string>();
const html = "<!doctype html><html><body><h1>Welcome to the captive portal</h1></body></html>";
const asHtml = { type: "text/html" };
const errorBody = JSON.stringify({ error: { message: "the quota is used up", type: "quota_error", code: "quota" } });
const quota = /the quota is used up/;

async function flood(line: Line, piece: string): Promise<void> {
  const block = piece.repeat(Math.ceil(65_536 / piece.length));
  while (!line.isGone()) await line.write(block);
}

const connectionCases: readonly Case[] = [
  {
    name: "a reset before headers, once",
    script(received, line) {
      const key = received.body;
      if (tried.has(key)) return line.write(isStreamed(received) ? streamOf(wholeStream) : reply(wholeReply));
      tried.add(key);
      return line.reset();
    },
    streamed: "answer",
    plain: "answer",
  },
  {
    name: "a reset before headers, always",
    script: (_, line) => line.reset(),
    streamed: unreachable,
    plain: unreachable,
  },
  {
    name: "a close before headers, always",
    script: (_, line) => line.end(),
    streamed: unreachable,
    plain: unreachable,
  },
  {
    name: "a reset inside the headers",
    script: send("HTTP/1.1 200 OK\r\ncontent-", "HTTP/1.1 200 OK\r\ncontent-", reset),
    streamed: unreachable,
    plain: unreachable,
  },
  { name: "a reset after headers", script: send(streamHead, half(0), reset), streamed: cutBefore, plain: cutBefore },
  { name: "a close after headers", script: send(streamHead, half(0), end), streamed: cutBefore, plain: cutBefore },
  {
    name: "what is no HTTP",
    script: send("SSH-2.0-OpenSSH_9.2\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", end),
    streamed: unreachable,
    plain: unreachable,
  },
  {
    name: "interim answers before the real one",
    script: send(
      Buffer.concat([
        Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        streamOf(wholeStream),
      ]),
      Buffer.concat([
        Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        reply(wholeReply),
      ]),
    ),
    streamed: "answer",
    plain: "answer",
  },
];

const cutCases: readonly Case[] = [
  {
    name: "a reset inside an event",
    script: send(begun(beginning + frame({ content: "never" }).slice(0, 60)), half(60), reset),
    streamed: cut,
    plain: cutBefore,
  },
  {
    name: "a close inside an event",
    script: send(begun(beginning + frame({ content: "never" }).slice(0, 60)), half(60), end),
    streamed: cut,
    plain: cutBefore,
  },
  {
    name: "an orderly end inside an event",
    script: send(streamOf(beginning + frame({ content: "never" }).slice(0, 60)), reply(wholeReply.slice(0, 60))),
    streamed: cut,
    plain: invalid(/broken JSON/),
  },
  {
    name: "a cut inside a character",
    script: send(
      begun(Buffer.concat([Buffer.from(beginning), Buffer.from(beginning).subarray(0, insideGlobe(beginning))])),
      half(insideGlobe(wholeReply)),
      reset,
    ),
    streamed: cut,
    plain: cutBefore,
  },
  {
    name: "a close inside chunked encoding",
    script: send(
      Buffer.concat([begun(beginning), Buffer.from("3e8\r\ndata: {")]),
      `${streamHead.replace("text/event-stream", "application/json")}3e8\r\n{"id"`,
      end,
    ),
    streamed: cut,
    plain: cutBefore,
  },
  {
    name: "broken chunked encoding",
    async script(received, line) {
      const streamed = isStreamed(received);
      await line.write(streamed ? begun(beginning) : streamHead.replace("text/event-stream", "application/json"));
      // What came before must have been read: nonsense spoils all that is read with it.
      await Bun.sleep(200);
      await line.write("zz\r\nnonsense\r\n");
    },
    streamed: cut,
    plain: cutBefore,
  },
  {
    name: "an orderly end without terminal",
    script: send(streamOf(beginning), reply("{}")),
    streamed: cut,
    plain: invalid(/without choices/),
  },
  {
    name: "an orderly end before any content",
    script: send(streamOf(frame({ role: "assistant", content: "" })), reply("")),
    streamed: { ...cut, text: "" },
    plain: invalid(/empty body/),
  },
  {
    name: "[DONE] without a finish reason",
    script: send(streamOf(beginning + done), reply("[DONE]")),
    streamed: cut,
    plain: invalid(/expected a chat completion/),
  },
];

const lateCases: readonly Case[] = [
  {
    name: "no headers",
    hasty: true,
    script: () => undefined,
    streamed: late(/did not begin to answer within 1 s/),
    plain: late(/did not begin to answer within 1 s/),
  },
  {
    name: "no event after the headers",
    hasty: true,
    script: send(streamHead, half(0)),
    streamed: late(/did not send the next part of its answer within 1 s/),
    plain: late(/did not send the next part of its answer within 1 s/),
  },
  {
    name: "a stall in the middle",
    hasty: true,
    script: send(begun(beginning), half(60)),
    streamed: {
      broken: "upstream_timeout",
      says: /did not send the next part of its answer within 1 s/,
      text: greeting,
    },
    plain: late(/did not send the next part of its answer within 1 s/),
  },
  {
    name: "an answer that drips for ever",
    hasty: true,
    async script(received, line) {
      // More than 16 KiB are announced: what is smaller is read as one part.
      await line.write(isStreamed(received) ? begun(beginning) : reply(longReply).subarray(0, 200));
      while (!line.isGone()) {
        await line.write(isStreamed(received) ? chunk(": wait\n\n") : " ");
        await Bun.sleep(300);
      }
    },
    streamed: { broken: "upstream_timeout", says: /did not finish its answer within 3 s/, text: greeting },
    plain: late(/did not finish its answer within 3 s/),
  },
];

const wrongCases: readonly Case[] = [
  {
    name: "HTML with 200",
    script: send(reply(html, asHtml), reply(html, asHtml)),
    streamed: invalid(/web page/),
    plain: invalid(/HTML/),
  },
  {
    name: "HTML with 502",
    script: send(
      reply(html, { ...asHtml, status: "502 Bad Gateway" }),
      reply(html, { ...asHtml, status: "502 Bad Gateway" }),
    ),
    streamed: { status: 502, code: "upstream_error", says: /HTTP 502 with an HTML page/ },
    plain: { status: 502, code: "upstream_error", says: /HTTP 502 with an HTML page/ },
  },
  {
    name: "200 with an error body",
    script: send(reply(errorBody), reply(errorBody)),
    streamed: { status: 502, code: "quota", says: quota },
    plain: { status: 502, code: "quota", says: quota },
  },
  {
    name: "200 with an error as the first event",
    script: send(streamOf(`data: ${errorBody}\n\n`), reply(errorBody)),
    streamed: { status: 502, code: "quota", says: quota },
    plain: { status: 502, code: "quota", says: quota },
  },
  {
    name: "an unnamed error event",
    script: send(streamOf(`${beginning}data: ${errorBody}\n\n${done}`), reply(errorBody)),
    streamed: { broken: "quota", says: quota, text: greeting },
    plain: { status: 502, code: "quota", says: quota },
  },
  {
    name: "a named error event",
    script: send(streamOf(`${beginning}event: error\ndata: ${errorBody}\n\n${done}`), reply(errorBody)),
    streamed: { broken: "quota", says: quota, text: greeting },
    plain: { status: 502, code: "quota", says: quota },
  },
  {
    name: "a first event that is no JSON",
    script: send(streamOf(`data: {"choices": [}\n\n${wholeStream}`), reply('{"choices": [}')),
    streamed: invalid(/expected a chat completion/),
    plain: invalid(/broken JSON/),
  },
  {
    name: "an empty body",
    script: send(reply("", { type: "text/event-stream" }), reply("")),
    streamed: invalid(/empty body/),
    plain: invalid(/empty body/),
  },
  {
    name: "204",
    script: send("HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"),
    streamed: invalid(/empty body/),
    plain: invalid(/empty body/),
  },
  {
    name: "101",
    script: send(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
      end,
    ),
    streamed: unreachable,
    plain: unreachable,
  },
  {
    name: "a plain answer to a streamed request, a stream to a plain one",
    script: send(reply(wholeReply), streamOf(wholeStream)),
    streamed: "answer",
    plain: "answer",
  },
  {
    name: "gzip although identity was asked for",
    script: send(
      reply(Bun.gzipSync(wholeStream), { type: "text/event-stream", headers: "content-encoding: gzip\r\n" }),
      reply(Bun.gzipSync(wholeReply), { headers: "content-encoding: gzip\r\n" }),
    ),
    streamed: "answer",
    plain: "answer",
  },
];

const boundlessCases: readonly Case[] = [
  {
    name: "an event without end",
    async script(received, line) {
      await line.write(
        isStreamed(received)
          ? `${streamHead.replace("transfer-encoding: chunked\r\n", "")}${beginning}data: {"`
          : 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a": "',
      );
      await flood(line, "x");
    },
    streamed: { broken: "upstream_invalid", says: /more than \d+ bytes/, text: greeting },
    plain: invalid(/more than \d+ MiB/),
  },
  {
    name: "headers without end",
    async script(_, line) {
      await line.write("HTTP/1.1 200 OK\r\n");
      await flood(line, "x-more: and more\r\n");
    },
    streamed: { status: 502, code: "upstream_unreachable", says: /./ },
    plain: { status: 502, code: "upstream_unreachable", says: /./ },
  },
];

/** Everything an upstream may do wrong in one exchange. */
export const cases: readonly Case[] = [...connectionCases, ...cutCases, ...lateCases, ...wrongCases, ...boundlessCases];

/** The script of a case, by its name; what the double does for every other model is answer. */
export const scripts: ReadonlyMap<string, Script> = new Map<string, Script>([
  ...cases.map(({ name, script }) => [name, script] as const),
  ["spoiled", (_, line) => line.write(streamOf(spoiled))],
  [
    "finished",
    async (_, line) => {
      await line.write(begun(beginning + frame({}, "stop")));
      await Bun.sleep(50);
      line.reset();
    },
  ],
]);

/** A whole answer, streamed or not. */
export const answerWell: Script = (received, line) =>
  line.write(isStreamed(received) ? streamOf(wholeStream) : reply(wholeReply));
