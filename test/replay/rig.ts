import { type ChatTraits, openaiTraits, speaksPlainly } from "../../src/dialects/openai-chat/traits.ts";
import { findVendor } from "../../src/providers/roster.ts";
import { startDaemon } from "../daemon.ts";
import { chunk, lastChunk } from "../faults/answers.ts";
import { type Line, type Received, startUpstream } from "../faults/upstream.ts";
import { compareBytes, compareMeaning, compareRequest, type Finding, warningsOf, withMember } from "./compare.ts";
import { modelOf, type Recording } from "./recordings.ts";

/** How one recording is replayed. */
export interface Way {
  readonly lane: "relay" | "events";
  /** The client says `provider/model`, so that the model's name is rewritten; otherwise the bare name and `X-Provider`. */
  readonly rewritten: boolean;
  /** Whole, an event a write, or cut at these offsets of bytes. */
  readonly cuts: "whole" | "events" | readonly number[];
}

/** A daemon between us and the recordings. */
export interface Rig {
  replay(recording: Recording, way: Way): Promise<readonly Finding[]>;
  log(): string;
  stop(): Promise<void>;
}

interface Pending {
  readonly recording: Recording;
  readonly way: Way;
  received: string;
}

/** Starts a daemon that knows every provider that was recorded, all of them at one upstream of ours. */
export async function startRig(recordings: readonly Recording[]): Promise<Rig> {
  const pending = new Map<string, Pending>();
  const upstream = startUpstream(async (received, line) => {
    const exchange = pending.get(ticketOf(received));
    if (exchange === undefined) return line.write("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    exchange.received = received.body;
    return play(exchange, line);
  });
  const names = [...new Set(recordings.map(({ provider }) => provider))];
  const providers = Object.fromEntries(names.flatMap((name) => configure(name, upstream.url)));
  const daemon = await startDaemon({ configuration: JSON.stringify({ providers, log: { level: "warn" } }) });
  let tickets = 0;

  async function replay(recording: Recording, way: Way): Promise<readonly Finding[]> {
    tickets += 1;
    const ticket = `ticket-${tickets}`;
    const exchange: Pending = { recording, way, received: "" };
    pending.set(ticket, exchange);
    const provider = providerFor(recording.provider, way.lane);
    const sent = bodyOf(recording, way, provider);
    const response = await fetch(`${daemon.url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-provider-key": ticket,
        ...(!way.rewritten && { "x-provider": provider }),
      },
      body: sent,
      signal: AbortSignal.timeout(60_000),
    });
    const got = { status: response.status, text: await response.text() };
    pending.delete(ticket);
    const traits = traitsOf(provider);
    return [
      ...(way.lane === "relay" ? compareBytes(recording, got) : []),
      ...compareMeaning(recording, got, way.lane === "relay" ? openaiTraits : traits),
      ...compareRequest({ sent, received: exchange.received, warnings: warningsOf(response.headers), traits }),
    ];
  }
  async function stop(): Promise<void> {
    await daemon.stop();
    upstream.stop();
  }
  return { replay, log: daemon.log, stop };
}

/** Each provider as the vendor it is, and those that do not speak plainly also as if they did. */
function configure(name: string, url: string): readonly (readonly [string, object])[] {
  const known = findVendor(name) !== undefined;
  const vendor = { base_url: url, ...(!known && { type: "openai-compatible" }) };
  if (speaksPlainly(traitsOf(name))) return [[name, vendor]];
  return [
    [name, vendor],
    [`${name}-relayed`, { base_url: url, type: "openai-compatible" }],
  ];
}

const traitsOf = (provider: string): ChatTraits => ({ ...openaiTraits, ...findVendor(provider)?.traits });

const providerFor = (provider: string, lane: Way["lane"]): string =>
  lane === "relay" && !speaksPlainly(traitsOf(provider)) ? `${provider}-relayed` : provider;

/** A request for a tool server keeps a provider that speaks plainly out of the relay lane. */
function bodyOf({ request }: Recording, { lane, rewritten }: Way, provider: string): string {
  const named = rewritten ? withMember(request, "model", JSON.stringify(`${provider}/${modelOf(request)}`)) : request;
  return lane === "events" && speaksPlainly(traitsOf(provider))
    ? withMember(named, "mcp_servers", '["nobody/home"]')
    : named;
}

/** The key that a client brings for its provider tells the upstream which recording is meant. */
const ticketOf = ({ headers }: Received): string =>
  headers.get("api-key") ?? (headers.get("authorization") ?? "").replace("Bearer ", "");

async function play({ recording, way }: Pending, line: Line): Promise<void> {
  const { status, headers, stream } = recording;
  const body = Buffer.from(recording.body);
  const framing = stream ? "transfer-encoding: chunked" : `content-length: ${body.length}`;
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  await line.write(`HTTP/1.1 ${status} Recorded\r\n${fields.join("")}${framing}\r\n\r\n`);
  for (const [index, piece] of cut(body, way.cuts).entries()) {
    // Long enough for the other side to read each piece by itself, most of the time.
    if (index > 0) await Bun.sleep(way.cuts === "events" ? 0 : 2);
    await line.write(stream ? chunk(piece) : piece);
  }
  if (stream) await line.write(lastChunk);
}

function cut(body: Buffer, cuts: Way["cuts"]): readonly Buffer[] {
  if (cuts === "whole") return [body];
  if (cuts === "events") return Array.from(body.toString("utf8").split(/(?<=\n\n)/), (piece) => Buffer.from(piece));
  const places = [0, ...cuts, body.length];
  return places.slice(1).map((end, index) => body.subarray(places[index], end));
}
