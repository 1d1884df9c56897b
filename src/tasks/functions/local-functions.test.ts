import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { ModuleTarget } from "./config.ts";
import type { Invocation, Reply } from "./invocation.ts";
import { LocalFunctions } from "./local-functions.ts";

const directory = mkdtempSync(join(tmpdir(), "pawl-module-"));
const pools: Pool[] = [];
const printed: string[] = [];
after(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  rmSync(directory, { recursive: true });
});

function write(file: string, source: string): string {
  const path = join(directory, file);
  writeFileSync(path, source);
  return path;
}

/** One module as the only function, with processes of its own. */
interface Pool {
  call(invocation: Invocation, signal: AbortSignal): Promise<Reply>;
  reload(): void;
  close(): Promise<void>;
}

function poolOf(path: string, more: Partial<ModuleTarget> = {}, maxProcesses?: number): Pool {
  const usual = { cwd: directory, timeoutSeconds: 60, memoryMb: 256, concurrency: undefined, env: {} };
  const target: ModuleTarget = { kind: "module", path, runtime: "nodejs24.x", ...usual, ...more };
  const log = ({ text }: { readonly text: string }): void => void printed.push(text);
  const functions = new LocalFunctions({ targets: new Map(), log, maxProcesses });
  const pool: Pool = {
    call: (invocation, signal) => functions.call(target, invocation, signal),
    reload: () => functions.reload(),
    close: () => functions.close(),
  };
  pools.push(pool);
  return pool;
}

const never = new AbortController().signal;
const requestId = "00000000-0000-8000-8000-000000000001";

function call(pool: Pool, event: unknown = {}, more: Partial<Invocation> = {}): Promise<Reply> {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const payload = JSON.stringify(event);
  const invocation: Invocation = {
    functionName: "fn",
    functionArn,
    requestId,
    idempotencyKey: "key",
    payload,
    ...more,
  };
  return pool.call(invocation, never);
}

function errorOf(reply: Reply): {
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly trace?: string[];
} {
  assert.equal(reply.kind, "failed", reply.payload);
  return JSON.parse(reply.payload) as ReturnType<typeof errorOf>;
}

const handlers = write(
  "handlers.mjs",
  `import { setTimeout as sleep } from "node:timers/promises";
  export const handler = async (event) => ({ got: event });
  export const plain = (event) => event.a + 1;
  export const nothing = async () => undefined;
  export const callback = (event, context, callback) => { setImmediate(() => callback(null, event)); };
  export const callbackError = (event, context, callback) => { callback(new RangeError("too far")); };
  export const throws = async () => { const error = new Error("boom"); error.name = "CustomError"; throw error; };
  export const throwsText = async () => { throw "just text"; };
  export const circular = async () => { const a = {}; a.a = a; return a; };
  export const exits = async () => process.exit(3);
  export const escapes = () => new Promise(() => setImmediate(() => { throw new TypeError("escaped"); }));
  export const rejects = () => new Promise(() => { Promise.reject(new TypeError("unhandled")); });
  export const hangs = () => new Promise(() => {});
  export const fills = async () => { const list = []; for (;;) list.push(new Array(1000).fill(list.length)); };
  export const large = async () => "x".repeat(7_000_000);
  export const environment = async () => [process.env.GREETING, process.env.AWS_LAMBDA_FUNCTION_NAME];
  export const prints = async () => { console.log("printed by the function"); };
  export const describes = async (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() });`,
);

type Runtime = ModuleTarget["runtime"];

const returning: readonly (readonly [exportName: string | undefined, event: unknown, payload: string, Runtime?])[] = [
  [undefined, { a: 1 }, `{"got":{"a":1}}`],
  ["plain", { a: 1 }, "2"],
  ["nothing", {}, "null"],
  ["callback", [1, 2], "[1,2]", "nodejs22.x"],
];
for (const [exportName, event, payload, runtime = "nodejs24.x"] of returning) {
  test(`the export ${exportName ?? "handler"} is called like a Lambda handler and its result is JSON`, async () => {
    assert.deepEqual(await call(poolOf(handlers, { exportName, runtime }), event), { kind: "returned", payload });
  });
}

