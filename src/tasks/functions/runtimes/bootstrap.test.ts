// Programs that ask the Runtime API for their events, in real processes: a `bootstrap` of the shell, and one of Java.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { isAlive } from "../../../testing/live-process.ts";
import type { RuntimeTarget } from "../config.ts";
import type { Reply } from "../invocation.ts";
import { LocalFunctions } from "../local-functions.ts";
import type { FunctionLine } from "../printed.ts";

const has = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;
const needsCurl = has("curl", "--version") ? false : "there is no curl here";
const compiler = "javac";
const needsJava = has(compiler, "-version") && has("java", "-version") ? false : "there is no JDK here";

const directory = mkdtempSync(join(tmpdir(), "pawl-bootstrap-"));
const lines: FunctionLine[] = [];
const functions = new LocalFunctions({ targets: new Map(), log: (line) => lines.push(line) });
after(async () => {
  await functions.close();
  rmSync(directory, { recursive: true });
});

/** A function folder with a `bootstrap`, as one for `provided.al2023`. */
function bootstrap(name: string, script: string, more: Partial<RuntimeTarget> = {}): RuntimeTarget {
  const cwd = join(directory, name);
  mkdirSync(cwd);
  const file = join(cwd, "bootstrap");
  writeFileSync(file, `#!/bin/sh\n${script}`);
  chmodSync(file, 0o755);
  return targetOf(cwd, [file], more);
}

function targetOf(cwd: string, command: readonly string[], more: Partial<RuntimeTarget> = {}): RuntimeTarget {
  const usual = { timeoutSeconds: 20, memoryMb: 512, concurrency: undefined, env: {} };
  return { kind: "runtime", command, handler: "fn.handler", runtime: "provided.al2023", cwd, ...usual, ...more };
}

const never = new AbortController().signal;
let calls = 0;

function call(target: RuntimeTarget, event: unknown = {}): Promise<Reply> {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  calls += 1;
  const usual = { functionName: "fn", functionArn, requestId: `request-${calls}`, idempotencyKey: "key" };
  return functions.call(target, { ...usual, payload: JSON.stringify(event) }, never);
}

function errorOf(reply: Reply): unknown {
  assert.equal(reply.kind, "failed", reply.payload);
  const { errorType, errorMessage } = JSON.parse(reply.payload) as Record<string, string>;
  return [errorType, errorMessage?.replace(/request-\d+/, "request")];
}

/** As in AWS's tutorial of custom runtimes. */
const loop = (answer: string): string => `
echo "starting $_HANDLER in $LAMBDA_TASK_ROOT"
while true; do
  HEADERS="$(mktemp)"
  EVENT=$(curl -sS -LD "$HEADERS" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  REQUEST_ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  rm "$HEADERS"
  ${answer}
done`;
const post = (path: string, body: string): string =>
  `curl -sS -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$REQUEST_ID/${path}" -d ${body}`;

test(
  "a bootstrap of the shell answers, in one process as long as one call comes at a time",
  { skip: needsCurl },
  async () => {
    const target = bootstrap("echoes", loop(post("response", `"{\\"event\\":$EVENT,\\"pid\\":$$}"`)));
    const [first, second] = [await call(target, { a: 1 }), await call(target, { a: 2 })].map(
      ({ payload }) => JSON.parse(payload) as { readonly event: unknown; readonly pid: number },
    );
    assert.deepEqual([first?.event, second?.event], [{ a: 1 }, { a: 2 }]);
    assert.equal(first?.pid, second?.pid);
    assert.ok(lines.some(({ text }) => text === `starting fn.handler in ${target.cwd}`));
  },
);

test("fifty calls at a time each get their own answer", { skip: needsCurl }, async () => {
  const target = bootstrap("many", loop(post("response", '"$EVENT"')), { concurrency: 6 });
  const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => call(target, n)));
  assert.deepEqual(
    replies.map(({ payload }) => payload),
    replies.map((_, n) => String(n)),
  );
});

test("an error that a bootstrap posts is the call's", { skip: needsCurl }, async () => {
  const error = `'{"errorType":"OutOfStock","errorMessage":"none left"}'`;
  assert.deepEqual(errorOf(await call(bootstrap("fails", loop(post("error", error))))), ["OutOfStock", "none left"]);
});

