import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { writeSettingsFile } from "../../config.ts";
import { type Context, fail, print } from "../context.ts";
import { discoverLocalServers, fetchProbe } from "../discover.ts";
import { findKeys } from "../find-keys.ts";
import { writeSettings } from "../settings-template.ts";

interface InitFlags {
  readonly force: boolean;
  readonly print: boolean;
}

/** `perdix init` */
export const init = buildCommand<InitFlags, [], Context>({
  func: writeFile,
  parameters: {
    flags: {
      force: { kind: "boolean", brief: "Replace a perdix.yaml that is there", default: false, withNegated: false },
      print: { kind: "boolean", brief: "Print it instead of writing it", default: false, withNegated: false },
    },
  },
  docs: { brief: "Look at keys and local servers, and write a perdix.yaml" },
});

async function writeFile(this: Context, { force, print: toScreen }: InitFlags): Promise<void> {
  const { roster } = await import("../../providers/roster.ts");
  const keys = findKeys(roster, this.surroundings);
  const found = await discoverLocalServers(roster, fetchProbe);
  // A vendor stands in the file once.
  const servers = found.filter(({ vendor }) => !keys.some((key) => key.vendor === vendor));
  const text = writeSettings({ keys, servers });
  if (toScreen) return this.process.stdout.write(text);
  const path = join(this.surroundings.workingFolder, "perdix.yaml");
  if (!writeSettingsFile(path, text, force)) {
    return fail(this, `${path} is there already; replace it with --force, or look at a new one with --print`);
  }
  const names = [...keys, ...servers].map(({ vendor }) => vendor).join(", ");
  print(this, `wrote ${path}${names === "" ? "" : `, with ${names}`}\nstart with: perdix serve`);
}
