/** A JSON object that nobody has looked into yet. */
export type Loose = Readonly<Record<string, unknown>>;

/** Collects what is wrong with one value, each fault with its place. */
export interface Faults {
  readonly all: string[];
  /** Notes a fault unless the condition holds. */
  expect(holds: boolean, fault: string): void;
}

/** An empty collection. */
export function createFaults(): Faults {
  const all: string[] = [];
  return {
    all,
    expect(holds, fault) {
      if (!holds) all.push(fault);
    },
  };
}

/** The value as an object; an empty one where it is none. */
export function loose(value: unknown): Loose {
  return isObject(value) ? value : {};
}

/** The value as a list; an empty one where it is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** True for objects that are neither null nor lists. */
export function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for whole numbers from 0. */
export const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** True for text with something in it. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** True for text, the empty one too, and null. */
export const isTextOrNull = (value: unknown): boolean => value === null || typeof value === "string";
