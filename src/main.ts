import process from "node:process";
import { raiseFetchLimit } from "./cli/relaunch.ts";

if (process.argv[2] === "serve") raiseFetchLimit(process);
const { runCommandLine } = await import("./cli/app.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
