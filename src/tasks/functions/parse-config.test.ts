import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FunctionConfigError, parseFunctionConfig } from "./parse-config.ts";
import { runtimeCommand } from "./runtimes/runtime-command.ts";

const base = "/project";
const process = { timeoutSeconds: 60, memoryMb: 1024, concurrency: undefined, env: {} };
const module = { kind: "module", exportName: undefined, runtime: "nodejs24.x", cwd: base, ...process };
const runtime = { kind: "runtime", cwd: base, ...process };
const command = { kind: "command", cwd: base, timeoutSeconds: 60, env: {} };
const url = { kind: "url", headers: {}, timeoutSeconds: 60 };
/** Whichever Python there is here. */
function python(handler: string, runtime = "python3"): readonly string[] {
  const found = runtimeCommand({ runtime, handler, cwd: base, memoryMb: 1024 });
  return found.kind === "command" ? found.command : [];
}

const accepted: readonly (readonly [entry: unknown, target: unknown])[] = [
  ["./fn.js", { ...module, path: "/project/fn.js" }],
  ["./lib/fn.ts#run", { ...module, path: "/project/lib/fn.ts", exportName: "run", cwd: "/project/lib" }],
  ["./fn.js#app.handler", { ...module, path: "/project/fn.js", exportName: "app.handler" }],
  ["../fn.mjs#default", { ...module, path: "/fn.mjs", exportName: "default", cwd: "/" }],
  ["/opt/fn.cjs", { ...module, path: "/opt/fn.cjs", cwd: "/opt" }],
  [
    "./ship.py#lambda_handler",
    { ...runtime, runtime: "python3", handler: "ship.lambda_handler", command: python("ship.lambda_handler") },
  ],
  ["node ./fn.js", { ...command, command: "node ./fn.js" }],
  ["./ship.py", { ...command, command: "./ship.py" }],
  ["python3 fn.py | jq .", { ...command, command: "python3 fn.py | jq ." }],
  ["https://example.test/fn?x=1", { ...url, url: new URL("https://example.test/fn?x=1") }],
  [
    {
      handler: "./fn.js#a",
      runtime: "nodejs22.x",
      cwd: "fns",
      timeout: 0.5,
      memorySize: 64,
      concurrency: 3,
      env: { A: "1" },
    },
    {
      ...module,
      path: "/project/fn.js",
      exportName: "a",
      runtime: "nodejs22.x",
      cwd: "/project/fns",
      timeoutSeconds: 0.5,
      memoryMb: 64,
      concurrency: 3,
      env: { A: "1" },
    },
  ],
  [
    { module: "./fn.js#a", timeoutSeconds: 0.5, memoryMb: 64 },
    { ...module, path: "/project/fn.js", exportName: "a", timeoutSeconds: 0.5, memoryMb: 64 },
  ],
  [
    { module: "./my fn.js", export: "b" },
    { ...module, path: "/project/my fn.js", exportName: "b" },
  ],
  [
    { handler: "app.handler", runtime: "nodejs18.x", cwd: "code" },
    { ...module, path: "/project/code/app.js", exportName: "handler", runtime: "nodejs22.x", cwd: "/project/code" },
  ],
  [
    { handler: "src/app.nested.handler", runtime: "nodejs24.x" },
    { ...module, path: "/project/src/app.js", exportName: "nested.handler" },
  ],
  [
    { handler: "./src/ship.py#run", runtime: "python3.13", cwd: "." },
    { ...runtime, runtime: "python3.13", handler: "src/ship.run", command: python("src/ship.run", "python3.13") },
  ],
  [
    { handler: "ship.run", runtime: "python3.12", cwd: "code" },
    {
      ...runtime,
      runtime: "python3.12",
      handler: "ship.run",
      command: python("ship.run", "python3.12"),
      cwd: "/project/code",
    },
  ],
  [
    { runtime: "provided.al2023", cwd: "go" },
    {
      ...runtime,
      runtime: "provided.al2023",
      handler: "bootstrap",
      command: ["/project/go/bootstrap"],
      cwd: "/project/go",
    },
  ],
  [
    { command: ["npx", "aws-lambda-ric", "index.handler"], runtime: "nodejs20.x", handler: "index.handler" },
    {
      ...runtime,
      runtime: "nodejs20.x",
      handler: "index.handler",
      command: ["npx", "aws-lambda-ric", "index.handler"],
    },
  ],
  [
    { command: ["a b", "c"], cwd: "bin", timeout: 5 },
    { ...command, command: ["a b", "c"], cwd: "/project/bin", timeoutSeconds: 5 },
  ],
  [
    { url: "http://localhost:1/", headers: { "X-Key": "k" }, timeoutSeconds: 900 },
    { ...url, url: new URL("http://localhost:1/"), headers: { "X-Key": "k" }, timeoutSeconds: 900 },
  ],
];
for (const [entry, target] of accepted) {
  test(`${JSON.stringify(entry)} is accepted`, () => {
    assert.deepEqual(parseFunctionConfig({ Fn: entry }, base).get("Fn"), target);
  });
}

