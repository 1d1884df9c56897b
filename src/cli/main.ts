#!/usr/bin/env node
// The `pawl` command. Nothing else is loaded before it is known that this Node.js can run it.
const [major = 0] = process.versions.node.split(".").map(Number);

if (major < 24) {
  process.stderr.write(
    `Pawl needs Node.js 24 or later; this is ${process.version}. From a clone, npm start and npm run pawl bring their own.\n`,
  );
  process.exitCode = 2;
} else {
  const { runProgram } = await import("./program.ts");
  process.exitCode = await runProgram(process.argv.slice(2));
}
