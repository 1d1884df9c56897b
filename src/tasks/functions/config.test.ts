import assert from "node:assert/strict";
import { test } from "node:test";
import { FunctionConfigError, parseFunctionConfig } from "./config.ts";

const base = "/project";
const module = { kind: "module", exportName: undefined, timeoutSeconds: 60, memoryMb: 1024, env: {} };
const command = { kind: "command", cwd: base, timeoutSeconds: 60, env: {} };
const url = { kind: "url", headers: {}, timeoutSeconds: 60 };

const accepted: readonly (readonly [entry: unknown, target: unknown])[] = [
  ["./fn.js", { ...module, path: "/project/fn.js" }],
  ["./lib/fn.ts#run", { ...module, path: "/project/lib/fn.ts", exportName: "run" }],
  ["../fn.mjs#default", { ...module, path: "/fn.mjs", exportName: "default" }],
  ["/opt/fn.cjs", { ...module, path: "/opt/fn.cjs" }],
  ["node ./fn.js", { ...command, command: "node ./fn.js" }],
  ["python3 fn.py | jq .", { ...command, command: "python3 fn.py | jq ." }],
  ["https://example.test/fn?x=1", { ...url, url: new URL("https://example.test/fn?x=1") }],
  [
    { module: "./fn.js#a", timeoutSeconds: 0.5, memoryMb: 64, env: { A: "1" } },
    { ...module, path: "/project/fn.js", exportName: "a", timeoutSeconds: 0.5, memoryMb: 64, env: { A: "1" } },
  ],
  [
    { module: "./my fn.js", export: "b" },
    { ...module, path: "/project/my fn.js", exportName: "b" },
  ],
  [
    { command: ["a b", "c"], cwd: "bin" },
    { ...command, command: ["a b", "c"], cwd: "/project/bin" },
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

const refused: readonly (readonly [entry: unknown, message: string])[] = [
  ["", `is an empty text. Give "./file.js#export", "https://…" or a command.`],
  [
    7,
    `is a number. Make it a text ("./file.js#export", "https://…" or a command) or an object with "module", "command" or "url".`,
  ],
  [{}, `has none of "module", "command" and "url". Give one.`],
  [{ module: "./a.js", url: "http://x/" }, `has "module" and "url" of "module", "command" and "url". Give one.`],
  [{ module: 5 }, `"module" is 5. Give the path of a .js, .mjs, .cjs or .ts file.`],
  [
    { module: "./a.js", export: 1 },
    `"export" is 1. Give the name of an export of the module, or leave it out for "handler".`,
  ],
  [{ module: "./a.js", memoryMb: 1 }, `"memoryMb" is 1. Give a number from 16 to 65536.`],
  [
    { module: "./a.js", timeout: 3 },
    `has an unknown member "timeout". A module function takes "module", "export", "timeoutSeconds", "memoryMb", "env".`,
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
    () => parseFunctionConfig({ "a b": "./a.js", Fn: null }, base),
    (error) => {
      return error instanceof FunctionConfigError && error.message.split("\n").length === 2;
    },
  );
});
