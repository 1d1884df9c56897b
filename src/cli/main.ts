#!/usr/bin/env node
// The `pawl` command. Nothing else is loaded before it is known that this Node.js can run it; an older one hands over to
// the Node.js that a clone brings: a shell that began before it was installed still finds the older one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0] = process.versions.node.split(".").map(Number);
const program = process.platform === "win32" ? "node.exe" : "node";
const ownNode = fileURLToPath(new URL(`../../node_modules/node/bin/${program}`, import.meta.url));
/** V8 keeps the memory of a burst of new objects; this much is enough, and no slower. The scripts of package.json say it too. */
const youngMemory = ["--max-semi-space-size=16"];

if (major >= 24) {
  const { enableCompileCache } = await import("node:module");
  // Beside the program: whoever may write there may change the program as well. Where that is nobody, nothing is kept. The
  // sources are none: they change all the time.
  if (import.meta.url.endsWith(".js")) enableCompileCache(fileURLToPath(new URL("../compile-cache", import.meta.url)));
  const { endProcess, runProgram } = await import("./program.ts");
  await endProcess(await runProgram(process.argv.slice(2)));
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, [...youngMemory, ...process.argv.slice(1)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
} else {
  process.stderr.write(
    `Pawl needs Node.js 24 or later; this is ${process.version}. From a clone, npm start and npm run pawl bring their own.\n`,
  );
  process.exitCode = 2;
}
