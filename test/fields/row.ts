/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** What becomes of a value. */
export type Fate =
  /** Goes to the upstream under its own name, unchanged. */
  | "sent"
  /** Goes there in other words; the row tells which. */
  | "translated"
  /** Does not go there, and a warning says so. */
  | "dropped"
  /** 400, with the field's name as `param`. */
  | "refused"
  /** Meant for perdix: never sent, nothing to warn of. */
  | "used"
  /** Meant for a later perdix, which does nothing with it yet: never sent, with a warning. */
  | "idle";

/** What becomes of a row's example. */
export interface Fates {
  /** At an upstream that is taken for OpenAI itself. */
  readonly openai: Fate;
  /** At one that lacks whatever an upstream can lack. */
  readonly lacking: Fate;
  /** At the one that lacks it, with `strict: true`. */
  readonly strict: Fate;
}

/** What only some rows say. */
export interface More {
  /** `null` is refused; everywhere else it means absent. */
  readonly needed?: true;
  /** What stands beside it, so that nothing else is wrong. */
  readonly beside?: JsonObject;
  /** What a translated example is in the body that arrives. */
  readonly arrives?: JsonObject;
  /** The name by which it is dropped or refused. */
  readonly toldAs?: string;
}

/**
 * One property: its fates; in words what it accepts; legal values, the bounds among them and the example first;
 * illegal values: one past each bound, and one of a wrong type.
 */
export type Row = readonly [
  fates: Fates,
  accepts: string,
  legal: readonly Json[],
  illegal: readonly Json[],
  more?: More,
];

/** Rows by the name of their property. */
export type Rows = Readonly<Record<string, Row>>;

/** Harmless to lose. */
export const hint: Fates = { openai: "sent", lacking: "dropped", strict: "refused" };
/** Its loss would change what is answered. */
export const vital: Fates = { openai: "sent", lacking: "refused", strict: "refused" };
/** Every upstream has it. */
export const common: Fates = { openai: "sent", lacking: "sent", strict: "sent" };
/** Some vendor's own, and harmless to lose. */
export const foreign: Fates = { openai: "dropped", lacking: "dropped", strict: "refused" };
/** Some vendor's own, and not to be lost. */
export const foreignVital: Fates = { openai: "refused", lacking: "refused", strict: "refused" };
/** For perdix itself. */
export const own: Fates = { openai: "used", lacking: "used", strict: "used" };
/** For a later perdix. */
export const idle: Fates = { openai: "idle", lacking: "idle", strict: "refused" };
/** Said in other words everywhere. */
export const said: Fates = { openai: "translated", lacking: "translated", strict: "translated" };
/** Has another name at some upstreams. */
export const renamed: Fates = { openai: "sent", lacking: "translated", strict: "translated" };
/** Has another name at OpenAI itself. */
export const outdated: Fates = { openai: "translated", lacking: "sent", strict: "sent" };
/** Sent to upstreams that must be asked, otherwise perdix's own business. */
export const asked: Fates = { openai: "sent", lacking: "used", strict: "used" };
/** A setting that is said in words which some upstreams lack. */
export const saidHint: Fates = { openai: "translated", lacking: "dropped", strict: "refused" };
/** The same, not to be lost. */
export const saidVital: Fates = { openai: "translated", lacking: "refused", strict: "refused" };