test("no functions are none", () => {
  assert.equal(parseFunctionConfig(undefined, base).size, 0);
});

test("names can be qualified or ARNs, and a name of Object's prototype is a name like any other", () => {
  const arn = "arn:aws:lambda:us-east-1:123456789012:function:fn:live";
  const config: unknown = JSON.parse(`{"__proto__": "./a.js", "fn:7": "./b.js", "${arn}": "./c.js"}`);
  const targets = parseFunctionConfig(config, base);
  assert.deepEqual([...targets.keys()], ["__proto__", "fn:7", arn]);
  assert.equal(targets.get("toString"), undefined);
});

test("a module's folder is the nearest one with a package.json, up to that of the configuration", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-config-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const within = join(folder, "project");
  mkdirSync(join(within, "orders", "lib"), { recursive: true });
  mkdirSync(join(within, "plain"));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(within, "orders", "package.json"), "{}");
  writeFileSync(join(within, "orders", "lib", "app.mts"), "");
  const cwdOf = (entry: unknown, directory: string): unknown => {
    const target = parseFunctionConfig({ fn: entry }, directory).get("fn");
    return target?.kind === "module" ? [target.path, target.cwd] : target;
  };
  const orders = join(within, "orders");
  const app = join(orders, "lib", "app.mts");
  const plain = join(within, "plain");
  assert.deepEqual(cwdOf("./orders/lib/app.mts", within), [app, orders]);
  assert.deepEqual(cwdOf("./plain/app.js", within), [join(plain, "app.js"), plain]);
  assert.deepEqual(cwdOf("../plain/app.js", orders), [join(plain, "app.js"), folder]);
  const lambda = { handler: "lib/app.handler", runtime: "nodejs24.x", cwd: orders };
  assert.deepEqual(cwdOf(lambda, within), [app, orders], "the file that is there");
});

