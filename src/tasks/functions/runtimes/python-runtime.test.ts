// Handlers of Python in real processes, by our runtime; and by AWS's own client, where it is installed: both answer alike.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { RuntimeTarget } from "../config.ts";
import type { Invocation, Reply } from "../invocation.ts";
import { LocalFunctions } from "../local-functions.ts";
import type { FunctionLine } from "../printed.ts";
import { pythonOf, runtimeCommand } from "./runtime-command.ts";

const hasPython = spawnSync("python3", ["-c", "import sys; assert sys.version_info >= (3, 8)"]).status === 0;
const hasAwsClient = hasPython && spawnSync("python3", ["-c", "import awslambdaric, runtime_client"]).status === 0;
const needsPython = hasPython ? false : "there is no Python 3.8 here";

// Python shows the path without links.
const directory = realpathSync(mkdtempSync(join(tmpdir(), "pawl-python-")));
const lines: FunctionLine[] = [];
const functions = new LocalFunctions({
  targets: new Map(),
  log: (line) => lines.push(line),
  server: {
    region: "eu-west-1",
    url: () => "http://127.0.0.1:1",
    hasKeys: false,
    secretVariables: ["KEY_OF_THE_SERVER"],
  },
});
after(async () => {
  await functions.close();
  rmSync(directory, { recursive: true });
});

writeFileSync(
  join(directory, "app.py"),
  `import collections, datetime, decimal, enum, json, logging, os, sys, threading
Point = collections.namedtuple("Point", "x y")
class OutOfStock(Exception):
    pass
class Colour(enum.IntEnum):
    RED = 1
counter = 0
def echo(event, context): return event
def none(event, context): pass
def text(event, context): return "ü€😀"
def decimals(event, context): return {"price": decimal.Decimal("1.10"), "many": [decimal.Decimal("1E+3"), decimal.Decimal(2)]}
def tuples(event, context): return [Point(1, 2), (3, 4), Colour.RED]
def as_bytes(event, context): return b'{"raw":  true}'
def bytes_within(event, context): return {b"key": b"value"}
def keys(event, context): return {1: "a", None: "b", True: "c", 1.5: "d"}
def not_a_key(event, context): return {(1, 2): "a"}
def not_json(event, context): return {"when": datetime.datetime(2026, 1, 1)}
def a_set(event, context): return {1, 2}
def bad_bytes(event, context): return {"b": b"\\xff"}
def circular(event, context):
    result = []
    result.append(result)
    return result
def raises(event, context): raise OutOfStock("none left")
def raises_deep(event, context): return raises(event, context)
def raises_nothing_said(event, context): raise KeyError("id")
def raises_class(event, context): raise ValueError
def chained(event, context):
    try: raise KeyError("inner")
    except KeyError as error: raise RuntimeError("outer") from error
def divides(event, context): return 1 / 0
def exits(event, context): sys.exit(3)
def exits_well(event, context): sys.exit(0)
def wrong_parameters(event): return 1
def counts(event, context):
    global counter
    counter += 1
    return counter
def folder(event, context): return [os.getcwd(), sys.path[0], open("data.txt").read()]
def environment(event, context): return {name: os.environ.get(name) for name in event}
def describes(event, context):
    left = context.get_remaining_time_in_millis()
    return {
        "id": context.aws_request_id, "arn": context.invoked_function_arn, "name": context.function_name,
        "version": context.function_version, "memory": context.memory_limit_in_mb, "group": context.log_group_name,
        "left": isinstance(left, int) and 0 < left <= 20000, "identity": context.identity.cognito_identity_id,
        "client": context.client_context and [context.client_context.custom, context.client_context.client.app_title],
        "tenant": context.tenant_id, "trace": os.environ.get("_X_AMZN_TRACE_ID"),
    }
def logs(event, context):
    print("printed", end="")
    print()
    print("on standard error", file=sys.stderr)
    logging.getLogger("orders").warning("warned")
    logging.getLogger().info("not shown")
    logging.getLogger().handlers[0].setLevel(logging.DEBUG)
    return len(logging.getLogger().handlers)
`,
);
writeFileSync(join(directory, "data.txt"), "beside it");
writeFileSync(join(directory, "needy.py"), "import not_installed\n");
writeFileSync(join(directory, "broken.py"), "def handler(event, context):\n    return (\n");
writeFileSync(join(directory, "angry.py"), "raise ValueError('at load')\n");
writeFileSync(join(directory, "exiting.py"), "import sys\nsys.exit(7)\n");
mkdirSync(join(directory, "package"));
writeFileSync(join(directory, "package", "__init__.py"), "");
writeFileSync(join(directory, "package", "inner.py"), "def run(event, context): return 'inner'\n");
writeFileSync(join(directory, "with-dash.py"), "def run(event, context): return 'dash'\n");

