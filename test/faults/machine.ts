import { readdirSync, readFileSync } from "node:fs";

/** Numbers of a process that only Linux tells. */
export const hasProcFolder = process.platform === "linux";

/** Resident memory of a process, in megabytes. */
export function residentMegabytes(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) / 1024;
}

/** How many descriptors a process has open. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Waits until a condition holds; fails after 20 seconds with what it waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await Bun.sleep(20);
  }
}

/** How many requests the daemon says it is answering. */
export async function inFlight(url: string): Promise<number> {
  const health = await fetch(`${url}/health`);
  return ((await health.json()) as { readonly in_flight: number }).in_flight;
}
