import type { Opening, StreamEvent } from "../../../spec/event.ts";
import type { Json, JsonObject } from "../../../spec/json.ts";
import type { Answering } from "./answering.ts";
import { createChangeFilter } from "./change-filter.ts";
import { type ChoiceDecoder, createChoiceDecoder } from "./decode-choice.ts";
import { decodeError, isErrorBody, isTold } from "./decode-error.ts";
import { incompleteAnswer, invalidAnswer } from "./faults.ts";
import { asList, asNumber, asObject, asText } from "./json-shape.ts";
import { findUsage, readUsage } from "./usage.ts";

/** Turns the JSON objects of one answer, many frames or one reply, into events. */
export interface AnswerDecoder {
  /**
   * Reads one frame or reply. Throws GatewayError `upstream_error` where it is an error,
   * `upstream_invalid` where it is no part of a chat completion.
   */
  read(body: JsonObject): readonly StreamEvent[];
  /** What is held to the end: text that might have become a tag, and the usage, once, as it was told last. */
  end(): readonly StreamEvent[];
  opened(): boolean;
  /** Throws GatewayError `upstream_incomplete` unless every choice that began has ended. */
  assertComplete(): void;
}

const answerKeys: ReadonlySet<string> = new Set(["id", "object", "created", "model", "choices", "usage"]);

/** Makes the decoder of one answer; `whole` for plain replies. */
export function createAnswerDecoder(answering: Answering, whole: boolean): AnswerDecoder {
  const { provider, traits } = answering;
  const choices = new Map<number, ChoiceDecoder>();
  const changes = createChangeFilter(() => whole);
  let opened = false;
  let waiting: JsonObject | undefined;
  let usage: JsonObject | undefined;

  const choiceAt = (index: number): ChoiceDecoder => {
    const decoder = choices.get(index) ?? createChoiceDecoder({ index, traits, whole });
    choices.set(index, decoder);
    return decoder;
  };
  const readChoices = (list: readonly Json[], answer: JsonObject | undefined): StreamEvent[] => {
    if (list.length === 0) return answer === undefined ? [] : [{ type: "extra", choice: 0, origin: { answer } }];
    return list.flatMap((entry, position) => {
      const choice = asObject(entry) ?? {};
      return choiceAt(asNumber(choice["index"]) ?? position).read(choice, position === 0 ? answer : undefined);
    });
  };
  return {
    read(body) {
      usage = findUsage(body) ?? usage;
      assertNoError(body, provider);
      const list = asList(body["choices"]);
      if (list.length === 0 && (whole || (!opened && body["choices"] === undefined))) throw withoutChoices(provider);
      const left = changes(leftOfAnswer(body, whole));
      if (opened) return readChoices(list, left);
      const extra = left === undefined ? waiting : { ...waiting, ...left };
      // Azure begins with a frame of filter results that has neither id nor model.
      if (list.length === 0 && asText(body["model"]) === undefined) {
        waiting = extra;
        return [];
      }
      opened = true;
      return [openAnswer(body, answering, extra), ...readChoices(list, undefined)];
    },
    end() {
      const held = [...choices.values()].flatMap((choice) => choice.flush());
      return usage === undefined ? held : [...held, { type: "usage", usage: readUsage(usage), raw: usage }];
    },
    opened: () => opened,
    assertComplete() {
      const all = [...choices.values()];
      if (all.length > 0 && all.every((choice) => choice.finished())) return;
      throw incompleteAnswer(provider);
    },
  };
}

/** The error of a JSON object that is no part of a chat completion. */
export const withoutChoices = (provider: string) => invalidAnswer(provider, "a JSON object without choices");

/** The opening that a frame or reply tells of. */
export function openAnswer(body: JsonObject, { opening, now, model }: Answering, extra?: JsonObject): Opening {
  return {
    type: "opening",
    ...opening,
    // Few upstreams give no id; clients want one.
    id: asText(body["id"]) ?? `chatcmpl-${now}`,
    created: asNumber(body["created"]) || now,
    model: asText(body["model"]) ?? model,
    ...(extra === undefined ? {} : { extra }),
  };
}

/** Throws GatewayError `upstream_error` where a frame or reply is an error, as a whole or in a choice. */
export function assertNoError(body: JsonObject, provider: string): void {
  if (isErrorBody(body)) throw decodeError({ provider, text: JSON.stringify(body) });
  for (const entry of asList(body["choices"])) {
    const choice = asObject(entry) ?? {};
    if (isTold(choice["error"])) throw decodeError({ provider, text: JSON.stringify({ error: choice["error"] }) });
    if (choice["finish_reason"] === "error") {
      throw decodeError({
        provider,
        text: JSON.stringify({ error: { message: "the provider ended its answer with an error" } }),
      });
    }
  }
}

function leftOfAnswer(body: JsonObject, whole: boolean): [string, Json | undefined][] {
  return Object.entries(body).filter(
    ([key, value]) => !answerKeys.has(key) || (whole && key === "usage" && value === null),
  );
}
