import type { Configuration } from "./configuration.ts";
import type { ResolveContext } from "./context.ts";
import { type Fault, type LocatedProblem, readDocument } from "./document.ts";
import { ConfigurationError, type Problem } from "./problem.ts";
import { resolveSettings } from "./resolve.ts";
import { isWithin, validate } from "./validate.ts";

/** A configuration and what is worth knowing about it. */
export interface Read {
  readonly configuration: Configuration;
  readonly warnings: readonly Problem[];
}

/** Turns the text of a file into a configuration. Throws ConfigurationError with everything that is wrong. */
export function readSettings(
  text: string,
  file: string,
  given: Pick<ResolveContext, "surroundings" | "vendors" | "flags">,
): Read {
  const document = readDocument(text, file, given.surroundings.environment);
  const { settings, problems } = validate(document);
  // Whoever misspells a key need not hear of the variable behind it.
  const isMoot = ({ unset, pointer }: LocatedProblem) =>
    unset !== undefined && problems.some((problem) => isWithin(problem.pointer, pointer));
  const faults: LocatedProblem[] = [...document.problems.filter((problem) => !isMoot(problem)), ...problems];
  const warnings: LocatedProblem[] = [...document.warnings];
  const locate = (pointer: string, fault: Fault): LocatedProblem =>
    pointer.startsWith("/")
      ? document.locate(pointer, fault)
      : { pointer, path: pointer, message: fault.message, hint: fault.hint };
  const isKnown = (pointer: string) => faults.some((fault) => isWithin(fault.pointer, pointer));
  const configuration = resolveSettings(settings, {
    ...given,
    file,
    variables: document.variables,
    report: (pointer, fault) => void (isKnown(pointer) || faults.push(locate(pointer, fault))),
    warn: (pointer, fault) => void warnings.push(locate(pointer, fault)),
  });
  if (faults.length > 0) throw new ConfigurationError(faults.toSorted(byPlace));
  return { configuration, warnings: warnings.toSorted(byPlace) };
}

const byPlace = (left: Problem, right: Problem) =>
  (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
