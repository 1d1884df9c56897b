// The npm that runs this script, where one does, else the one on the PATH. Its output goes to standard error.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { isWindows, SetupError } from "./files.mjs";

/** @throws SetupError that says what could not be installed. */
export function runNpm(parameters, cwd, wanted) {
  const { command, args } = npm();
  const result = spawnSync(command, [...args, ...parameters, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    stdio: ["ignore", 2, 2],
    shell: command.endsWith(".cmd"),
  });
  if (result.status === 0) return;
  const reason = result.error === undefined ? "" : ` (${result.error.message})`;
  throw new SetupError(`${wanted} could not be installed${reason}. The lines of npm above tell why; then try again.`);
}

function npm() {
  const { npm_execpath: path = "" } = process.env;
  if (/^npm-cli\.c?js$/.test(basename(path)) && existsSync(path)) return { command: process.execPath, args: [path] };
  return { command: isWindows ? "npm.cmd" : "npm", args: [] };
}
