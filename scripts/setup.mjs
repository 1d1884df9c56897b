// Makes a clone ready, and runs the command after `--`, if there is one. Ready means: a Node.js that is new enough, the
// dependencies that package-lock.json asks for (those of tests and checks too with `--all`), and with `--build` the compiled
// code in dist/. Needs Node.js 20 and npm, no dependency. Says nothing when there is nothing to do, and nothing on standard
// output ever: `eval "$(npm run -s pawl -- env)"` reads that. With `--here` the command runs in the folder in which npm was
// called, which `npm --prefix <clone>` leaves.
import { existsSync } from "node:fs";
import { hasPackages, install } from "./setup/dependencies.mjs";
import { build, hasBuild } from "./setup/dist.mjs";
import { SetupError } from "./setup/files.mjs";
import { whileLocked } from "./setup/lock.mjs";
import { bringNode, hasNode } from "./setup/node.mjs";
import { runCommand } from "./setup/run-command.mjs";

const separator = process.argv.indexOf("--");
const options = new Set(process.argv.slice(2, separator === -1 ? undefined : separator));
const command = separator === -1 ? [] : process.argv.slice(separator + 1);
const wanted = { all: options.has("--all") };

try {
  prepare();
  if (options.has("--here")) moveToCaller();
  if (command.length > 0) await runCommand(command);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function prepare() {
  if (hasPackages(wanted) && hasNode() && isBuilt()) return;
  whileLocked(() => {
    // Another set-up may have done it while this one waited.
    if (!hasPackages(wanted)) {
      process.stderr.write("Installing dependencies; this happens once and takes about half a minute ...\n");
      install(wanted);
    }
    if (!hasNode()) bringNode();
    if (isBuilt()) return;
    say("Building ...");
    build();
  }, say);
}

function isBuilt() {
  return !options.has("--build") || hasBuild();
}

function moveToCaller() {
  const { INIT_CWD: folder = "" } = process.env;
  if (folder !== "" && existsSync(folder)) process.chdir(folder);
}

function say(text) {
  if (!options.has("--quiet")) process.stderr.write(`${text}\n`);
}
