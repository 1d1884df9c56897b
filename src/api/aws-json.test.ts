// The wire: routing, hostile requests, browsers, failures of what stands behind, and a real client.
import assert from "node:assert/strict";
import { request as sendRequest } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListTagsForResourceCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { CommitError } from "../runtime/executions/committer.ts";
import { LeaseLostError } from "../store/errors.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { type Action, operations, shapes } from "./model.ts";

const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
const create = { name: "m", definition: "{}", roleArn: "arn:aws:iam::000000000000:role/r" };
const actions = Object.keys(operations) as readonly Action[];
const megabyte = 1024 * 1024;

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** With any method, path and headers, `Host` and `Origin` among them. */
function sendRaw(
  server: FakeServer,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = "",
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sized = { ...headers, "content-length": String(Buffer.byteLength(body)) };
    const request = sendRequest({ port: server.port, host: "127.0.0.1", method, path, headers: sized }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

test("an answer has AWS's headers", async (t) => {
  const server = await startFakeServer(t);
  const first = await server.send("ListStateMachines", {});
  assert.equal(first.headers.get("content-type"), "application/x-amz-json-1.0");
  assert.equal(first.headers.get("content-length"), String(JSON.stringify(first.body).length));
  const id = first.headers.get("x-amzn-requestid") ?? "";
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const second = await server.send("Nothing", {});
  assert.notEqual(second.headers.get("x-amzn-requestid") ?? id, id);
});

test("what is no request of this API is refused as AWS does", async (t) => {
  const server = await startFakeServer(t);
  const rows: readonly (readonly [action: string, body: string, status: number, type: string])[] = [
    ["Nothing", "{}", 400, "UnknownOperationException"],
    ["", "{}", 400, "UnknownOperationException"],
    ["__proto__", "{}", 400, "UnknownOperationException"],
    ["constructor", "{}", 400, "UnknownOperationException"],
    ["StartExecution", "", 400, "SerializationException"],
    ["StartExecution", "{", 400, "SerializationException"],
    ["StartExecution", "\ufeff{}", 400, "SerializationException"],
    ["StartExecution", "null", 400, "SerializationException"],
    ["StartExecution", "[]", 400, "SerializationException"],
    ["StartExecution", '"a"', 400, "SerializationException"],
    ["StartExecution", "[".repeat(100_000) + "]".repeat(100_000), 400, "SerializationException"],
    [
      "StartExecution",
      `{"stateMachineArn":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      400,
      "SerializationException",
    ],
    ["StartExecution", `{"x":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}`, 400, "ValidationException"],
    ["StartExecution", '{"__proto__":{"stateMachineArn":"a"}}', 400, "ValidationException"],
    ["StartExecution", " ".repeat(2_000_000), 413, "RequestEntityTooLargeException"],
    ["StartExecution", " ".repeat(2 * megabyte), 413, "RequestEntityTooLargeException"],
  ];
  for (const [action, body, status, type] of rows) {
    const answer = await server.send(action, body);
    assert.deepEqual([answer.status, answer.body["__type"]], [status, type], `${action} ${body.slice(0, 30)}`);
    assert.equal(typeof answer.body["message"], "string");
  }
  assert.equal((await sendRaw(server, "POST", "/", {}, "{}")).status, 400);
  assert.deepEqual(server.failures, []);
});

test("monitors are told whether the server runs and whether it can work, in the ways in which they ask", async (t) => {
  const problems: string[] = [];
  const server = await startFakeServer(t, {
    knownProblem: () => problems[0],
    readinessProblem: async () => problems[0],
  });
  const ask = async (method: string, path: string): Promise<readonly unknown[]> => {
    const { status, text } = await sendRaw(server, method, path, {});
    return [status, text];
  };
  assert.deepEqual(await ask("GET", "/health"), [200, '{"status":"ok","ready":true}']);
  assert.deepEqual(await ask("GET", "/ready"), [200, '{"status":"ready"}']);
  problems.push("It snows.");
  const unready = '{"status":"ok","ready":false,"reason":"It snows."}';
  assert.deepEqual(await ask("GET", "/health?at=noon"), [200, unready]);
  assert.deepEqual(await ask("GET", "/ready?at=noon"), [503, '{"status":"unavailable","reason":"It snows."}']);
  assert.deepEqual(await ask("HEAD", "/health"), [200, ""]);
  assert.deepEqual(await ask("HEAD", "/ready"), [503, ""]);
  assert.deepEqual(server.failures, []);
});

test("a server that stops says so to whoever still asks, and keeps no connection", async (t) => {
  const server = await startFakeServer(t);
  server.stop();
  const { status, body, headers } = await server.send("ListStateMachines", {});
  assert.deepEqual([status, body["__type"]], [503, "ServiceUnavailable"]);
  assert.equal(
    body["message"],
    "The server is stopping and has not finished this request. Send it again when a server is there.",
  );
  assert.equal(headers.get("connection"), "close");
  assert.deepEqual(server.failures, [], "that is no fault");
});

test("other paths and methods do nothing", async (t) => {
  const server = await startFakeServer(t);
  const target = { "x-amz-target": "AWSStepFunctions.ListStateMachines" };
  for (const [method, path] of [
    ["GET", "/"],
    ["PUT", "/"],
    ["OPTIONS", "/"],
    ["POST", "/other"],
    ["POST", "/health"],
    ["POST", "/ready"],
    ["GET", "/ready/"],
  ] as const) {
    const { status, headers } = await sendRaw(server, method, path, target, method === "GET" ? "" : "{}");
    assert.equal(status, 404, `${method} ${path}`);
    assert.equal(headers["access-control-allow-origin"], undefined);
  }
});

test("any Host is taken, because clients put sync- before it", async (t) => {
  const server = await startFakeServer(t);
  for (const host of ["sync-localhost:8083", "sync-127.0.0.1", "states.us-east-1.amazonaws.com", "pawl"]) {
    const headers = { host, "x-amz-target": "AWSStepFunctions.ListStateMachines" };
    assert.equal((await sendRaw(server, "POST", "/", headers, "{}")).status, 200, host);
  }
});

test("a page of another origin can do nothing, not even one whose name was rebound", async (t) => {
  const server = await startFakeServer(t);
  const local = `127.0.0.1:${server.port}`;
  const rows: readonly (readonly [origin: string, host: string, status: number])[] = [
    [`http://${local}`, local, 200],
    [`http://localhost:${server.port}`, `localhost:${server.port}`, 200],
    [`http://[::1]:8083`, "[::1]:8083", 200],
    ["http://localhost:3000", local, 403],
    ["http://localhost", local, 403],
    ["https://evil.example", local, 403],
    ["http://evil.example:8083", "evil.example:8083", 403],
    ["http://127.0.0.1.evil.example", "127.0.0.1.evil.example", 403],
    ["http://localhost.evil.example", "localhost.evil.example", 403],
    ["http://evil.example@localhost", "localhost", 403],
    ["null", local, 403],
    ["", local, 403],
  ];
  for (const [origin, host, status] of rows) {
    const headers = { origin, host, "x-amz-target": "AWSStepFunctions.CreateActivity" };
    const name = `a${server.changes.length}`;
    const before = server.changes.length;
    const answer = await sendRaw(server, "POST", "/", headers, JSON.stringify({ name }));
    assert.equal(answer.status, status, origin);
    assert.equal(server.changes.length - before, status === 200 ? 1 : 0, origin);
  }
});

test("a connection survives a body that is too large, and one without end is closed after its answer", async (t) => {
  const server = await startFakeServer(t);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    const head = "POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\n";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.includes('"stateMachines"')) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on("error", reject);
    socket.write(`${head}Content-Length: ${2 * megabyte}\r\n\r\n${" ".repeat(2 * megabyte)}`);
    socket.write(`${head}Content-Length: 2\r\n\r\n{}`);
  });
  assert.match(answer, /^HTTP\/1\.1 413 [^]*RequestEntityTooLargeException[^]*HTTP\/1\.1 200 OK/);

  const closed = await new Promise<string>((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    // The server may reset what it no longer reads.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    const chunk = `${megabyte.toString(16)}\r\n${" ".repeat(megabyte)}\r\n`;
    const pump = (): void => {
      while (socket.writable && socket.write(chunk));
      if (socket.writable) socket.once("drain", pump);
    };
    pump();
  });
  assert.match(closed, /^HTTP\/1\.1 413 [^]*Connection: close/);
});

