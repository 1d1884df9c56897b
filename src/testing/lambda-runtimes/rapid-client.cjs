// Stands for the native part of AWS's runtime (`rapid-client.node`), loaded before it with `--require`: what that part does over
// HTTP, synchronously where it is synchronous, goes over the file descriptor 3.
const { read, writeSync } = require("node:fs");
const { registerHooks } = require("node:module");
const { pathToFileURL } = require("node:url");
const { promisify } = require("node:util");

const line = 3;
const readSome = promisify(read);
let received = Buffer.alloc(0);

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier.endsWith("/rapid-client.node")
      ? { url: pathToFileURL(__filename).href, format: "commonjs", shortCircuit: true }
      : nextResolve(specifier, context),
});

function write(message) {
  let left = Buffer.from(`${JSON.stringify(message)}\n`);
  while (left.length > 0) left = left.subarray(writeSync(line, left));
}

function text(value) {
  if (typeof value !== "string") throw new TypeError("Wrong arguments");
  return value;
}

exports.next = async () => {
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
};

exports.done = (_requestId, body) => write({ kind: "returned", payload: text(body) });

exports.error = (_requestId, body) => write({ kind: "failed", payload: text(body) });
