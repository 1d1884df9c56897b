import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ModuleTarget } from "../config.ts";
import { parseJsonObject, type Reply } from "../invocation.ts";
import { LocalFunctions } from "../local-functions.ts";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "pawl-libraries-")));
symlinkSync(fileURLToPath(new URL("../../../../node_modules", import.meta.url)), join(directory, "node_modules"));
const lines: string[] = [];
const log = ({ text }: { readonly text: string }): void => void lines.push(text);
const functions = new LocalFunctions({ targets: new Map(), log });
after(async () => {
  await functions.close();
  rmSync(directory, { recursive: true });
});

function targetOf(file: string, source: string, runtime: ModuleTarget["runtime"]): ModuleTarget {
  const path = join(directory, file);
  writeFileSync(path, source);
  const usual = { cwd: directory, timeoutSeconds: 60, memoryMb: 256, concurrency: undefined, env: {} };
  return { kind: "module", path, runtime, ...usual };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  return parseJsonObject(text) ?? { text };
}

function requestIdOf(n: number): string {
  return `00000000-0000-8000-8000-${String(n).padStart(12, "0")}`;
}

function call(target: ModuleTarget, n: number): Promise<Reply> {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const [requestId, payload] = [requestIdOf(n), JSON.stringify({ n })];
  const invocation = { functionName: "fn", functionArn, requestId, idempotencyKey: requestId, payload };
  return functions.call(target, invocation, new AbortController().signal);
}

const shop = `
  import { Logger } from "@aws-lambda-powertools/logger";
  import type { LambdaInterface } from "@aws-lambda-powertools/commons/types";
  import type { Context } from "aws-lambda";

  const logger = new Logger({ serviceName: "shop" });

  class Shop implements LambdaInterface {
    constructor(private readonly greeting: string) {}

    @logger.injectLambdaContext()
    async handler(event: { n: number }, _context: Context): Promise<number> {
      logger.appendKeys({ order: event.n });
      await new Promise((resolve) => setTimeout(resolve, 1 + (event.n % 3)));
      logger.info(this.greeting, { asked: event.n });
      return event.n;
    }
  }

  const instance = new Shop("packed");
  export const handler = instance.handler.bind(instance);
`;

for (const runtime of ["nodejs22.x", "nodejs24.x"] as const) {
  test(`no line of Powertools's logger shows keys of another call, with ${runtime}`, async () => {
    const target = targetOf(`shop-${runtime}.ts`, shop, runtime);
    writeFileSync(join(directory, "tsconfig.json"), `{ "compilerOptions": { "experimentalDecorators": true } }`);
    lines.length = 0;
    const numbers = Array.from({ length: 24 }, (_, n) => n);
    const replies = await Promise.all(numbers.map((n) => call(target, n)));
    assert.deepEqual(
      replies.map(({ payload }) => payload),
      numbers.map(String),
    );
    // A line may come after the answer of its call.
    while (lines.length < numbers.length) await setImmediate();
    const logged = lines.map((line) => {
      const { message, service, function_name: name, order, asked, function_request_id: requestId } = parse(line);
      return [asked, order, requestId, name, service, message];
    });
    assert.deepEqual(
      logged.sort(([one], [other]) => Number(one) - Number(other)),
      numbers.map((n) => [n, n, requestIdOf(n), "fn", "shop", "packed"]),
    );
  });
}

const layered = `
  import middy from "@middy/core";
  const seen = [];
  export const handler = middy({ timeoutEarlyInMillis: 5 })
    .use({
      before: ({ event, context }) => { seen.push(["before", event.n, typeof context.getRemainingTimeInMillis()]); },
      after: (request) => { request.response = { ...request.response, seen }; },
      onError: (request) => { if (request.error.name === "Known") request.response = "mended"; },
    })
    .handler(async (event, context, { signal }) => {
      if (event.n === 2) throw Object.assign(new Error("known"), { name: "Known" });
      if (event.n === 3) throw Object.assign(new Error("unknown"), { name: "Unknown" });
      return { n: event.n, aborted: signal.aborted };
    });
`;

for (const runtime of ["nodejs22.x", "nodejs24.x"] as const) {
  test(`a handler in layers of Middy runs with ${runtime}`, async () => {
    const target = targetOf(`layered-${runtime}.mjs`, layered, runtime);
    const payload = `{"n":1,"aborted":false,"seen":[["before",1,"number"]]}`;
    assert.deepEqual(await call(target, 1), { kind: "returned", payload });
    assert.deepEqual(await call(target, 2), { kind: "returned", payload: `"mended"` });
    const failed = await call(target, 3);
    assert.equal(failed.kind, "failed");
    assert.equal(parse(failed.payload)["errorType"], "Unknown");
  });
}
