import {
  type ApplicationText,
  buildApplication,
  buildRouteMap,
  ExitCode,
  proposeCompletions,
  run,
  text_en,
} from "@stricli/core";
import { ConfigurationError, readSurroundings } from "../config.ts";
import { check } from "./commands/check.ts";
import { complete } from "./commands/complete.ts";
import { completions } from "./commands/completions.ts";
import { doctor } from "./commands/doctor.ts";
import { health } from "./commands/health.ts";
import { init } from "./commands/init.ts";
import { models } from "./commands/models.ts";
import { reload } from "./commands/reload.ts";
import { serve } from "./commands/serve.ts";
import { version } from "./commands/version.ts";
import type { Context } from "./context.ts";
import { version as currentVersion } from "./version.ts";

// The roster of commands. What a command needs beyond its flags it imports when it runs.
const commands = buildRouteMap({
  routes: { serve, init, check, doctor, models, reload, health, version, completions, __complete: complete },
  docs: {
    brief: "One local, OpenAI-compatible base URL for every model",
    fullDescription: "Start with `perdix serve`, then point OPENAI_BASE_URL at http://127.0.0.1:4010/v1",
    hideRoute: { __complete: true },
  },
});

const explain = (error: unknown) => {
  if (error instanceof ConfigurationError) return error.message;
  return error instanceof Error ? error.message : String(error);
};

const text: ApplicationText = {
  ...text_en,
  exceptionWhileRunningCommand: explain,
  commandErrorResult: explain,
};

const application = buildApplication<Context>(commands, {
  name: "perdix",
  versionInfo: { currentVersion },
  scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
  documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false },
  localization: { text },
});

const USAGE = 2;
const usageFaults: ReadonlySet<number> = new Set([ExitCode.InvalidArgument, ExitCode.UnknownCommand]);

/** Runs one command line (without the program's name) and resolves to its exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommandLine(inputs: readonly string[]): Promise<number> {
  const surroundings = readSurroundings();
  const { stdout, stderr } = process;
  const context: Context = {
    process: { stdout: asWritable(stdout), stderr: asWritable(stderr), env: surroundings.environment },
    surroundings,
    terminal: stdout.isTTY,
    complete: async (words) =>
      (await proposeCompletions(application, words, context)).map(({ completion }) => completion),
  };
  await run(application, inputs, context);
  const { exitCode = 0 } = context.process;
  if (usageFaults.has(exitCode)) return USAGE;
  return exitCode === 0 ? 0 : 1;
}

function asWritable(stream: NodeJS.WriteStream): Context["process"]["stdout"] {
  return {
    write: (output) => void stream.write(output),
    getColorDepth: (environment) => (stream.isTTY ? stream.getColorDepth(environment) : 1),
  };
}
