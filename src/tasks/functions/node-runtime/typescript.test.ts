import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { startPawlRuntime } from "../../../testing/lambda-runtimes/pawl-runtime.ts";
import type { Outcome } from "../../../testing/lambda-runtimes/runtime-process.ts";
import { parseJsonObject } from "../invocation.ts";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "pawl-typescript-")));
after(() => rmSync(directory, { recursive: true }));
const env = { NODE_COMPILE_CACHE: join(directory, "compile-cache") };

let folders = 0;

/** @param files their texts by their names; the first one is the module. */
async function outcomeOf(files: Readonly<Record<string, string>>, links: Links = {}): Promise<Outcome> {
  folders += 1;
  const folder = join(directory, `function-${folders}`);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  for (const [link, to] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, link)), { recursive: true });
    symlinkSync(join(folder, to), join(folder, link));
  }
  const [file = ""] = Object.keys(files);
  const runtime = startPawlRuntime({ runtime: "nodejs24.x", folder, file, exportName: "handler", env });
  const outcome = await runtime.call(`{"n":2}`);
  runtime.close();
  return outcome;
}

/** Targets of symbolic links by their names. */
type Links = Readonly<Record<string, string>>;

const syntax = `
  import { twice } from "./lib/numbers";
  import { word } from "./lib/words.js";
  import type { Event } from "./lib/types";
  enum Colour { Red = "red", Green = "green" }
  namespace Shapes { export const sides = 4; }
  function logged(value: Function, _context: unknown) { return value; }
  abstract class Named { constructor(protected readonly name: string, public n = 1) {} }
  class Order extends Named { total!: number; @((value: unknown) => value as never) run(): string { return this.name + this.n; } }
  export const handler = async (event: Event): Promise<unknown> =>
    [twice(event.n), word, Colour.Red, Shapes.sides, new Order("o").run(), (logged satisfies Function).name];
`;
const lib = {
  "lib/numbers.ts": `export const twice = (n: number): number => n * 2;`,
  "lib/words.ts": `export const word = "word" as const;`,
  "lib/types.ts": `export interface Event { readonly n: number }`,
};

for (const type of [undefined, "commonjs", "module"]) {
  test(`TypeScript as people write it runs in a package of ${type ?? "no"} type`, async () => {
    const manifest = JSON.stringify({ type });
    const outcome = await outcomeOf({ "app.ts": syntax, ...lib, "package.json": manifest });
    assert.deepEqual(outcome, { kind: "returned", payload: `[4,"word","red",4,"o1","logged"]` });
  });
}

interface Row {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Links;
  readonly payload: string;
}

