import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { startAwsRuntime } from "../../../testing/lambda-runtimes/aws-runtime.ts";
import { handlers, ownFunctions } from "../../../testing/lambda-runtimes/handlers.ts";
import { startPawlRuntime } from "../../../testing/lambda-runtimes/pawl-runtime.ts";
import type { FunctionSetting, Outcome, RuntimeProcess } from "../../../testing/lambda-runtimes/runtime-process.ts";
import { isJson, parseJsonObject } from "../invocation.ts";
import { Turnstile } from "../turnstile.ts";
import type { NodeRuntime } from "./node-runtime.ts";

/** Where Pawl's runtime answers otherwise than AWS's, and why. One that does not occur is an error of the table. */
const differences: Readonly<Record<NodeRuntime, Readonly<Record<string, string>>>> = {
  "nodejs22.x": {
    "a bundle below a package of modules":
      "on AWS the bundle is alone; here it may lie below the package.json of its project",
    "no exports at all": "AWS's runtime takes no exports for no module, and looks for a package of that name",
    "a mark of another kind": "AWS's runtime fails at an error class that it did not import",
  },
  "nodejs24.x": {
    "a bundle below a package of modules":
      "on AWS the bundle is alone; here it may lie below the package.json of its project",
  },
};

type Start = (setting: FunctionSetting) => RuntimeProcess | Promise<RuntimeProcess>;

const directory = realpathSync(mkdtempSync(join(tmpdir(), "pawl-differential-")));
after(() => rmSync(directory, { recursive: true }));
/** It saves most of the time that a process takes to start. */
const compileCache = { NODE_COMPILE_CACHE: join(directory, "compile-cache") };
const turnstile = new Turnstile(availableParallelism() * 2);

for (const runtime of ["nodejs22.x", "nodejs24.x"] as const) {
  test(`Pawl answers as AWS's runtime of ${runtime}, but for what is listed`, async () => {
    const [aws, pawl] = await Promise.all([outcomes(startAwsRuntime, runtime), outcomes(startPawlRuntime, runtime)]);
    const differing: string[] = [];
    for (const [name, outcome] of aws) {
      const own = pawl.get(name);
      if (isDeepStrictEqual(own, outcome)) continue;
      differing.push(name);
      if (differences[runtime][name] === undefined) assert.deepEqual([name, own], [name, outcome]);
    }
    assert.deepEqual(differing, Object.keys(differences[runtime]));
  });
}

async function outcomes(start: Start, runtime: NodeRuntime): Promise<ReadonlyMap<string, unknown>> {
  const shared = sharedOutcomes(start, runtime);
  const own = Object.entries(ownFunctions).map(async ([name, { files, exportName = "handler", env = {} }], index) => {
    const folder = folderOf(`own-${index}`, files);
    const [file = ""] = Object.keys(files);
    const outcome = await turnstile.pass(async () => {
      const runtimeProcess = await start({ runtime, folder, file, exportName, env: { ...compileCache, ...env } });
      const answer = await runtimeProcess.call(`{"a":1}`);
      runtimeProcess.close();
      return answer;
    });
    return [name, seen(outcome, folder)] as const;
  });
  return new Map([...(await shared), ...(await Promise.all(own))]);
}

/** All in one process, one after the other; a new one where one has ended. */
async function sharedOutcomes(start: Start, runtime: NodeRuntime): Promise<readonly (readonly [string, unknown])[]> {
  const members = Object.entries(handlers).map(([name, source]) => `${JSON.stringify(name)}: ${source}`);
  const index =
    `const handlers = {\n${members.join(",\n")}\n};\n` +
    `exports.handler = function (...values) { return handlers[values[0].handler].apply(this, values); };`;
  const folder = folderOf("shared", { "index.cjs": index, "data.txt": "data" });
  const startOne = async (): Promise<RuntimeProcess> =>
    start({ runtime, folder, file: "index.cjs", exportName: "handler", env: compileCache });
  let current = await startOne();
  const found: (readonly [string, unknown])[] = [];
  for (const name of Object.keys(handlers)) {
    if (!current.isAlive()) current = await startOne();
    found.push([name, seen(await current.call(JSON.stringify({ handler: name })), folder)]);
  }
  current.close();
  return found;
}

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** An outcome without what must differ: folders, and the files of the runtimes themselves. */
function seen(outcome: Outcome, folder: string): unknown {
  if (outcome.kind === "returned")
    return { returned: isJson(outcome.payload) ? JSON.parse(outcome.payload) : outcome.payload };
  if (outcome.kind !== "failed") return outcome;
  const body = parseJsonObject(outcome.payload) ?? {};
  const { errorType, errorMessage, trace, ...more } = body;
  const first: unknown = Array.isArray(trace) ? trace[0] : undefined;
  const own = (text: unknown): unknown =>
    typeof text === "string"
      ? text.replaceAll(folder, "").replaceAll(/\n- .*\/(?:ric-nodejs\d+|node-runtime)\/.*/g, "")
      : text;
  return { errorType, errorMessage: own(errorMessage), trace: typeof trace, first: own(first), ...more };
}
