/** An answer of the daemon as its client reads it. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The events of a stream: name (`message` where none is said) and data. */
  readonly frames: readonly { readonly event: string; readonly data: string }[];
}

/** The error object of a plain answer or of an error frame. */
export interface SeenError {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly provider?: string;
  readonly attempts?: readonly {
    readonly model: string;
    readonly code: string;
    readonly status?: number;
    readonly message: string;
  }[];
}

/** Milliseconds after which a request counts as hanging; far above everything that is right. */
const HANG = 30_000;

/** Sends one chat request; fails where its answer has not ended within the deadline. */
export async function chat(url: string, body: object, init: RequestInit = {}): Promise<Seen> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "Say hello" }], ...body }),
    signal: AbortSignal.timeout(HANG),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, frames: readFrames(text) };
}

/** The events in the text of a stream. */
function readFrames(text: string): Seen["frames"] {
  return text.split("\n\n").flatMap((part) => {
    const lines = part.split("\n");
    const field = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
    const data = field("data");
    return data.length === 0 ? [] : [{ event: field("event")[0] ?? "message", data: data.join("\n") }];
  });
}

/** The error of an answer, from its body or from its one error frame. */
export function errorOf({ text, frames }: Seen): SeenError {
  const data = frames.find(({ event }) => event === "error")?.data ?? text;
  return (JSON.parse(data) as { readonly error: SeenError }).error;
}

/** The text a client has read in the chunks of a stream or in a plain answer. */
export function textOf(seen: Seen): string {
  const choices = bodiesOf(seen).flatMap(choicesOf);
  return choices.map(({ delta, message }) => (delta ?? message)?.content ?? "").join("");
}

/** Every finish reason in an answer. */
export function finishesOf(seen: Seen): readonly string[] {
  return bodiesOf(seen).flatMap((body) => choicesOf(body).flatMap(({ finish_reason: reason }) => reason ?? []));
}

function bodiesOf({ text, frames }: Seen): readonly string[] {
  if (frames.length === 0) return [text];
  return frames.filter(({ event, data }) => event === "message" && data !== "[DONE]").map(({ data }) => data);
}

interface SeenChoice {
  readonly delta?: { readonly content?: string | null };
  readonly message?: { readonly content?: string | null };
  readonly finish_reason?: string | null;
}

function choicesOf(body: string): readonly SeenChoice[] {
  return (JSON.parse(body) as { readonly choices?: readonly SeenChoice[] }).choices ?? [];
}
