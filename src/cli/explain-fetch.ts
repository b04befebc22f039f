const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host is not known",
  ECONNRESET: "the connection was closed",
  TimeoutError: "no answer in time",
};

/** Why a fetch failed, in words. */
export function explainFetch(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  return reasons[code] ?? reasons[error.name] ?? error.message;
}
