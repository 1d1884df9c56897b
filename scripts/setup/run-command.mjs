// Runs the command that a set-up was for, in this very process where that can be: a signal that npm or a supervisor sends
// then needs nobody to pass it on.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { isWindows, root } from "./files.mjs";
import { nodeOfProject } from "./node.mjs";

/** V8 keeps the memory of a burst of new objects; this much is enough, and no slower. src/cli/main.ts says it too. */
const pawl = ["--max-semi-space-size=16", join(root, "dist", "cli", "main.js")];

/** @param command its words; `node` is the Node.js that Pawl runs on, and `pawl` is Pawl on that. */
export async function runCommand([name, ...given]) {
  const node = nodeOfProject();
  const isOfNode = name === "node" || name === "pawl";
  const [file, args] = [isOfNode ? node : name, name === "pawl" ? [...pawl, ...given] : given];
  if (isOfNode && process.execve !== undefined && !isWindows) process.execve(node, [node, ...args], process.env);
  const parent = name === "pawl" ? await import("../../dist/cli/session/npm-parent.js") : undefined;
  const child = spawn(file, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  parent?.whenAbandoned(() => child.kill("SIGTERM"));
  child.on("error", (error) => {
    process.stderr.write(`${file} could not be started (${error.message}).\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