test(
  "a bootstrap that cannot begin says why, and one that ends without a word fails the call",
  { skip: needsCurl },
  async () => {
    const url = "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error";
    const cannot = `curl -sS -o /dev/null ${url} -d '{"errorType":"Init.NoConfig","errorMessage":"no config"}'; exit 1`;
    assert.deepEqual(errorOf(await call(bootstrap("cannot", cannot))), ["Init.NoConfig", "no config"]);
    const exit = await call(bootstrap("exits", "exit 9"));
    assert.deepEqual(errorOf(exit), [
      "Runtime.ExitError",
      "RequestId: request Error: Runtime exited with error: exit status 9",
    ]);
    const gone = await call(bootstrap("dies", loop("kill -9 $$")));
    assert.deepEqual(errorOf(gone), [
      "Runtime.ExitError",
      "RequestId: request Error: Runtime exited with error: signal: killed",
    ]);
  },
);

test("a bootstrap that is absent or may not be executed is named", async () => {
  const cwd = join(directory, "absent");
  mkdirSync(cwd);
  writeFileSync(join(cwd, "plain"), "");
  for (const [file, reason] of [
    ["bootstrap", "ENOENT"],
    ["plain", "EACCES"],
  ] as const) {
    const path = join(cwd, file);
    const message = `The command ${JSON.stringify(path)} could not be started in ${cwd}: spawn ${path} ${reason}`;
    assert.deepEqual(errorOf(await call(targetOf(cwd, [path]))), ["Runtime.InvalidEntrypoint", message]);
  }
});

test("the time limit ends a bootstrap with what it started", { skip: needsCurl }, async () => {
  const pidFile = join(directory, "sleeper.pid");
  const target = bootstrap("slow", loop(`sleep 600 & echo $! > '${pidFile}'; wait`), { timeoutSeconds: 1 });
  assert.deepEqual(errorOf(await call(target)), [
    "Sandbox.Timedout",
    "RequestId: request Error: Task timed out after 1.00 seconds",
  ]);
  const pid = Number(readFileSync(pidFile, "utf8"));
  while (isAlive(pid)) await pass(5);
});

test(
  "a process that uses more memory than it may have is ended, and the log says so",
  { skip: needsMemoryOf() },
  async () => {
    const source = `const list = []; for (let i = 0; i < 300; i++) list.push(Buffer.alloc(1024 * 1024, 1)); setInterval(() => list.length, 1000);`;
    const command = [process.execPath, "-e", source];
    const reply = await call(targetOf(directory, command, { memoryMb: 150, timeoutSeconds: 60 }));
    assert.deepEqual(errorOf(reply), [
      "Runtime.ExitError",
      "RequestId: request Error: Runtime exited with error: signal: killed",
    ]);
    const told = lines.find(({ text }) => text.includes("memorySize"));
    assert.match(told?.text ?? "", /^A process was ended: it used \d{3} MB of memory, and its "memorySize" is 150\.$/);
  },
);

test(
  "a program of Java, with Java's own HTTP client, is a function",
  { skip: needsJava, timeout: 60_000 },
  async () => {
    const cwd = join(directory, "java");
    mkdirSync(cwd);
    writeFileSync(
      join(cwd, "Runtime.java"),
      `import java.net.URI;
    import java.net.http.HttpClient;
    import java.net.http.HttpRequest;
    import java.net.http.HttpResponse.BodyHandlers;
    class Runtime {
      public static void main(String[] args) throws Exception {
        String api = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int count = 1; ; count++) {
          var event = client.send(HttpRequest.newBuilder(URI.create(api + "next")).build(), BodyHandlers.ofString());
          String id = event.headers().firstValue("Lambda-Runtime-Aws-Request-Id").get();
          String body = "{\\"count\\":" + count + ",\\"event\\":" + event.body() + ",\\"handler\\":\\"" + System.getenv("_HANDLER") + "\\"}";
          client.send(
            HttpRequest.newBuilder(URI.create(api + id + "/response")).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            BodyHandlers.discarding());
        }
      }
    }`,
    );
    assert.equal(spawnSync(compiler, ["-d", cwd, join(cwd, "Runtime.java")]).status, 0);
    const target = targetOf(cwd, ["java", "-XX:+UseSerialGC", "-cp", cwd, "Runtime"], { runtime: "java17" });
    for (const count of [1, 2]) {
      const { payload } = await call(target, { a: count });
      assert.deepEqual(JSON.parse(payload), { count, event: { a: count }, handler: "fn.handler" });
    }
  },
);

function needsMemoryOf(): string | false {
  return existsSync("/proc/self/status") ? false : "the system does not tell the memory of a process";
}
