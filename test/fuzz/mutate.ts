import { allRows } from "../fields/house.ts";
import type { Json, JsonObject } from "../fields/row.ts";
import type { Random } from "./random.ts";

// A string that is written as what it holds, without its quotes.
const raw = (literal: string) => `\u0001raw:${literal}\u0001`;
const rawPattern = /"\\u0001raw:(.*?)\\u0001"/g;

const long = "lorem ipsum dolor sit amet, consectetur adipiscing elit; ".repeat(300);
const nested = (depth: number): Json =>
  depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };

const oddValues: readonly Json[] = [
  null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, "", " ", "x", "\ud800", "\udc00\ud800", "a\u0000b\u001f", "é€😀", long,
  [], {}, [[]], [null], [{}], { a: 1 }, { type: "text" }, { type: "" }, { role: "user" }, ["sim/echo"], nested(60), nested(2000),
  raw("1e400"), raw("-1e400"), raw("9223372036854775807"), raw("-0"), raw("1E+2"), raw('"\\ud83d"'), raw('"\\u0000"'),
  raw('{"__proto__":{"stream":true}}'), raw('{"constructor":{"prototype":{"n":2}}}'), raw('{"a":1,"a":2}'),
]; // prettier-ignore

const oddKeys = [
  ..."__proto__ constructor prototype toString hasOwnProperty 0 MODEL é a/b~c".split(" "),
  "",
  " ",
  long,
];
const oddLiterals = "NaN Infinity -Infinity undefined 01 .5 1. +1 0x10 'x' True nul - 1e \\u12".split(" ");
const oddCharacters = [..."{}[]\",:\\'xé\u0000\n\t\u007f\ufeff\u2028", "/*", "//"];

/** A place in a value that can be written to. */
interface Slot {
  readonly parent: Json[] | Record<string, Json>;
  readonly key: string;
}

function slotsOf(value: Json, found: Slot[] = []): readonly Slot[] {
  if (typeof value !== "object" || value === null) return found;
  const parent = value as Slot["parent"];
  for (const [key, child] of Object.entries(value)) {
    found.push({ parent, key });
    slotsOf(child as Json, found);
  }
  return found;
}

const copyOf = (value: Json) => JSON.parse(JSON.stringify(value)) as Json;
const read = ({ parent, key }: Slot) => (parent as Record<string, Json>)[key] as Json;
// Not by assignment: `__proto__` must become a key like any other.
const write = ({ parent, key }: Slot, value: Json) =>
  void Object.defineProperty(parent, key, {
    value: copyOf(value),
    enumerable: true,
    configurable: true,
    writable: true,
  });

function remove({ parent, key }: Slot): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
}

/** Two hundred of one element, where that is not too much. */
function repeat({ parent, key }: Slot): void {
  const element = read({ parent, key });
  if (!Array.isArray(parent) || JSON.stringify(element).length > 2000) return;
  parent.push(...Array.from({ length: 200 }, () => copyOf(element)));
}

/** Changes one place of a body. */
type Mutation = (slot: Slot, random: Random, body: Record<string, Json>) => void;

const mutations: readonly Mutation[] = [
  (slot, random) => write(slot, random.pick(oddValues)),
  (slot, random) => write(slot, random.pick(oddValues)),
  (slot) => remove(slot),
  (slot) => write(slot, [read(slot)]),
  (slot) => write(slot, { value: read(slot) }),
  (slot) => write(slot, JSON.stringify(read(slot))),
  (slot, random) => write(slot, raw(random.pick(oddLiterals))),
  (slot, random, body) => write(slot, read(random.pick(slotsOf(body)))),
  (slot, random) => write({ ...slot, key: Array.isArray(slot.parent) ? slot.key : random.pick(oddKeys) }, read(slot)),
  (slot) => repeat(slot),
  (_, random, body) => {
    const [name, [, , legal, illegal]] = random.pick(allRows);
    write({ parent: body, key: name }, random.pick([...legal, ...illegal, null]));
  },
];

/** A body with one to three things changed in it, as text. */
function mutateValue(body: JsonObject, random: Random): string {
  const copy = copyOf(body) as Record<string, Json>;
  for (let count = random.below(3); count >= 0; count--) {
    const slots = slotsOf(copy);
    if (slots.length > 0) random.pick(mutations)(random.pick(slots), random, copy);
  }
  const plain = JSON.stringify(copy);
  const text = plain.length < 5000 ? JSON.stringify(copy, null, random.pick(["", "", "  ", "\t"])) : plain;
  return text.replace(rawPattern, (_, literal: string) => JSON.parse(`"${literal}"`) as string);
}

const splice = (text: string, at: number, [removed, added]: readonly [number, string]) =>
  text.slice(0, at) + added + text.slice(at + removed);

const textMutations: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => splice(text, random.below(text.length + 1), [0, random.pick(oddCharacters)]),
  (text, random) => splice(text, random.below(text.length + 1), [1 + random.below(3), ""]),
  (text, random) => splice(text, random.below(text.length + 1), [1, random.pick(oddCharacters)]),
  (text, random) =>
    text.replace(
      /\{/,
      `{"${random.pick(["model", "messages", "stream", "__proto__"])}":${random.pick(["1", "null", '"x"', "[]"])},`,
    ),
  (text, random) => `${text}${random.pick(["}", "{}", " x", "\u0000", ",", "\n\n", "//"])}`,
  (text) => text.replaceAll("\n", "\r\n"),
  (_, random) =>
    random.pick([
      "",
      " ",
      "\n",
      "null",
      "[]",
      "1",
      '"x"',
      "true",
      "{}",
      "{",
      "[[",
      "a=b&c=d",
      "<xml/>",
      "data: {}\n\n",
    ]),
  (_, random) => random.pick(["[", '{"a":']).repeat(random.pick([100, 100_000])),
  (text, random) =>
    text.replace(/\}\s*$/, `,"deep":${"[".repeat(100_000)}${"]".repeat(random.pick([100_000, 99_999]))}}`),
];

const insert = (bytes: Uint8Array<ArrayBuffer>, at: number, added: readonly number[]) =>
  new Uint8Array([...bytes.subarray(0, at), ...added, ...bytes.subarray(at)]);

const byteMutations: readonly ((bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>)[] = [
  (bytes) => insert(bytes, 0, [0xef, 0xbb, 0xbf]),
  (bytes, random) =>
    insert(
      bytes,
      random.below(bytes.length + 1),
      random.pick([[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80]]),
    ),
  (bytes) => new Uint8Array(Uint16Array.from(bytes).buffer),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
];

/** A body as a client in a bad mood might send it. */
export function mutateBody(body: JsonObject, random: Random): Uint8Array<ArrayBuffer> {
  let text = random.chance(0.85) ? mutateValue(body, random) : JSON.stringify(body);
  if (random.chance(0.3)) text = random.pick(textMutations)(text, random);
  const bytes = new TextEncoder().encode(text);
  return random.chance(0.08) && bytes.length < 50_000 ? random.pick(byteMutations)(bytes, random) : bytes;
}
