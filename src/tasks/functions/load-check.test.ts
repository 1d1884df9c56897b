import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { parseFunctionConfig } from "./parse-config.ts";
import { loadProblems } from "./load-check.ts";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "pawl load-")));
after(() => rmSync(directory, { recursive: true }));

const rows: readonly (readonly [file: string, source: string | undefined, place: string, message: RegExp])[] = [
  [
    "syntax.mjs",
    "export const handler = () => {\n  const = 5;\n};",
    "syntax.mjs:2",
    /^SyntaxError: Unexpected token '='$/,
  ],
  [
    "syntax.cjs",
    "exports.handler = () => {\n\n  const = 5;\n};",
    "syntax.cjs:3",
    /^SyntaxError: Unexpected token '='$/,
  ],
  [
    "typed.ts",
    "enum Colour {\n  Red = ,\n}\nexport const handler = () => Colour.Red;",
    "typed.ts:2",
    /^SyntaxError: Unexpected/,
  ],
  [
    "typed-throws.ts",
    "interface Colour { readonly name: string }\nenum Kind { Red }\nnothing(Kind.Red);\nexport const handler = () => 1;",
    "typed-throws.ts:3",
    /^ReferenceError: nothing is not defined$/,
  ],
  [
    "typed-brings.ts",
    'import { typed } from "./typed";\nexport const handler = () => typed;',
    "typed.ts:2",
    /^SyntaxError: Unexpected/,
  ],
  [
    "typed-misses.ts",
    'import type { A } from "./none";\nimport { none } from "./none";\nexport const handler = (): A => none;',
    "typed-misses.ts:2",
    /^Error: Cannot find module '\.\/none'$/,
  ],
  [
    "old.mjs",
    "export const handler = (event, context, callback) => callback(null, 1);",
    "old.mjs",
    /^ERROR: AWS Lambda has removed support for callback-based function handlers/,
  ],
  ["brings.mjs", 'import "./syntax.mjs";\nexport const handler = () => 1;', "syntax.mjs:2", /^SyntaxError/],
  [
    "throws.mjs",
    "export const handler = () => 1;\nnothing();",
    "throws.mjs:2",
    /^ReferenceError: nothing is not defined$/,
  ],
  ["throws.cjs", "exports.handler = () => 1;\nnothing();", "throws.cjs:2", /^ReferenceError: nothing is not defined$/],
  ["named.mjs", 'import { none } from "node:fs";\nexport const handler = () => none;', "named.mjs:1", /named 'none'$/],
  ["package.mjs", 'import "no-such-package";\nexport const handler = () => 1;', "package.mjs", /no-such-package/],
  [
    "other.mjs",
    "export const other = () => 1;",
    "other.mjs",
    /^other\.handler is undefined or not exported\. It exports other: name it in the configuration, as in \.\/other\.mjs#other$/,
  ],
  ["empty.mjs", "export const other = 1;", "empty.mjs", /not exported\. It exports no function$/],
  [
    "extensionless.mjs",
    'import { handler } from "./good-one";\nexport { handler };',
    "extensionless.mjs",
    /Cannot find module .*good-one' imported from .*\. Write the file in full: good-one\.mjs$/,
  ],
  [
    "made-by-npm-init/index.js",
    "export const handler = () => 1;",
    "index.js:1",
    /^SyntaxError: Unexpected token 'export'\. It has export or import, and its package\.json says "type": "commonjs": name the file index\.mjs, or write "type": "module"$/,
  ],
  ["exits.mjs", "process.exit(3);", "exits.mjs", /^It ended the process while it was loaded\.$/],
  ["missing.mjs", undefined, "missing.mjs", /^There is no such file\.$/],
];

test("what keeps a module from being loaded is found with its file and line", async () => {
  mkdirSync(join(directory, "made-by-npm-init"));
  writeFileSync(join(directory, "made-by-npm-init", "package.json"), '{"type": "commonjs"}');
  writeFileSync(join(directory, "good-one.mjs"), "export const handler = () => 1;");
  for (const [file, source] of rows) if (source !== undefined) writeFileSync(join(directory, file), source);
  writeFileSync(
    join(directory, "good.mjs"),
    'console.log("printed"); export const handler = () => 1; setInterval(() => 0, 1000);',
  );
  const functions = Object.fromEntries(
    [...rows.map(([file]) => file), "good.mjs"].map((file) => [basename(file), `./${file}`]),
  );
  const targets = parseFunctionConfig({ ...functions, command: "exit 1" }, directory);
  const problems = await loadProblems(targets, new AbortController());
  assert.deepEqual(
    problems.map(({ functionName, path, line }) => [
      functionName,
      `${basename(path)}${line === undefined ? "" : `:${line}`}`,
    ]),
    rows.map(([file, , place]) => [basename(file), place]),
  );
  for (const [index, [file, , , message]] of rows.entries())
    assert.match(problems[index]?.message ?? "", message, file);
});

test("a check that nobody waits for ends, and finds nothing", async () => {
  writeFileSync(join(directory, "hangs.mjs"), "await new Promise((resolve) => setTimeout(resolve, 1_000_000));");
  const aborted = new AbortController();
  const found = loadProblems(parseFunctionConfig({ hangs: "./hangs.mjs" }, directory), aborted);
  aborted.abort();
  assert.deepEqual(await found, []);
});

test("what a module sends to its parent of its own accord is not taken for an answer", async () => {
  const sent = [
    "null",
    '"ready"',
    "{ kind: 'checked', failure: { kind: 'failed', payload: 7 } }",
    "{ kind: 'checked', failure: 1 }",
  ];
  const source = `${sent.map((message) => `process.send(${message});`).join("\n")}\nexport const handler = () => 1;`;
  writeFileSync(join(directory, "sends.mjs"), source);
  const targets = parseFunctionConfig({ sends: "./sends.mjs" }, directory);
  assert.deepEqual(await loadProblems(targets, new AbortController()), []);
});

test("a module is loaded with the environment of its calls, without the secrets of the server", async (t) => {
  process.env["PAWL_TEST_SECRET"] = "s3cret";
  t.after(() => delete process.env["PAWL_TEST_SECRET"]);
  const source = "throw new Error([process.env.AWS_REGION, process.env.PAWL_TEST_SECRET].join());";
  writeFileSync(join(directory, "looks.mjs"), source);
  const server = { region: "xx-none-1", url: () => undefined, hasKeys: true, secretVariables: ["PAWL_TEST_SECRET"] };
  const targets = parseFunctionConfig({ looks: "./looks.mjs" }, directory);
  const [problem] = await loadProblems(targets, { signal: AbortSignal.any([]), server });
  assert.match(problem?.message ?? "", /^Error: [a-z0-9-]+,$/);
});