const requestId = "00000000-0000-8000-8000-000000000001";
const never = new AbortController().signal;

type Client = "ours" | "aws";
const targets = new Map<string, RuntimeTarget>();

/** One target for each handler: calls of it meet the process of the call before. */
function targetOf(handler: string, client: Client, more: Partial<RuntimeTarget> = {}): RuntimeTarget {
  const key = JSON.stringify([handler, client, more]);
  const usual = { cwd: directory, timeoutSeconds: 20, memoryMb: 256, concurrency: 1, env: {} };
  // AWS's client is hidden from ours.
  const env = { ...more.env, ...(client === "ours" ? { PYTHONPATH: "" } : {}) };
  const found = runtimeCommand({ ...usual, runtime: "python3", handler, environment: {} });
  assert.equal(found.kind, "command");
  const command = client === "ours" ? found.command : ["python3", "-u", "-m", "awslambdaric", handler];
  const target = { kind: "runtime", command, handler, runtime: "python3", ...usual, ...more, env } as const;
  const existing = targets.get(key) ?? target;
  targets.set(key, existing);
  return existing;
}

function call(target: RuntimeTarget, event: unknown, more: Partial<Invocation> = {}): Promise<Reply> {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const payload = JSON.stringify(event);
  const usual = { functionName: "fn", functionArn, requestId, idempotencyKey: "key", payload };
  return functions.call(target, { ...usual, ...more }, never);
}

const returned: readonly (readonly [handler: string, event: unknown, payload: string])[] = [
  ["echo", { a: [1, "ü", null, 1.5] }, `{"a": [1, "ü", null, 1.5]}`],
  ["echo", "text", `"text"`],
  ["none", {}, "null"],
  ["text", {}, `"ü€😀"`],
  ["decimals", {}, `{"price": 1.10, "many": [1E+3, 2]}`],
  ["tuples", {}, `[{"x": 1, "y": 2}, [3, 4], 1]`],
  ["as_bytes", {}, `{"raw":  true}`],
  ["bytes_within", {}, `{"key": "value"}`],
  ["keys", {}, `{"1": "c", "null": "b", "1.5": "d"}`],
  ["counts", {}, "1"],
  ["counts", {}, "2"],
  ["folder", {}, JSON.stringify([directory, directory, "beside it"]).replaceAll(",", ", ")],
];

