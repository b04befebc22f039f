import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { requestFields, settingFields } from "../../src/dialects/openai-chat/request/fields.ts";
import { type House, type Outcome, ask, openHouse } from "./house.ts";
import { extraRows, requestRows } from "./request-rows.ts";
import type { Fate, Json, JsonObject, More, Rows } from "./row.ts";
import { settingRows } from "./setting-rows.ts";

// Milliseconds; for slow machines.
setDefaultTimeout(60_000);

const root = join(import.meta.dir, "../..");
const openApi = join(root, process.env["PERDIX_SHARED"] ?? "../shared", "dedalus-openapi.json");
const hello = [{ role: "user", content: "hello" }];

/** Where a field stands: beside `messages`, or in the settings of one model. */
type Place = (model: string, fields: JsonObject) => JsonObject;
const atTop: Place = (model, fields) => ({ model, messages: hello, ...fields });
const inSettings: Place = (model, settings) => ({ model: { model, settings }, messages: hello });

let house: House;
beforeAll(async () => void (house = await openHouse()));
afterAll(() => house.stop());

describe.each<[string, Rows, Place]>([
  ["request", requestRows, atTop],
  ["beyond the OpenAPI", extraRows, atTop],
  ["settings", settingRows, inSettings],
])("%s", (_, rows, place) => {
  test.each(Object.entries(rows))("%s", async (name, row) => {
    const [fates, , legal, illegal, more = {}] = row;
    const [example] = legal;
    if (example === undefined) throw new Error("a row needs an example");
    const send = (daemon: "lenient" | "strict", provider: string, value: Json) =>
      ask(house, house[daemon], place(`${provider}/m`, { [name]: value, ...more.beside }));

    for (const value of legal) {
      const outcome = await send("lenient", "openai", value);
      const fate = value === example || fates.openai === "sent" ? fates.openai : "accepted";
      expect(judge(outcome, { name, value, fate, more }), `${tell(value)} to openai`).toEqual([]);
    }
    for (const value of illegal) {
      const outcome = await send("lenient", "openai", value);
      expect([outcome.status, outcome.arrivals.length], `${tell(value)} past the bounds`).toEqual([400, 0]);
      expect(outcome.param.replace("model.settings.", ""), tell(value)).toStartWith(name);
    }
    const lacking = await send("lenient", "lacking", example);
    expect(judge(lacking, { name, value: example, fate: fates.lacking, more }), "where it is lacking").toEqual([]);
    const strict = await send("strict", "lacking", example);
    expect(judge(strict, { name, value: example, fate: fates.strict, more }), "where strict").toEqual([]);
    const openai = await send("strict", "openai", example);
    const unbending = fates.openai === "dropped" || fates.openai === "idle" ? "refused" : fates.openai;
    expect(judge(openai, { name, value: example, fate: unbending, more }), "strict, to openai").toEqual([]);
    const absent = await ask(house, house.lenient, place("openai/m", { [name]: null }));
    expect(judgeNull(absent, name, more), "null").toEqual([]);
  });
});

const tell = (value: Json) => JSON.stringify(value).slice(0, 80);

interface Expected {
  readonly name: string;
  readonly value: Json;
  readonly fate: Fate | "accepted";
  readonly more: More;
}

/** What is not as the row has it; empty where all is. */
function judge(outcome: Outcome, { name, value, fate, more }: Expected): readonly string[] {
  const { status, param, warnings, arrivals } = outcome;
  const told = more.toldAs ?? name;
  if (fate === "refused") return status === 400 && param === told ? [] : [`${status}, param ${param}`];
  const body = arrivals.at(-1)?.body;
  if (status !== 200 || body === undefined) return [`${status} ${outcome.message}`];
  const isWarned = warnings.split("; ").some((warning) => warning.startsWith(`${told} `));
  const seen = { arrived: body[name], isWarned };
  const wanted = {
    sent: { arrived: value, isWarned: false },
    translated: { arrived: more.arrives?.[name], isWarned: false },
    dropped: { arrived: undefined, isWarned: true },
    used: { arrived: undefined, isWarned: false },
    idle: { arrived: undefined, isWarned: true },
    accepted: seen,
  }[fate];
  const other = Object.entries(fate === "translated" ? (more.arrives ?? {}) : {});
  return [
    ...(Bun.deepEquals(seen, wanted) ? [] : [`${JSON.stringify(seen)} and not ${JSON.stringify(wanted)}`]),
    ...other.filter(([key, expected]) => !Bun.deepEquals(body[key], expected)).map(([key]) => `${key} is otherwise`),
  ];
}

function judgeNull(
  { status, param, message, warnings, arrivals }: Outcome,
  name: string,
  more: More,
): readonly string[] {
  if (more.needed) return status === 400 && param.split(".").includes(name) ? [] : [`${status}, param ${param}`];
  const arrived = arrivals.at(-1)?.body;
  const isClean = status === 200 && arrived !== undefined && !(name in arrived) && !warnings.includes(name);
  return isClean ? [] : [`${status} ${message}${warnings} ${JSON.stringify(arrived)}`];
}

const isAbsent = !existsSync(openApi);
test.skipIf(isAbsent)("each property of the OpenAPI has a row, and no other (needs ../shared)", async () => {
  const { components } = await Bun.file(openApi).json();
  const properties = (schema: string) => Object.keys(components.schemas[schema].properties).toSorted();
  expect(Object.keys(requestRows).toSorted()).toEqual(properties("ChatCompletionRequest"));
  expect(Object.keys(settingRows).toSorted()).toEqual(properties("ModelSettings"));
});

const namesOf = (fields: readonly { readonly name: string }[]) => fields.map(({ name }) => name).toSorted();

test("each field that perdix knows has a row", () => {
  const rows = Object.keys({ ...requestRows, ...extraRows });
  expect(namesOf([{ name: "model" }, ...requestFields])).toEqual(rows.toSorted());
  expect(namesOf(settingFields)).toEqual(Object.keys(settingRows).toSorted());
});

/** The examples of all fields that only some vendors have. */
const foreignExamples = (rows: Rows) =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([name, [{ openai }, , [example]]]) =>
      openai === "dropped" || openai === "refused" ? [[name, example as Json]] : [],
    ),
  );

test.each<[string, Rows, Place]>([
  ["request", requestRows, atTop],
  ["beyond the OpenAPI", extraRows, atTop],
  ["settings", settingRows, inSettings],
])("an upstream that knows a vendor's fields gets them: %s", async (_, rows, place) => {
  const given = foreignExamples(rows);
  const { arrivals, warnings } = await ask(house, house.strict, place("knowing/m", given));
  expect(arrivals[0]?.body).toMatchObject(given);
  expect(warnings).toBe("");
});
