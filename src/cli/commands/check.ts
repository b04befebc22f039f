import { buildCommand } from "@stricli/core";
import { ConfigurationError, formatProblem, type Loaded } from "../../config.ts";
import { type Context, fail, load, print } from "../context.ts";

/** `perdix check [FILE]` */
export const check = buildCommand<Record<never, never>, [file?: string], Context>({
  func: checkFile,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { parse: String, brief: "The file, perdix.yaml where none is given", placeholder: "FILE", optional: true },
      ],
    },
  },
  docs: { brief: "Check a configuration and say what is wrong with it" },
});

async function checkFile(this: Context, _: object, file?: string): Promise<void> {
  try {
    describe(this, await load(this, file === undefined ? {} : { file }));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    fail(this, error.problems.map(formatProblem).join("\n"));
  }
}

function describe(context: Context, { configuration, file, warnings }: Loaded): void {
  for (const warning of warnings) print(context, `warning: ${formatProblem(warning)}`);
  const { host, port, providers, aliases } = configuration;
  print(context, `ok ${file ?? "(no perdix.yaml: what is usual holds)"}`);
  print(context, `listens on ${host}:${port}`);
  for (const { id, keyFrom, baseUrl } of providers) {
    const key = keyFrom === undefined ? "no key" : `key from ${keyFrom}`;
    print(context, `provider ${id}: ${[key, baseUrl].filter((part) => part !== undefined).join(", ")}`);
  }
  const none = "no provider is switched on: set a key such as OPENAI_API_KEY, or try sim/echo";
  if (providers.length === 0) print(context, none);
  for (const [alias, models] of aliases) print(context, `model ${alias}: ${models.join(", ")}`);
}
