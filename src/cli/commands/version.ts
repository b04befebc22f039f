import { buildCommand } from "@stricli/core";
import { type Context, print } from "../context.ts";
import { version as number } from "../version.ts";

/** `perdix version` */
export const version = buildCommand<Record<never, never>, [], Context>({
  func(this: Context) {
    print(this, number);
  },
  parameters: {},
  docs: { brief: "Print the version" },
});
