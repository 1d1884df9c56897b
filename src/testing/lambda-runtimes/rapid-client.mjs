// Stands for the native part of AWS's runtime (`rapid-client.node`), loaded before it with `--import`: where that part talks HTTP,
// synchronously when it answers, this one talks over the file descriptor 3.
import { read, writeSync } from "node:fs";
import { registerHooks } from "node:module";
import { promisify } from "node:util";

const line = 3;
const readSome = promisify(read);
let received = Buffer.alloc(0);

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier.endsWith("/rapid-client.node")
      ? { url: import.meta.url, format: "module", shortCircuit: true }
      : nextResolve(specifier, context),
});

export async function next() {
  write({ kind: "next" });
  while (!received.includes("\n")) {
    const { bytesRead, buffer } = await readSome(line, Buffer.alloc(65_536), 0, 65_536, null);
    if (bytesRead === 0) process.exit();
    received = Buffer.concat([received, buffer.subarray(0, bytesRead)]);
  }
  const end = received.indexOf("\n");
  const message = JSON.parse(received.subarray(0, end));
  received = received.subarray(end + 1);
  return message;
}

export function done(_requestId, body) {
  write({ kind: "returned", payload: textOf(body) });
}

export function error(_requestId, body) {
  write({ kind: "failed", payload: textOf(body) });
}

function write(message) {
  let left = Buffer.from(`${JSON.stringify(message)}\n`);
  while (left.length > 0) left = left.subarray(writeSync(line, left));
}

/** The native part takes nothing but texts. */
function textOf(value) {
  if (typeof value !== "string") throw new TypeError("Wrong arguments");
  return value;
}
