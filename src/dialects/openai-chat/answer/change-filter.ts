import type { Json, JsonObject } from "../../../spec/json.ts";

/** Takes the members of a frame and gives those that say something new; undefined where none does. */
export interface ChangeFilter {
  (members: readonly (readonly [key: string, value: Json | undefined])[]): JsonObject | undefined;
}

/** Makes a filter that drops values equal to the last under their key; those that `always` holds for pass unseen. */
export function createChangeFilter(always: (value: Json | undefined) => boolean): ChangeFilter {
  const last = new Map<string, string>();
  return (members) => {
    if (members.length === 0) return undefined;
    const fresh = members.filter(([key, value]) => {
      if (always(value)) return true;
      const text = JSON.stringify(value) ?? "";
      if (last.get(key) === text) return false;
      last.set(key, text);
      return true;
    });
    return fresh.length === 0 ? undefined : Object.fromEntries(fresh);
  };
}
