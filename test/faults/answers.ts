// The bytes that a well-behaved upstream sends, for scripts to send, cut or spoil.

/** Text with characters of two, three and four bytes, so that every kind of cut can meet one. */
export const greeting = "Grüße, 世界 🌍!";

/** One chunk of a stream as a frame. */
export function frame(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model: "double", choices })}\n\n`;
}

/** The terminal of a stream. */
export const done = "data: [DONE]\n\n";

/** The first two frames of a stream: the role, and the greeting. */
export const beginning = frame({ role: "assistant", content: "" }) + frame({ content: greeting });

/** A whole stream. */
export const wholeStream = beginning + frame({}, "stop") + done;

/** A whole plain answer. */
export const wholeReply = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "double",
  choices: [{ index: 0, message: { role: "assistant", content: greeting }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
});

/** An answer with a length. */
export function reply(
  body: string | Uint8Array,
  { status = "200 OK", type = "application/json", headers = "" } = {},
): Buffer {
  const bytes = Buffer.from(body as string);
  const head = `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\n${headers}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** The head of a stream in chunked encoding. */
export const streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/** One chunk of chunked encoding. */
export function chunk(body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body as string);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** The last chunk: the body has come to its end in order. */
export const lastChunk = "0\r\n\r\n";

/** A whole stream with its head. */
export function streamOf(body: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(streamHead), chunk(body), Buffer.from(lastChunk)]);
}

/** An error answer of OpenAI's shape. */
export function refusal(status: string, headers = ""): Buffer {
  const error = { message: `the double says ${status}`, type: "double_error", param: null, code: "double_code" };
  return reply(JSON.stringify({ error }), { status, headers });
}
