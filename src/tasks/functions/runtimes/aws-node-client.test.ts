// AWS's own client for Node.js (`aws-lambda-ric` 4.0.2) as a program that asks our Runtime API. Its native part, which is not
// built here, posts answers synchronously: curl stands for that.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { RuntimeTarget } from "../config.ts";
import type { Reply } from "../invocation.ts";
import { LocalFunctions } from "../local-functions.ts";

const skip = spawnSync("curl", ["--version"]).status === 0 ? false : "there is no curl here";
const client = fileURLToPath(new URL("../../../../node_modules/ric-nodejs24/index.mjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "pawl-ric-"));
const functions = new LocalFunctions({ targets: new Map(), log: () => undefined });
after(async () => {
  await functions.close();
  rmSync(directory, { recursive: true });
});

const native = join(directory, "native.cjs");
writeFileSync(
  native,
  `const { execFileSync } = require("node:child_process");
  const { registerHooks } = require("node:module");
  const { pathToFileURL } = require("node:url");
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.endsWith("/rapid-client.node")
        ? { url: pathToFileURL(__filename).href, format: "commonjs", shortCircuit: true }
        : next(specifier, context),
  });
  const post = (id, kind, body, ...more) =>
    execFileSync("curl", ["-sS", "-f", "--data-binary", "@-", ...more,
      \`http://\${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/\${id}/\${kind}\`], { input: body });
  exports.done = (id, body) => post(id, "response", body);
  exports.error = (id, body, cause) => post(id, "error", body, "-H", "Lambda-Runtime-Function-XRay-Error-Cause: " + cause);`,
);
writeFileSync(
  join(directory, "app.mjs"),
  `export const echo = async (event, context) => ({ event, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 0 });
  class OutOfStock extends Error { name = "OutOfStock"; }
  export const raises = async () => { throw new OutOfStock("none left"); };
  export const streams = awslambda.streamifyResponse(async (event, stream) => {
    stream.write("{");
    await new Promise((resolve) => setTimeout(resolve, 5));
    stream.write('"whole":true}');
    stream.end();
  });
  export const breaks = awslambda.streamifyResponse(async (event, stream) => {
    stream.write("half");
    await new Promise((resolve) => setTimeout(resolve, 5));
    throw new OutOfStock("midway");
  });`,
);
writeFileSync(join(directory, "angry.mjs"), `throw new RangeError("at load");`);

function call(handler: string, event: unknown): Promise<Reply> {
  const command = [process.execPath, "--require", native, client, handler];
  const env = { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true" };
  const usual = { cwd: directory, timeoutSeconds: 20, memoryMb: 512, concurrency: 1, env };
  const target: RuntimeTarget = { kind: "runtime", command, handler, runtime: "nodejs24.x", ...usual };
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const invocation = { functionName: "fn", functionArn, requestId: "request", idempotencyKey: "key" };
  return functions.call(target, { ...invocation, payload: JSON.stringify(event) }, new AbortController().signal);
}

test("a handler returns through AWS's client", { skip }, async () => {
  const { kind, payload } = await call("app.echo", { a: "ü" });
  assert.deepEqual([kind, JSON.parse(payload)], ["returned", { event: { a: "ü" }, id: "request", left: true }]);
});

test("what a handler streams is taken whole", { skip }, async () => {
  assert.deepEqual(await call("app.streams", {}), { kind: "returned", payload: `{"whole":true}` });
});

for (const [handler, errorType, errorMessage] of [
  ["app.raises", "OutOfStock", "none left"],
  ["app.breaks", "OutOfStock", "midway"],
  ["angry.run", "RangeError", "at load"],
  ["absent.run", "Runtime.ImportModuleError", undefined],
] as const) {
  test(`${handler} fails with ${errorType}`, { skip }, async () => {
    const { kind, payload } = await call(handler, {});
    assert.equal(kind, "failed");
    const error = JSON.parse(payload) as Readonly<Record<string, string>>;
    assert.equal(error["errorType"], errorType);
    if (errorMessage !== undefined) assert.equal(error["errorMessage"], errorMessage);
  });
}
