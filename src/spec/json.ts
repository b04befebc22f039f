/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object whose keys nobody has checked yet. */
export type JsonObject = { readonly [key: string]: Json | undefined };
