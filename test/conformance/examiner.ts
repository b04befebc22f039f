import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  failingStatuses,
  failureMessage,
  greeting,
  greetingUsage,
  person,
  type SeenCall,
  toolTurns,
} from "./dialogue.ts";
import { type Failure, thrownBy } from "./failure.ts";
import {
  breakingPrompt,
  breakMessage,
  endlessPrompt,
  type Lane,
  lanes,
  setStage,
  type Stage,
  testSoundness,
} from "./stage.ts";

/** One question to one model. */
export interface Question {
  /** Base URL without `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly prompt: string;
  readonly stream: boolean;
}

/** What a client library made of an answer. */
export interface Said {
  readonly text: string;
  /** How many pieces the text came in; 1 for plain answers. */
  readonly pieces: number;
  /** Absent where the library does not tell. */
  readonly finish?: string | null | undefined;
  readonly usage: {
    readonly prompt: number | undefined;
    readonly completion: number | undefined;
    readonly total: number | undefined;
  };
}

/** What a client library made of a conversation with tools of its own. */
export interface ToolRound {
  readonly calls: readonly SeenCall[];
  readonly text: string;
}

/** A real client library, spoken to in one way. Its retries are off. */
export interface Client {
  ask(question: Question): Promise<Said>;
  /** Runs `get_weather` until the model is content. */
  useTools(question: Question): Promise<ToolRound>;
  /** A person out of a text, by the library's own means for structured output. */
  extract(question: Question): Promise<unknown>;
  /** Streams and leaves after the first piece of text. */
  abandon(question: Question): Promise<void>;
  /** Asks what must fail, and gives back what was thrown. */
  fail(question: Question): Promise<Failure>;
  /** The library's own class for each status. */
  readonly errorKinds: Readonly<Record<(typeof failingStatuses)[number], string>>;
}

const PATIENCE = 60_000; // ms a test; a shared machine may be slow
const ways = [false, true];
const wording = (stream: boolean) => (stream ? "streamed" : "plain");

/** One examination for every client library, over all lanes; `more` adds what only this library has. */
export function examine(name: string, client: Client, more: (stage: () => Stage) => void = () => {}): void {
  let stage: Stage;
  const on = () => stage;
  describe(name, () => {
    beforeAll(async () => {
      stage = await setStage();
    }, PATIENCE);
    afterAll(() => stage.close());
    for (const lane of lanes) describe(`${lane.lane} lane, ${lane.provider}`, () => examineLane(client, lane, on));
    test(
      "a dead upstream is an error of its own status",
      async () => {
        for (const stream of ways) {
          const { kind, status, requestId } = await client.fail({
            url: stage.url,
            model: "dead/m",
            prompt: "hello",
            stream,
          });
          expect({ kind, status }).toEqual({ kind: client.errorKinds[502], status: 502 });
          expect(requestId).toMatch(/^req_/);
        }
      },
      PATIENCE,
    );
    more(on);
    testSoundness(on);
  });
}

function examineLane(client: Client, { provider, scripted }: Lane, on: () => Stage): void {
  const question = (prompt: string, stream: boolean): Question => ({
    url: on().url,
    model: `${provider}/m`,
    prompt,
    stream,
  });
  for (const stream of ways) {
    test(
      `text, ${wording(stream)}, with usage`,
      async () => {
        const { pieces, finish = "stop", ...said } = await client.ask(question("hello", stream));
        expect({ ...said, finish }).toEqual({ text: greeting, finish: "stop", usage: greetingUsage });
        expect(pieces > 1).toBe(stream);
      },
      PATIENCE,
    );
    for (const { prompt, calls, closing } of toolTurns) {
      test(
        `${calls.length} calls of the client's tool, ${wording(stream)}`,
        async () => {
          expect(await client.useTools(question(prompt, stream))).toEqual({ calls, text: closing });
        },
        PATIENCE,
      );
    }
    test(
      `structured output, ${wording(stream)}`,
      async () => {
        expect(await client.extract(question("extract the person", stream))).toEqual(person);
      },
      PATIENCE,
    );
    test(
      `every error class, ${wording(stream)}`,
      async () => {
        const failures = await Promise.all(
          failingStatuses.map((status) => client.fail(question(`fail ${status}`, stream))),
        );
        const expected = failingStatuses.map((status) => ({ status, kind: client.errorKinds[status] }));
        expect(
          failures.map(({ status, kind }) => ({ status: status as (typeof failingStatuses)[number], kind })),
        ).toEqual(expected);
        failingStatuses.forEach((status, place) => expect(failures[place]?.message).toContain(failureMessage(status)));
        for (const { requestId } of failures) expect(requestId).toMatch(/^req_/);
      },
      PATIENCE,
    );
  }
  test(
    "an error in the middle of a stream is an error, not an end",
    async () => {
      const thrown = await thrownBy(client.ask({ ...question(breakingPrompt, true), model: `${scripted}/m` }));
      expect(thrown).toBeInstanceOf(Error);
      expect(String(thrown)).toContain(breakMessage);
    },
    PATIENCE,
  );
  test(
    "leaving in the middle of a stream reaches the upstream",
    async () => {
      const before = on().scripted.received(endlessPrompt).length;
      await client.abandon({ ...question(endlessPrompt, true), model: `${scripted}/m` });
      const received = on().scripted.received(endlessPrompt)[before];
      expect(await received?.closed).toBe("left");
    },
    PATIENCE,
  );
}
