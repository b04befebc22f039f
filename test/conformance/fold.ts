import { isObject, list, type Loose, loose } from "./shape.ts";

// Text that is said whole, not in increments.
const whole = new Set(["role", "id", "type", "name", "finish_reason"]);

/** What the chunks of a stream add up to, in the form of a plain answer: put together as clients do, apart from our own code. */
export function foldChunks(chunks: readonly Loose[]): Loose {
  const choices = new Map<unknown, Loose>();
  const answer: Record<string, unknown> = {};
  for (const { choices: said, ...beside } of chunks) {
    Object.assign(answer, beside);
    for (const { index, delta, ...rest } of list(said).map(loose)) {
      const before = choices.get(index) ?? { index };
      choices.set(index, { ...join(before, rest), message: join(loose(before["message"]), loose(delta)) });
    }
  }
  return { ...answer, choices: [...choices.values()] };
}

function join(before: Loose, next: Loose): Loose {
  const joined: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(next)) joined[key] = joinValue(key, before[key], value);
  return joined;
}

function joinValue(key: string, before: unknown, next: unknown): unknown {
  if (next === null || next === undefined) return before ?? next;
  if (key === "tool_calls") return joinCalls(list(before).map(loose), list(next).map(loose));
  if (Array.isArray(before) && Array.isArray(next)) return [...(before as unknown[]), ...(next as unknown[])];
  if (isObject(before) && isObject(next)) return join(before, next);
  return typeof before === "string" && typeof next === "string" && !whole.has(key) ? before + next : next;
}

function joinCalls(before: readonly Loose[], pieces: readonly Loose[]): readonly Loose[] {
  const calls = [...before];
  for (const { index, ...piece } of pieces) calls[index as number] = join(calls[index as number] ?? {}, piece);
  return calls;
}
