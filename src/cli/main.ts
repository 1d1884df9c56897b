#!/usr/bin/env node
// The `pawl` command. Nothing else is loaded before it is known that this Node.js can run it; an older one hands over to
// the Node.js that a clone brings: a `pawl` that npm linked, and a shell that began earlier, still find the older one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const [major = 0] = process.versions.node.split(".").map(Number);
const isWindows = process.platform === "win32";
const ownNode = fileURLToPath(new URL(`../../node_modules/.bin/node${isWindows ? ".exe" : ""}`, import.meta.url));
/** Tests run the sources, beside which nothing is to appear. */
const isBuilt = !import.meta.url.endsWith(".ts");
const isClone = existsSync(new URL("../../scripts/setup.mjs", import.meta.url));
/** V8 keeps the memory of a burst of new objects; this much is enough, and no slower. The set-up of a clone says it too. */
const youngMemory = ["--max-semi-space-size=16"];

if (major >= 24) {
  if (isBuilt) {
    // Beside the program: whoever may write there may change the program as well. Where that is nobody, nothing is kept.
    const { enableCompileCache } = await import("node:module");
    enableCompileCache(fileURLToPath(new URL("../compile-cache", import.meta.url)));
  }
  const { endProcess, runProgram } = await import("./program.ts");
  const { keepGoingWithoutOutputs } = await import("./terminal/outputs.ts");
  keepGoingWithoutOutputs();
  await endProcess(await runProgram(process.argv.slice(2)));
} else if (existsSync(ownNode)) {
  const args = [...youngMemory, ...process.argv.slice(1)];
  if (!isWindows) process.execve?.(ownNode, [ownNode, ...args], process.env);
  const child = spawn(ownNode, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
} else {
  const way = isClone
    ? "From a clone, npm start and npm run pawl bring their own."
    : "Install one (https://nodejs.org, or nvm install 24), and try again.";
  process.stderr.write(`Pawl needs Node.js 24 or later; this is ${process.version}. ${way}\n`);
  process.exitCode = 2;
}