test("a caller that went away is waited for no longer", async (t) => {
  const caller = new AbortController();
  const left = Promise.withResolvers<void>();
  const server = await startFakeServer(t, {
    activityPollMs: 2 ** 31 - 1,
    change: (runtime) => ({
      ...runtime,
      takeActivityTask: (_activityArn, _workerName, signal) => {
        caller.abort();
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            left.resolve();
            resolve(undefined);
          });
        });
      },
    }),
  });
  await server.send("CreateActivity", { name: "a" });
  const body = JSON.stringify({ activityArn: "arn:aws:states:us-east-1:000000000000:activity:a" });
  const headers = { "x-amz-target": "AWSStepFunctions.GetActivityTask" };
  const call = fetch(server.url, { method: "POST", headers, body, signal: caller.signal });
  await assert.rejects(call, { name: "AbortError" });
  await left.promise;
});

test("what fails behind the API is told without internals, and reported", async (t) => {
  const secret = "secret /var/lib/pawl";
  const failed = (code: string): Error => Object.assign(new Error(secret), { code });
  const refused = (errcode: number): Error =>
    new CommitError(secret, { cause: Object.assign(new Error(secret), { code: "ERR_SQLITE_ERROR", errcode }) });
  const rows: readonly (readonly [error: Error, status: number, type: string, message: RegExp])[] = [
    [new TypeError(secret), 500, "InternalFailure", /Its log holds the reason/],
    [new CommitError(secret), 503, "ServiceUnavailable", /cannot write to its store.*look at the disk/],
    [new LeaseLostError(secret), 503, "ServiceUnavailable", /has lost its data: another process/],
    [new CommitError(secret, { cause: new LeaseLostError(secret) }), 503, "ServiceUnavailable", /has lost its data/],
    [refused(13), 503, "ServiceUnavailable", /The disk .* is full/],
    [failed("ENOSPC"), 503, "ServiceUnavailable", /The disk .* is full/],
    [refused(8), 503, "ServiceUnavailable", /may not write to its store/],
    [failed("EROFS"), 503, "ServiceUnavailable", /may not write to its store/],
    [refused(5), 503, "ServiceUnavailable", /Another program has locked/],
    [refused(266), 503, "ServiceUnavailable", /cannot write to its store.*look at the disk/],
    [failed("EMFILE"), 503, "ServiceUnavailable", /no more files to open/],
  ];
  for (const [error, status, type, message] of rows) {
    const server = await startFakeServer(t);
    server.failWith(error);
    const answer = await server.send("StartExecution", { stateMachineArn });
    assert.deepEqual([answer.status, answer.body["__type"]], [status, type]);
    assert.match(String(answer.body["message"]), message);
    assert.ok(!JSON.stringify(answer.body).includes("secret"));
    assert.deepEqual(server.failures, [
      { requestId: answer.headers.get("x-amzn-requestid"), target: "AWSStepFunctions.StartExecution", error },
    ]);
  }
});

