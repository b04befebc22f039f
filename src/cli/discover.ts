/** A vendor whose server runs on the user's own machine. */
export interface LocalVendor {
  readonly id: string;
  readonly localPorts?: readonly number[];
}

/** A server that was found. */
export interface LocalServer {
  readonly vendor: string;
  readonly port: number;
  /** `http://127.0.0.1:11434/v1` */
  readonly baseUrl: string;
  /** The models it lists. */
  readonly models: readonly string[];
}

/** Fetches JSON within so many milliseconds; undefined where that fails in any way. */
export type Probe = (url: string, deadline: number) => Promise<unknown>;

const DEADLINE = 300;

/** Asks the usual ports of local servers for their models, all at once; takes 300 ms at most. Ports in `except` are left alone. */
export async function discoverLocalServers(
  vendors: readonly LocalVendor[],
  probe: Probe,
  except: readonly number[] = [],
): Promise<readonly LocalServer[]> {
  const places = vendors
    .flatMap(({ id, localPorts = [] }) => localPorts.map((port) => ({ vendor: id, port })))
    .filter(({ port }) => !except.includes(port));
  const found = await Promise.all(
    places.map(async ({ vendor, port }) => {
      const baseUrl = `http://127.0.0.1:${port}/v1`;
      const models = readModels(await probe(`${baseUrl}/models`, DEADLINE));
      return models && { vendor, port, baseUrl, models };
    }),
  );
  return found.filter((server) => server !== undefined);
}

/** Names in a model list; undefined where this is none, because any program may use these ports. */
function readModels(answer: unknown): readonly string[] | undefined {
  if (typeof answer !== "object" || answer === null || !("data" in answer)) return undefined;
  const { data } = answer;
  // Ollama without a model says null.
  if (data === null) return [];
  if (!Array.isArray(data)) return undefined;
  const ids = data.map((model: unknown) =>
    typeof model === "object" && model !== null && "id" in model ? model.id : undefined,
  );
  return ids.every((id) => typeof id === "string") ? ids : undefined;
}

/** A probe over HTTP. Never follows a redirection away from this machine. */
export async function fetchProbe(url: string, deadline: number): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(deadline), redirect: "error" });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