const texts = `"./file.js#handler", "./file.py#lambda_handler", "https://…" or a command`;
const refused: readonly (readonly [entry: unknown, message: string])[] = [
  ["", `is an empty text. Give ${texts}.`],
  [7, `is a number. Make it a text (${texts}) or an object with "handler", "command" or "url".`],
  [{}, `has none of "handler", "command" and "url". Give one.`],
  [{ module: "./a.js", url: "http://x/" }, `has "module" and "url". Give one.`],
  [
    { handler: "./a.js", command: "a" },
    `has "handler" and "command". Add the "runtime" that the command is, or leave out the handler.`,
  ],
  [{ handler: "./a.js", module: "./b.js" }, `has "handler" and "module", which say the same. Give "handler".`],
  [
    { handler: "./a.js", timeout: 1, timeoutSeconds: 2 },
    `has "timeout" and "timeoutSeconds", which say the same. Give "timeout".`,
  ],
  [
    { handler: "./a.js", memorySize: 128, memoryMb: 128 },
    `has "memorySize" and "memoryMb", which say the same. Give "memorySize".`,
  ],
  [{ module: 5 }, `"module" is 5. Give the path of a .js, .mjs, .cjs or .ts file.`],
  [
    { handler: 5 },
    `"handler" is 5. Give a file and its function, such as "./app.js#handler" or "./app.py#lambda_handler".`,
  ],
  [
    { handler: "app.handler" },
    `"handler" is "app.handler". Give a file and its function, such as "./app.js#handler" or ` +
      `"./app.py#lambda_handler", or say which "runtime" it is for.`,
  ],
  [{ handler: "./a.py" }, `"handler" is "./a.py". Name the function too: "./a.py#lambda_handler".`],
  [
    { handler: "./a.py#h", runtime: "nodejs24.x" },
    `"runtime" is "nodejs24.x". A file of Python takes one such as "python3.13".`,
  ],
  [{ handler: "./a.py#h", cwd: "b" }, `"cwd" is "b". Give a directory that has "./a.py" in it.`],
  [
    { handler: "./a.js#h", runtime: "nodejs26.x" },
    `"runtime" is "nodejs26.x". A file of JavaScript or TypeScript takes "nodejs24.x", "nodejs22.x" or an older one.`,
  ],
  [
    { handler: "./a.js#h-i" },
    `"handler" ends in "#h-i". Give the name of an export, such as "#handler" or "#app.handler".`,
  ],
  [{ handler: "./a.js", export: "b" }, `has "export", which goes with "module". Put it behind the file: "#name".`],
  [{ module: "./a.js#b", export: "c" }, `has "export" "c" and "#b". Give one.`],
  [
    { handler: "a.b", runtime: "cobol" },
    `"runtime" is "cobol". Give one of Lambda's, such as "python3.13", "java21" or "provided.al2023".`,
  ],
  [{ runtime: "java21" }, `has no "handler". Give the one that java21 calls, such as "app.handler".`],
  [
    { runtime: "dotnet8", handler: "A::B::C" },
    `has the handler "A::B::C", and dotnet8 calls such ones by a program of AWS's own image. Make the project a program ` +
      `that uses Amazon.Lambda.RuntimeSupport, and give the name of its assembly as the handler.`,
  ],
  [
    { module: "./a.js", export: 1 },
    `"export" is 1. Give the name of an export of the module, or leave it out for "handler".`,
  ],
  [{ module: "./a.js", memoryMb: 1 }, `"memoryMb" is 1. Give a number of MB from 16 to 65536.`],
  [{ handler: "./a.js", concurrency: 0 }, `"concurrency" is 0. Give a whole number of processes from 1 to 1000.`],
  [{ handler: "./a.js", tiemout: 3 }, `has an unknown member "tiemout". Did you mean "timeout"?`],
  [
    { handler: "./a.js", layers: [] },
    `has an unknown member "layers". A function with a handler takes "handler", "runtime", "env", "cwd", "timeout", ` +
      `"concurrency", "memorySize".`,
  ],
  [{ command: [] }, `"command" is []. Give a command line, or a list such as ["python3", "handler.py"].`],
  [{ command: "a", timeoutSeconds: 0 }, `"timeoutSeconds" is 0. Give a number of seconds above 0, at most 2147483.`],
  [{ command: "a", cwd: 1 }, `"cwd" is 1. Give the path of a directory.`],
  [{ command: "a", env: { SECRET: 42 } }, `"env": "SECRET" is a number. Make it a text.`],
  [
    { command: "a", env: { "A=B": "secret" } },
    `"env": "A=B" cannot be an environment variable. Leave out '=' and the zero character.`,
  ],
  [{ command: "a", env: [] }, `"env" is a list. Make it an object of names and texts.`],
  [{ url: "ftp://x/" }, `"url" is no address of HTTP. Give an address that starts with http:// or https://.`],
  [
    { url: "http://user:password@host:99999/x" },
    `"url" is no address of HTTP. Give an address that starts with http:// or https://.`,
  ],
  [{ url: 8080 }, `"url" is a number. Give an address that starts with http:// or https://.`],
  [{ url: "http://x/", headers: { "a b": "secret" } }, `"headers" has the name "a b", which no HTTP header can have.`],
  [
    { url: "http://x/", headers: { a: "secret\n" } },
    `"headers": the value of "a" has characters that no header can hold.`,
  ],
];
for (const [entry, message] of refused) {
  test(`${JSON.stringify(entry)} is refused with what, which value and what to do`, () => {
    const expected = new FunctionConfigError(`functions: "Fn": ${message}`);
    assert.throws(() => parseFunctionConfig({ Fn: entry }, base), expected);
  });
}

test("every problem is told at once", () => {
  assert.throws(
    () => parseFunctionConfig({ "a b": "./a.js", Fn: null, Other: { handlr: "./a.js" } }, base),
    (error) => {
      assert.ok(error instanceof FunctionConfigError);
      assert.match(error.message, /"Other": has an unknown member "handlr"\. Did you mean "handler"\?/);
      return error.message.split("\n").length === 4;
    },
  );
});