const rows: readonly Row[] = [
  {
    what: "decorators of the older kind, where tsconfig.json asks for them",
    files: {
      "app.ts": `const seen: string[] = []; const mark = (target: object, name: string, index?: unknown) => { seen.push(name + typeof index); };
        class A { @mark one = 1; @mark two(@((_: object, name: string, index: number) => { seen.push(name + index); }) _x: number) {} }
        export const handler = async () => [seen, new A().one];`,
      "tsconfig.json": `{ "extends": "./base.json" }`,
      "base.json": `{ "compilerOptions": { "experimentalDecorators": true } }`,
    },
    payload: `[["oneundefined","two0","twoobject"],1]`,
  },
  {
    what: "paths of tsconfig.json",
    files: {
      "src/app.ts": `import { a } from "@lib/a"; export const handler = async () => a;`,
      "src/lib/a.ts": `export const a: number = 1;`,
      "tsconfig.json": `{ /* a comment */ "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"], }, } }`,
    },
    payload: "1",
  },
  {
    what: "names of CommonJS, where the package is CommonJS",
    files: {
      "app.ts": `import path from "path"; import lib, { named } from "lib"; const text: string = require("./data.json").text;
        export const handler = async () => [path.basename(__filename), __dirname === process.cwd(), text, lib.named, named, typeof module];`,
      "data.json": `{"text":"from JSON"}`,
      "node_modules/lib/index.js": `Object.assign(exports, { ["na" + "med"]: "lib" });`,
    },
    payload: `["app.ts",true,"from JSON","lib","lib","object"]`,
  },
  {
    what: "names of modules, and CommonJS beside them, where the package has modules",
    files: {
      "app.ts": `import { createRequire } from "node:module"; import old from "./old.cjs"; const require = createRequire(import.meta.url);
        const late = await Promise.resolve("late"); export const handler = async () => [import.meta.filename.endsWith("app.ts"), old, late, typeof require];`,
      "old.cjs": `module.exports = require("path").basename("/a/old");`,
      "package.json": `{"type":"module"}`,
    },
    payload: `[true,"old","late","function"]`,
  },
  {
    what: "await at the top level, whatever the package says",
    files: {
      "app.ts": `const value: number = await Promise.resolve(3); export const handler = async () => value;`,
      "package.json": `{"type":"commonjs"}`,
    },
    payload: "3",
  },
  {
    what: "import.meta, whatever the package says",
    files: { "app.ts": `export const handler = async () => import.meta.dirname === process.cwd();` },
    payload: "true",
  },
  {
    what: "a .cts file",
    files: { "app.cts": `export const handler = async () => typeof __dirname;`, "package.json": `{"type":"module"}` },
    payload: `"string"`,
  },
  {
    what: "a .mts file",
    files: { "app.mts": `export const handler = async () => typeof import.meta.url;` },
    payload: `"string"`,
  },
  {
    what: "a package of the same repository that is TypeScript itself",
    files: {
      "app/handler.ts": `import { shared } from "@shop/shared"; export const handler = async () => shared();`,
      "packages/shared/index.ts": `import { deep } from "./deep"; export enum E { A = 5 } export const shared = (): number => E.A + deep;`,
      "packages/shared/deep.ts": `export const deep: number = 1;`,
      "packages/shared/package.json": `{ "name": "@shop/shared", "main": "index.ts" }`,
    },
    links: { "node_modules/@shop/shared": "packages/shared" },
    payload: "6",
  },
  {
    what: "a file with the name of a JavaScript one that is imported from JavaScript",
    files: {
      "app.ts": `import { through } from "./through"; export const handler = async () => through;`,
      "through.js": `import { deep } from "./deep.js"; export const through = deep;`,
      "deep.ts": `export const deep: string = "deep";`,
    },
    payload: `"deep"`,
  },
  {
    what: "names of classes that two files share",
    files: {
      "app.ts": `import { other } from "./other"; class OrderError extends Error {} export const handler = async () => [OrderError.name, other()];`,
      "other.ts": `class OrderError extends Error {} export const other = (): string => OrderError.name;`,
    },
    payload: `["OrderError","OrderError"]`,
  },
];

for (const { what, files, links, payload } of rows) {
  test(`TypeScript may have ${what}`, async () => {
    assert.deepEqual(await outcomeOf(files, links), { kind: "returned", payload });
  });
}

test("the trace of an error shows the lines of the files as they were written", async () => {
  const thrower = `\n\nexport class Thrower {\n  constructor(private readonly text: string) {}\n  run(): never {\n    throw new RangeError(this.text);\n  }\n}\n`;
  const app = `import { Thrower } from "./thrower";\ninterface Unused { a: 1 }\nexport const handler = async () => new Thrower("far").run();\n`;
  for (const type of ["commonjs", "module"]) {
    const outcome = await outcomeOf({ "app.ts": app, "thrower.ts": thrower, "package.json": `{"type":"${type}"}` });
    assert.equal(outcome.kind, "failed");
    const { errorType, trace } = parseJsonObject(outcome.kind === "failed" ? outcome.payload : "") ?? {};
    assert.equal(errorType, "RangeError");
    assert.match(String(trace), /RangeError: far,\s+at Thrower\.run \(.*thrower\.ts:6:11\),.*app\.ts:3:\d+/);
  }
});

test("what cannot be read or found is told with its place", async () => {
  const failures: readonly (readonly [files: Readonly<Record<string, string>>, errorType: string, trace: RegExp])[] = [
    [{ "app.ts": `export const handler = () => 1;\nconst = 2;` }, "Runtime.UserCodeSyntaxError", /app\.ts:2:7/],
    [{ "app.ts": `import "./a";`, "a.ts": `enum E { A = , }` }, "Runtime.UserCodeSyntaxError", /a\.ts:1:14/],
    [
      { "app.ts": `import { a } from "./a";\nexport const handler = () => a;` },
      "Runtime.ImportModuleError",
      /Cannot find module '\.\/a'.*app\.ts:1:19/,
    ],
    [
      { "app.ts": `import { a } from "no-such-package";\nexport const handler = () => a;` },
      "Runtime.ImportModuleError",
      /Cannot find module 'no-such-package'/,
    ],
  ];
  for (const [files, errorType, place] of failures) {
    const outcome = await outcomeOf(files);
    const body = parseJsonObject(outcome.kind === "failed" ? outcome.payload : "") ?? {};
    assert.equal(body["errorType"], errorType);
    assert.match(String(body["trace"]), place);
  }
});
