// Workflows that call their functions at emulators of Lambda: stand-ins for serverless-offline (14.8) and SAM (its source of
// 2026) that know just what these know, and the real serverless-offline and moto where they are installed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import type { Json } from "../src/asl/json.ts";
import { startServer } from "../src/server/start-server.ts";
import { testServerOptions } from "../src/testing/server-options.ts";
import { howToGiveEndpoint, openEndpoint } from "./endpoint.ts";

const arn = (name: string, account = "123456789012"): string => `arn:aws:lambda:us-east-1:${account}:function:${name}`;

/** Runs a workflow of one task and gives its output, or its error and cause. */
type Call = (task: object, input?: Json) => Promise<unknown>;

async function pawlWith(t: TestContext, endpoint: string): Promise<Call> {
  const environment = { AWS_ENDPOINT_URL_LAMBDA: endpoint };
  const server = await startServer({ ...testServerOptions, environment });
  t.after(() => server.close());
  const send = async (action: string, body: object): Promise<Readonly<Record<string, string>>> => {
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` };
    const response = await fetch(server.url, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as Readonly<Record<string, string>>;
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer;
  };
  let machines = 0;
  return async (task, input = {}) => {
    const definition = JSON.stringify({ StartAt: "Call", States: { Call: { Type: "Task", End: true, ...task } } });
    const machine = {
      name: `m${++machines}`,
      type: "EXPRESS",
      definition,
      roleArn: "arn:aws:iam::123456789012:role/r",
    };
    const { stateMachineArn } = await send("CreateStateMachine", machine);
    const { output, error, cause } = await send("StartSyncExecution", {
      stateMachineArn,
      input: JSON.stringify(input),
    });
    return output === undefined ? { error, cause } : JSON.parse(output);
  };
}

interface Asked {
  readonly name: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
type Answer = readonly [status: number, headers: Readonly<Record<string, string>>, body: string];

async function standIn(t: TestContext, answer: (asked: Asked) => Answer): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { url = "", headers } = request;
      const [, name = ""] = /^\/2015-03-31\/functions\/([^/]+)\/invocations(?:\?.*)?$/.exec(url) ?? [];
      asked.push({ name: decodeURIComponent(name), url, headers, body });
      const [status, more, text] = answer(asked.at(-1) as Asked);
      response.writeHead(status, more).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Knows functions by their names alone, and takes queries without looking at them. */
function serverlessOffline({ name, headers, body }: Asked): Answer {
  const json = { "content-type": "application/json; charset=utf-8" };
  const functions: Readonly<Record<string, (event: Json) => string>> = {
    "shop-dev-hello": (event) => JSON.stringify({ hello: event }),
    "shop-dev-nothing": () => "",
  };
  if (name === "shop-dev-fails") {
    const payload = { errorMessage: "no", errorType: "Error", trace: ["TypeError: no"] };
    return [200, { ...json, "x-amz-function-error": "Unhandled" }, JSON.stringify(payload)];
  }
  const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (called === undefined) {
    const payload = { Message: `Function not found: ${name}`, Type: "User" };
    return [404, { ...json, "x-amzn-errortype": "ResourceNotFoundException" }, JSON.stringify(payload)];
  }
  return headers["x-amz-invocation-type"] === "Event" ? [202, {}, ""] : [200, json, called(JSON.parse(body) as Json)];
}

/** Refuses every query and every log type, and leaves the last word of an exception out. */
function sam({ name, url, headers, body }: Asked): Answer {
  const refusal = (status: number, type: string, message: string): Answer => [
    status,
    { "x-amzn-errortype": type, "content-type": "application/json" },
    JSON.stringify({ Type: "User", Message: message }),
  ];
  if (url.includes("?")) return refusal(400, "InvalidRequestContentException", "Query Parameters are not supported");
  const logType = headers["x-amz-log-type"] ?? "None";
  if (logType !== "None") return refusal(501, "NotImplemented", `log-type: ${String(logType)} is not supported.`);
  if (name !== "Hello") return refusal(404, "ResourceNotFound", `Function not found: ${arn(name)}`);
  return [200, { "content-type": "application/json" }, body];
}

const invoke = (parameters: object): object => ({ Resource: "arn:aws:states:::lambda:invoke", Parameters: parameters });
const payloadOf = (output: unknown): unknown => (output as { readonly Payload: unknown }).Payload;

test("functions of serverless-offline are called by name, however the workflow names them", async (t) => {
  const { url, asked } = await standIn(t, serverlessOffline);
  const call = await pawlWith(t, url);
  assert.deepEqual(await call({ Resource: arn("shop-dev-hello") }, { a: 1 }), { hello: { a: 1 } });
  for (const FunctionName of [
    "shop-dev-hello",
    "shop-dev-hello:live",
    "123456789012:function:shop-dev-hello",
    arn("shop-dev-hello"),
  ]) {
    assert.deepEqual(payloadOf(await call(invoke({ FunctionName, Payload: 7, LogType: "Tail" }))), { hello: 7 });
  }
  assert.deepEqual(await call({ Resource: arn("shop-dev-nothing") }), null, "nothing is null");
  const failed = (await call({ Resource: arn("shop-dev-fails") })) as { readonly error: string };
  assert.equal(failed.error, "Error");
  const missing = (await call({ Resource: arn("shop-dev-gone") })) as { readonly error: string };
  assert.equal(missing.error, "Lambda.ResourceNotFoundException");
  await call({ Resource: arn("shop-dev-hello", "999999999999") });
  assert.equal(
    asked.at(-1)?.name,
    arn("shop-dev-hello", "999999999999"),
    "another account's function has no short name",
  );
});

test("a qualifier and a log type are left out where SAM refuses them, which is found out once", async (t) => {
  const { url, asked } = await standIn(t, sam);
  const call = await pawlWith(t, url);
  const called = async (parameters: object): Promise<unknown> => {
    asked.length = 0;
    return payloadOf(await call(invoke({ FunctionName: "Hello", Payload: { a: 1 }, ...parameters })));
  };
  const queries = (): readonly unknown[] =>
    asked.map(({ url: address, headers }) => [/\?.*/.exec(address)?.[0] ?? "", headers["x-amz-log-type"] ?? ""]);
  assert.deepEqual(await called({ Qualifier: "live", LogType: "Tail" }), { a: 1 });
  assert.deepEqual(queries(), [
    ["?Qualifier=live", "Tail"],
    ["", "Tail"],
    ["", ""],
  ]);
  assert.deepEqual(await called({ Qualifier: "live", LogType: "Tail" }), { a: 1 });
  assert.deepEqual(queries(), [["", ""]]);
  const missing = (await call(invoke({ FunctionName: "Gone" }))) as { readonly error: string };
  assert.equal(missing.error, "Lambda.ResourceNotFoundException");
});

test("a refusal that a repetition does not mend is told as it was, and nothing is left out from then on", async (t) => {
  const { url, asked } = await standIn(t, () => [
    400,
    { "x-amzn-errortype": "InvalidRequestContentException" },
    JSON.stringify({ Message: "It is Tuesday." }),
  ]);
  const call = await pawlWith(t, url);
  for (let calls = 1; calls <= 2; calls++) {
    const { error } = (await call(invoke({ FunctionName: "Hello:live" }))) as { readonly error: string };
    assert.equal(error, "Lambda.InvalidRequestContentException");
    assert.equal(asked.filter(({ url: address }) => address.endsWith("?Qualifier=live")).length, calls);
  }
});

test("a workflow calls a function of moto", async (t) => {
  const endpoint = await openEndpoint(() => {});
  if (endpoint === undefined) return t.skip(howToGiveEndpoint);
  t.after(() => endpoint.close());
  // Its functions that need no Docker give back what they are given.
  const configured = await fetch(`${endpoint.url}/moto-api/config`, {
    method: "POST",
    body: JSON.stringify({ lambda: { use_docker: false } }),
  });
  if (configured.status !== 201) return t.skip("the endpoint is no moto_server");
  const call = await pawlWith(t, endpoint.url);
  assert.deepEqual(await call({ Resource: arn("echo") }, { order: 7 }), { order: 7 });
  const output = await call(invoke({ FunctionName: "echo:live", Payload: { order: 8 }, LogType: "Tail" }));
  assert.deepEqual(payloadOf(output), { order: 8 });
});

/** The folder of the node_modules that have osls, which is the Serverless Framework that is open source. */
const modulesWithServerless = [process.env["PAWL_SERVERLESS_OFFLINE"], join(import.meta.dirname, "..")]
  .filter((folder) => folder !== undefined && folder !== "")
  .map((folder) => join(String(folder), "node_modules"))
  .find((folder) => ["osls", "serverless-offline"].every((name) => existsSync(join(folder, name))));

test("a workflow calls a function of the real serverless-offline", async (t) => {
  if (modulesWithServerless === undefined)
    return t.skip("npm install --no-save osls serverless-offline, here or in the folder of PAWL_SERVERLESS_OFFLINE");
  const directory = mkdtempSync(join(tmpdir(), "pawl-serverless-"));
  t.after(() => rmSync(directory, { recursive: true }));
  symlinkSync(modulesWithServerless, join(directory, "node_modules"));
  writeFileSync(join(directory, "package.json"), "{}");
  writeFileSync(
    join(directory, "serverless.yml"),
    `service: shop
provider: { name: aws, runtime: nodejs20.x, region: us-east-1, stage: dev }
plugins: [serverless-offline]
functions:
  hello: { handler: handler.hello }
  fails: { handler: handler.fails }
`,
  );
  writeFileSync(
    join(directory, "handler.js"),
    'exports.hello = async (event) => ({ hello: event });\nexports.fails = async () => { throw new Error("no"); };\n',
  );
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(modulesWithServerless, "osls", "bin", "serverless.js"), "offline", "--lambdaPort", String(port)],
    {
      cwd: directory,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", SLS_TELEMETRY_DISABLED: "1" },
    },
  );
  t.after(() => child.kill());
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`serverless-offline ended: ${said.join("\n")}`)));
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      if (line.includes("shop-dev-fails")) resolve();
    });
  });
  const call = await pawlWith(t, `http://127.0.0.1:${port}`);
  assert.deepEqual(await call({ Resource: arn("shop-dev-hello") }, { a: 1 }), { hello: { a: 1 } });
  const output = await call(invoke({ FunctionName: "shop-dev-hello:live", Payload: { a: 2 }, LogType: "Tail" }));
  assert.deepEqual(payloadOf(output), { hello: { a: 2 } });
  const { error } = (await call({ Resource: arn("shop-dev-fails") })) as { readonly error: string };
  assert.equal(error, "Error");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