const failed: readonly (readonly [
  handler: string,
  errorType: string,
  errorMessage: string,
  /** Functions of the trace; AWS's client shows its own frames where there are no others. */
  trace: readonly string[] | "any",
])[] = [
  ["app.raises", "OutOfStock", "none left", ["raises"]],
  ["app.raises_deep", "OutOfStock", "none left", ["raises_deep", "raises"]],
  ["app.raises_nothing_said", "KeyError", "'id'", ["raises_nothing_said"]],
  ["app.raises_class", "ValueError", "", ["raises_class"]],
  ["app.chained", "RuntimeError", "outer", ["chained"]],
  ["app.divides", "ZeroDivisionError", "division by zero", ["divides"]],
  ["app.wrong_parameters", "TypeError", "wrong_parameters() takes 1 positional argument but 2 were given", "any"],
  [
    "app.not_json",
    "Runtime.MarshalError",
    "Unable to marshal response: Object of type datetime is not JSON serializable",
    [],
  ],
  ["app.a_set", "Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable", []],
  [
    "app.not_a_key",
    "Runtime.MarshalError",
    "Unable to marshal response: keys must be str, int, float, bool or None, not tuple",
    [],
  ],
  [
    "app.bad_bytes",
    "Runtime.MarshalError",
    "Unable to marshal response: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    [],
  ],
  ["app.circular", "Runtime.MarshalError", "Unable to marshal response: Circular reference detected", []],
  ["app.absent", "Runtime.HandlerNotFound", "Handler 'absent' missing on module 'app'", []],
  ["absent.run", "Runtime.ImportModuleError", "Unable to import module 'absent': No module named 'absent'", []],
  ["needy.run", "Runtime.ImportModuleError", "Unable to import module 'needy': No module named 'not_installed'", []],
  ["sys.exit", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module", []],
  [
    "nothing",
    "Runtime.MalformedHandlerName",
    "Bad handler 'nothing': not enough values to unpack (expected 2, got 1)",
    [],
  ],
];

const exiting: readonly (readonly [handler: string, message: string])[] = [
  ["app.exits", "Error: Runtime exited with error: exit status 3"],
  ["app.exits_well", "Error: Runtime exited without providing a reason"],
  ["exiting.run", "Error: Runtime exited with error: exit status 7"],
];

const needsAwsClient = hasAwsClient ? false : "awslambdaric is not installed here";
if (needsAwsClient !== false) test("AWS's own client answers alike", { skip: needsAwsClient });

for (const client of hasAwsClient ? (["ours", "aws"] as const) : (["ours"] as const)) {
  const skip = needsPython;
  for (const [name, event, payload] of returned) {
    test(`by ${client}: the handler ${name} returns ${payload}`, { skip }, async () => {
      const { payload: got, kind } = await call(targetOf(`app.${name}`, client), event);
      // Versions differ in whether characters beyond ASCII are escaped.
      const plain = got.replaceAll(/\\u([\da-f]{4})/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
      assert.deepEqual([kind, plain], ["returned", payload]);
    });
  }
  for (const [handler, errorType, errorMessage, trace] of failed) {
    test(`by ${client}: ${handler} fails with ${errorType}`, { skip }, async () => {
      const reply = await call(targetOf(handler, client), {});
      const error = JSON.parse(reply.payload) as { readonly stackTrace: readonly string[] };
      const isOfCall = !/^Runtime\.(?!MarshalError)/.test(errorType);
      const { stackTrace, ...rest } = error;
      assert.equal(reply.kind, "failed");
      assert.deepEqual(rest, { errorMessage, errorType, requestId: isOfCall ? requestId : "" });
      const functionsIn = stackTrace.map(
        (entry) => /^ {2}File ".*app\.py", line \d+, in (\w+)\n {4}.*\n$/.exec(entry)?.[1],
      );
      if (trace !== "any") assert.deepEqual(functionsIn, trace);
    });
  }
  for (const [handler, message] of exiting) {
    test(`by ${client}: ${handler} ends its process`, { skip }, async () => {
      const { payload } = await call(targetOf(handler, client), {});
      assert.deepEqual(JSON.parse(payload), {
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${requestId} ${message}`,
      });
    });
  }
  test(`by ${client}: a file with an error of syntax is named with its line`, { skip }, async () => {
    const { payload } = await call(targetOf("broken.handler", client), {});
    const { errorType, errorMessage, stackTrace } = JSON.parse(payload) as Record<string, string>;
    assert.equal(errorType, "Runtime.UserCodeSyntaxError");
    assert.match(errorMessage ?? "", /^Syntax error in module 'broken': '\(' was never closed \(broken\.py, line 2\)$/);
    assert.equal(stackTrace?.[0], `  File "${directory}/broken.py" Line 2\n        return (\n`);
  });
  test(`by ${client}: an error at load is told with its place`, { skip }, async () => {
    const { payload } = await call(targetOf("angry.handler", client), {});
    const { errorType, errorMessage, stackTrace } = JSON.parse(payload) as Record<string, string>;
    assert.deepEqual([errorType, errorMessage], ["ValueError", "at load"]);
    assert.match(stackTrace?.at(-1) ?? "", /angry\.py", line 1, in <module>\n {4}raise ValueError\('at load'\)\n$/);
  });
  test(
    `by ${client}: the context says which function is called, for which request, and for how long`,
    { skip },
    async () => {
      const clientContext = JSON.stringify({ custom: { ü: 1 }, client: { app_title: "title" } });
      const traceHeader = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1";
      const { payload } = await call(targetOf("app.describes", client), {}, { clientContext, traceHeader });
      assert.deepEqual(JSON.parse(payload), {
        id: requestId,
        arn: "arn:aws:lambda:us-east-1:123456789012:function:fn",
        name: "fn",
        version: "$LATEST",
        memory: "256",
        group: "/aws/lambda/fn",
        left: true,
        identity: null,
        client: [{ ü: 1 }, "title"],
        tenant: null,
        trace: traceHeader,
      });
    },
  );
  test(`by ${client}: what a handler prints and logs is in the log, line by line`, { skip }, async () => {
    const { payload } = await call(targetOf("app.logs", client), {}, { requestId: `logs-${client}` });
    assert.equal(payload, "1");
    const mine = (): readonly string[] =>
      lines.filter((line) => line.requestId === `logs-${client}`).map(({ text }) => text);
    while (mine().length < 3) await setImmediate();
    assert.deepEqual(
      mine()
        .map((text) => text.replace(/\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t/, "\tTIME\t"))
        .toSorted(),
      [`[WARNING]\tTIME\tlogs-${client}\twarned`, "on standard error", "printed"],
    );
  });
}

test(
  "a package, a path and a name with a dash are found from the function's folder",
  { skip: needsPython },
  async () => {
    for (const [handler, payload] of [
      ["package.inner.run", `"inner"`],
      ["package/inner.run", `"inner"`],
      ["with-dash.run", `"dash"`],
    ] as const)
      assert.deepEqual(await call(targetOf(handler, "ours"), {}), { kind: "returned", payload });
  },
);

test("the version is named that runs", { skip: needsPython }, async () => {
  const { payload } = await call(targetOf("app.environment", "ours"), ["AWS_EXECUTION_ENV", "_HANDLER", "TZ"]);
  const { AWS_EXECUTION_ENV, ...rest } = JSON.parse(payload) as Record<string, string>;
  assert.match(AWS_EXECUTION_ENV ?? "", /^AWS_Lambda_python3\.\d+$/);
  assert.deepEqual(rest, { _HANDLER: "app.environment", TZ: ":UTC" });
});

test("a call that takes too long ends the process, and the next one has a new one", { skip: needsPython }, async () => {
  writeFileSync(
    join(directory, "slow.py"),
    "import os, time\ndef run(event, context):\n    if event: time.sleep(600)\n    return os.getpid()\n",
  );
  const target = targetOf("slow.run", "ours", { timeoutSeconds: 1 });
  const first = await call(target, 0);
  assert.equal(JSON.parse((await call(target, 1)).payload).errorType, "Sandbox.Timedout");
  const second = await call(target, 0);
  assert.equal(second.kind, "returned");
  assert.notEqual(second.payload, first.payload);
});

test("a virtual environment in the folder or above it is used, then the active one, then the named version", (t: TestContext) => {
  const above = mkdtempSync(join(tmpdir(), "pawl-venv-"));
  t.after(() => rmSync(above, { recursive: true }));
  const cwd = join(above, "functions", "one");
  mkdirSync(cwd, { recursive: true });
  const bin = join(above, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "python3.12"), "", { mode: 0o755 });
  const python = (runtime: string, environment: Record<string, string>): string =>
    pythonOf({ runtime, cwd, environment });
  assert.equal(python("python3.12", { PATH: bin }), "python3.12");
  assert.equal(python("python3.13", { PATH: bin }), "python3");
  assert.equal(python("python3.12", { PATH: bin, VIRTUAL_ENV: "/active" }), join("/active", "bin", "python"));
  for (const [folder, name] of [
    [above, "venv"],
    [cwd, ".venv"],
  ] as const) {
    mkdirSync(join(folder, name));
    assert.notEqual(python("python3", { VIRTUAL_ENV: "/active" }), join(folder, name, "bin", "python"));
    writeFileSync(join(folder, name, "pyvenv.cfg"), "");
    assert.equal(python("python3", { VIRTUAL_ENV: "/active" }), join(folder, name, "bin", "python"));
  }
});
