const LIMIT_NAME = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const LIMIT = "4096";

/** What `raiseFetchLimit` needs of a process. */
export interface Relaunchable {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly execPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  execve?(file: string, parameters: readonly string[], env: Record<string, string | undefined>): never;
}

/**
 * Starts this program anew in its place with room for 4096 fetches at a time. Bun reads its limit (256) at the start only,
 * and requests beyond it wait in silence. Does nothing where the limit is set already or the system cannot do it.
 */
export function raiseFetchLimit(process: Relaunchable): void {
  if (process.env[LIMIT_NAME] !== undefined) return;
  const { execPath } = process;
  try {
    process.execve?.(execPath, [execPath, ...ownArguments(process)], { ...process.env, [LIMIT_NAME]: LIMIT });
  } catch {
    // Windows has no execve; 256 requests at a time are still a daemon.
  }
}

/** In a compiled program argv[1] is a path inside it, which would be taken for an argument of the user. */
function ownArguments({ argv, execArgv }: Relaunchable): readonly string[] {
  const isCompiled = argv[1]?.startsWith("/$bunfs/") ?? false;
  return isCompiled ? argv.slice(2) : [...execArgv, ...argv.slice(1)];
}