const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e300,
  "",
  "arn:",
  "x".repeat(5000),
  [],
  [null],
  [[]],
  {},
];

test("no wrong value of any member gets a 500", async (t) => {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", create);
  for (const action of actions) {
    const shape = shapes[operations[action].input];
    assert.ok(shape?.type === "structure");
    for (const { name } of shape.members) {
      for (const value of wrongValues) {
        const { status } = await server.send(action, { ...create, stateMachineArn, [name]: value });
        assert.ok(status < 500 || status === 501, `${action} ${name} ${JSON.stringify(value)}`);
      }
    }
  }
  assert.deepEqual(server.failures, []);
});

/** Every action may answer with these, whatever it declares. */
const commonErrors = ["ValidationException", "SerializationException", "NotImplementedException"];

test("no request at all gets a 500, or an error that its action does not declare", async (t) => {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", create);
  const kinds = ["stateMachine", "activity", "execution", "express", "mapRun", "x"];
  const arns = fc
    .tuple(fc.constantFrom(...kinds), fc.array(fc.constantFrom("m", "m/l", "1", "", "é", ":"), { maxLength: 4 }))
    .map(([kind, parts]) => ["arn:aws:states:us-east-1:000000000000", kind, ...parts].join(":"));
  const value = fc.oneof(
    arns,
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.boolean(),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const requests = fc.constantFrom(...actions).chain((action) => {
    const shape = shapes[operations[action].input];
    const names = shape?.type === "structure" ? shape.members.map(({ name }) => name) : [];
    const body = fc.dictionary(fc.constantFrom(...names, "__proto__", "more"), value);
    return fc.tuple(fc.constant(action), body);
  });
  await fc.assert(
    fc.asyncProperty(requests, async ([action, body]) => {
      const { status, body: answer } = await server.send(action, body);
      const named = [...operations[action].errors, ...commonErrors];
      return status === 200 || named.includes(String(answer["__type"]));
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(server.failures, []);
});

test("the AWS SDK for JavaScript understands the answers", async (t) => {
  const server = await startFakeServer(t);
  const client = new SFNClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  const tags = [{ key: "k", value: "v" }];
  const created = await client.send(new CreateStateMachineCommand({ ...create, tags }));
  assert.deepEqual([created.stateMachineArn, created.creationDate], [stateMachineArn, new Date(server.now)]);
  const updated = await client.send(
    new UpdateStateMachineCommand({ stateMachineArn, roleArn: "arn:aws:iam::000000000000:role/other" }),
  );
  assert.deepEqual([updated.revisionId?.length, updated.updateDate], [36, new Date(server.now)]);
  assert.deepEqual((await client.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }))).tags, tags);
  const validated = await client.send(new ValidateStateMachineDefinitionCommand({ definition: "{}" }));
  assert.deepEqual([validated.result, validated.diagnostics, validated.truncated], ["OK", [], false]);

  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: "e", input: "[1.0]" }));
  const described = await client.send(new DescribeExecutionCommand({ executionArn }));
  assert.deepEqual(
    [described.status, described.input, described.startDate],
    ["RUNNING", "[1.0]", new Date(server.now)],
  );
  const history = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  assert.deepEqual(history.events, []);

  await client.send(new CreateStateMachineCommand({ ...create, name: "x", type: "EXPRESS" }));
  const express = stateMachineArn.replace(/m$/, "x");
  const ended = await client.send(new StartSyncExecutionCommand({ stateMachineArn: express }));
  assert.deepEqual([ended.status, ended.output, ended.billingDetails?.billedMemoryUsedInMB], ["SUCCEEDED", "{}", 64]);

  const missing = client.send(new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}:7` }));
  await assert.rejects(missing, (error) => {
    assert.ok(error instanceof StateMachineDoesNotExist);
    assert.equal(error.message, `State Machine Does Not Exist: '${stateMachineArn}:7'`);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.equal(error.$metadata.requestId?.length, 36);
    return true;
  });
});