const failing: readonly (readonly [exportName: string, errorType: string, errorMessage: string, Runtime?])[] = [
  ["throws", "CustomError", "boom"],
  ["throwsText", "string", "just text"],
  ["callbackError", "RangeError", "too far", "nodejs22.x"],
  ["circular", "Runtime.JSONStringifyError", "Unable to stringify response body"],
  ["exits", "Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`],
  ["hangs", "Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited without providing a reason`],
  ["escapes", "Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`],
  ["escapes", "TypeError", "escaped", "nodejs22.x"],
  ["rejects", "Runtime.UnhandledPromiseRejection", "TypeError: unhandled", "nodejs22.x"],
  [
    "large",
    "Function.ResponseSizeTooLarge",
    "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
  ],
  ["missing", "Runtime.HandlerNotFound", "handlers.missing is undefined or not exported"],
  ["toString", "Runtime.HandlerNotFound", "handlers.toString is undefined or not exported"],
];
for (const [exportName, errorType, errorMessage, runtime = "nodejs24.x"] of failing) {
  test(`a function of ${runtime} that ${exportName} fails with Lambda's error payload`, async () => {
    const error = errorOf(await call(poolOf(handlers, { exportName, runtime })));
    assert.deepEqual([error.errorType, error.errorMessage], [errorType, errorMessage]);
  });
}

test("the trace of a thrown error is its stack", async () => {
  const { trace } = errorOf(await call(poolOf(handlers, { exportName: "throws" })));
  assert.equal(trace?.[0], "CustomError: boom");
  assert.match(trace?.[1] ?? "", /at .*handlers\.mjs/);
});

test("a function that uses up its memory fails and the process goes on", async () => {
  const error = errorOf(await call(poolOf(handlers, { exportName: "fills", memoryMb: 32 })));
  assert.equal(error.errorType, "Runtime.ExitError");
  assert.equal(error.errorMessage, `RequestId: ${requestId} Error: Runtime exited with error: signal: aborted`);
});

test("what a module sends to its parent of its own accord disturbs nothing", async () => {
  const path = write(
    "sends.mjs",
    "process.send(null); process.send('ready'); process.send({ kind: 'ended', id: 1 });\nexport const handler = () => 1;",
  );
  assert.deepEqual(await call(poolOf(path)), { kind: "returned", payload: "1" });
});

test("the context says which function is called, for which request, and for how long", async () => {
  const more = { clientContext: `{"client":1}` };
  const reply = await call(poolOf(handlers, { exportName: "describes", timeoutSeconds: 30 }), {}, more);
  const { remaining, logStreamName, ...context } = JSON.parse(reply.payload) as Record<string, unknown>;
  assert.ok(typeof remaining === "number" && remaining > 0 && remaining <= 30_000);
  assert.equal(typeof logStreamName, "string");
  assert.deepEqual(context, {
    functionName: "fn",
    functionVersion: "$LATEST",
    memoryLimitInMB: "256",
    logGroupName: "/aws/lambda/fn",
    clientContext: { client: 1 },
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:fn",
    awsRequestId: requestId,
  });
});

test("the configured environment reaches the module beside the process's own", async () => {
  const reply = await call(poolOf(handlers, { exportName: "environment", env: { GREETING: "hello" } }));
  assert.equal(reply.payload, `["hello","fn"]`);
});

test("what a function prints goes to the log", async () => {
  await call(poolOf(handlers, { exportName: "prints" }));
  while (!printed.join("").includes("printed by the function")) await setImmediate();
});

for (const [file, source] of [
  ["common.cjs", `exports.handler = async (event) => event.x;`],
  ["default.mjs", `export default async (event) => event.x;`],
  ["typed.ts", `export const handler = async (event: { readonly x: number }): Promise<number> => event.x;`],
] as const) {
  test(`a module ${file} is loaded`, async () => {
    assert.deepEqual(await call(poolOf(write(file, source)), { x: 5 }), { kind: "returned", payload: "5" });
  });
}

for (const [file, source, errorType, message] of [
  ["broken.mjs", "export const = 1;", "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
  ["needy.mjs", `import "./absent.mjs";`, "Error", /^Cannot find module '.*absent\.mjs'/],
  ["needy.cjs", `require("./absent");`, "Runtime.ImportModuleError", /^Error: Cannot find module '\.\/absent'/],
  ["angry.mjs", `throw new RangeError("at load");`, "RangeError", /^at load$/],
] as const) {
  test(`a module ${file} that does not load fails its calls, and works after it was mended`, async () => {
    const path = write(file, source);
    const pool = poolOf(path);
    const error = errorOf(await call(pool));
    assert.equal(error.errorType, errorType);
    assert.match(error.errorMessage ?? "", message);
    write(file, file.endsWith(".cjs") ? "exports.handler = async () => 1;" : "export const handler = async () => 1;");
    assert.deepEqual(await call(pool), { kind: "returned", payload: "1" });
  });
}

test("a call that takes too long fails as in Lambda and ends its process; others go on, and the next has a new one", async () => {
  const path = write(
    "slow.mjs",
    `import { setTimeout as sleep } from "node:timers/promises";
    export const handler = async ({ ms }) => { await sleep(ms); return process.pid; };`,
  );
  const pool = poolOf(path, { timeoutSeconds: 2 });
  const first = await call(pool, { ms: 0 });
  const hanging = call(pool, { ms: 600_000 });
  const others = await Promise.all(Array.from({ length: 8 }, () => call(pool, { ms: 100 })));
  for (const reply of others) assert.equal(reply.kind, "returned", reply.payload);
  assert.deepEqual(errorOf(await hanging), {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after 2.00 seconds`,
  });
  const later = await Promise.all(Array.from({ length: 12 }, () => call(pool, { ms: 1 })));
  assert.ok(!later.map(({ payload }) => payload).includes(first.payload), "its process is not used again");
});

test("calls behind one that blocks its process are performed in another one", { timeout: 60_000 }, async () => {
  const path = write("blocks.mjs", `export const handler = (event) => { while (event.blocks); return event.n; };`);
  const pool = poolOf(path, { timeoutSeconds: 1 });
  const blocking = call(pool, { blocks: true });
  const others = await Promise.all(Array.from({ length: 12 }, (_, n) => call(pool, { n })));
  assert.deepEqual(
    others.map((reply) => reply.payload),
    Array.from({ length: 12 }, (_, n) => String(n)),
  );
  assert.equal(errorOf(await blocking).errorType, "Sandbox.Timedout");
});

test("no call sees another's data, however many there are at a time and whatever the handler keeps", async () => {
  const path = write(
    "stateful.mjs",
    `import { setTimeout as sleep } from "node:timers/promises";
    let current;
    export const handler = async (event, context) => {
      current = { id: event.id, requestId: context.awsRequestId };
      process.env.CURRENT = String(event.id);
      await sleep(event.id % 7);
      return { ...current, fromEnvironment: process.env.CURRENT };
    };`,
  );
  const pool = poolOf(path, {}, 16);
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, id) => call(pool, { id }, { requestId: `request-${id}` })),
  );
  assert.deepEqual(
    replies.map(({ payload }) => JSON.parse(payload)),
    replies.map((_, id) => ({ id, requestId: `request-${id}`, fromEnvironment: String(id) })),
  );
});

test("a process that is killed in mid-call fails that call as Lambda does, and others go on", async () => {
  const path = write(
    "neighbours.mjs",
    `import { setTimeout as sleep } from "node:timers/promises";
    export const handler = async (event) => {
      if (event.dies) process.kill(process.pid, "SIGKILL");
      await sleep(50);
      return "fine";
    };`,
  );
  const pool = poolOf(path);
  const replies = await Promise.all(Array.from({ length: 12 }, (_, n) => call(pool, { dies: n === 5 })));
  assert.deepEqual(
    replies.map((reply) => (reply.kind === "returned" ? reply.payload : errorOf(reply))),
    replies.map((_, n) =>
      n === 5
        ? {
            errorType: "Runtime.ExitError",
            errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
          }
        : `"fine"`,
    ),
  );
});

test("a module that ends its process when it is loaded fails its calls with the reason", async () => {
  const path = write("exits.mjs", `process.exit(4);`);
  const { errorType, errorMessage } = errorOf(await call(poolOf(path)));
  assert.equal(errorType, "Runtime.ExitError");
  assert.match(errorMessage ?? "", /exit status 4$/);
});

test("after a reload later calls run the new code while earlier ones end in the old", async () => {
  const path = write(
    "changing.mjs",
    `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return "old"; };`,
  );
  const pool = poolOf(path);
  assert.equal((await call(pool, { ms: 0 })).payload, `"old"`);
  const early = call(pool, { ms: 200 });
  write("changing.mjs", `export const handler = async () => "new";`);
  pool.reload();
  assert.equal((await call(pool)).payload, `"new"`);
  assert.equal((await early).payload, `"old"`);
});

test("a call that nobody waits for any more is given up at once", async () => {
  const controller = new AbortController();
  const pool = poolOf(handlers, { exportName: "hangs" });
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const invocation = { functionName: "fn", functionArn, requestId, idempotencyKey: "key", payload: "{}" };
  const reply = pool.call(invocation, controller.signal);
  controller.abort();
  assert.equal(errorOf(await reply).errorType, "Function.Abandoned");
});
