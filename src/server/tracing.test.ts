// Tracing as an operator sets it up: by variables or the configuration file, to a collector, through the whole server.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startFakeCollector } from "../testing/fake-collector.ts";
import { parseConfiguration, resolveConfiguration } from "./configuration/configuration.ts";
import { type PawlServer, startServer } from "./start-server.ts";
import { version } from "./version.ts";

type Variables = Readonly<Record<string, string | undefined>>;

function resolved(environment: Variables, file?: object) {
  return resolveConfiguration({
    flags: { port: "0", db: "memory" },
    environment,
    file: file === undefined ? {} : parseConfiguration(file, "/"),
    directory: "/",
  });
}

test("the variables of OpenTelemetry win over the file, and nothing is traced without an address", () => {
  const file = { tracing: { endpoint: "http://file:4318/base/", machines: "all" } };
  const general = { OTEL_EXPORTER_OTLP_ENDPOINT: "https://general:4318" };
  const special = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://special/own/path?x=1" };
  const json = { protocol: "http/json" };
  const rows: readonly (readonly [environment: Variables, file: object | undefined, tracing: object | undefined])[] = [
    [{}, undefined, undefined],
    [{}, { tracing: { machines: "all" } }, undefined],
    [
      {},
      { tracing: { endpoint: "http://file:4318" } },
      { ...json, url: "http://file:4318/v1/traces", machines: "enabled" },
    ],
    [{}, file, { ...json, url: "http://file:4318/base/v1/traces", machines: "all" }],
    [general, undefined, { ...json, url: "https://general:4318/v1/traces", machines: "enabled" }],
    [general, file, { ...json, url: "https://general:4318/v1/traces", machines: "all" }],
    [{ ...general, ...special }, file, { ...json, url: "http://special/own/path?x=1", machines: "all" }],
    [
      { ...general, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf" },
      { tracing: { protocol: "http/json" } },
      { protocol: "http/protobuf", url: "https://general:4318/v1/traces", machines: "enabled" },
    ],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, undefined, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, undefined, undefined],
    [{ ...general, OTEL_SDK_DISABLED: "TRUE" }, file, undefined],
    [{ ...general, OTEL_TRACES_EXPORTER: "none" }, file, undefined],
  ];
  for (const [environment, given, tracing] of rows) {
    assert.deepEqual(resolved(environment, given).tracing, tracing, JSON.stringify([environment, given]));
  }
});

test("an address that cannot be used is refused by name, and not repeated", () => {
  const rows: readonly (readonly [environment: Variables, file: object | undefined, message: RegExp])[] = [
    [{}, { tracing: [] }, /^tracing is a list\. Make it an object/],
    [{}, { tracing: { endpiont: "" } }, /^tracing\.endpiont is unknown\. Did you mean tracing\.endpoint\?$/],
    [{}, { tracing: { endpoint: 4318 } }, /^tracing\.endpoint is a number\. Give one such as http/],
    [{}, { tracing: { endpoint: "s3cret:4318" } }, /^tracing\.endpoint is no address of a collector/],
    [
      {},
      { tracing: { endpoint: "http://u:s3cret@h" } },
      /^tracing\.endpoint is no address of a collector\..* OTEL_EXPORTER_OTLP_HEADERS/,
    ],
    [{}, { tracing: { machines: "every" } }, /^tracing\.machines is "every"\. Give "enabled"/],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://h", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
      undefined,
      /^OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"\. Give http\/json or http\/protobuf/,
    ],
    [{}, { tracing: { protocol: "grpc" } }, /^tracing\.protocol is "grpc"\. Give "http\/json" or "http\/protobuf"/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "s3cret" }, undefined, /^OTEL_EXPORTER_OTLP_ENDPOINT is no address/],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "ftp://h" }, undefined, /^OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no address/],
  ];
  for (const [environment, file, message] of rows) {
    assert.throws(
      () => resolved(environment, file),
      (error: unknown) => error instanceof Error && message.test(error.message) && !error.message.includes("s3cret"),
      String(message),
    );
  }
});

const roleArn = "arn:aws:iam::123456789012:role/traced";
const definition = JSON.stringify({
  StartAt: "Work",
  States: {
    Work: {
      Type: "Task",
      Resource: "arn:aws:lambda:us-east-1:123456789012:function:missing",
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }],
      End: true,
    },
    Done: { Type: "Pass", End: true },
  },
});

async function started(t: TestContext, environment: Variables): Promise<{ server: PawlServer; logged: string[] }> {
  const logged: string[] = [];
  const server = await startServer({
    ...resolved(environment),
    auth: undefined,
    environment: {},
    log: (message) => logged.push(message),
  });
  t.after(() => server.close());
  return { server, logged };
}

async function call(server: PawlServer, action: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

async function runTraced(server: PawlServer, tracingConfiguration: object): Promise<void> {
  const machine = { name: "traced", definition, roleArn, type: "EXPRESS", tracingConfiguration };
  const { stateMachineArn } = await call(server, "CreateStateMachine", machine);
  const traceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  const { status } = await call(server, "StartSyncExecution", { stateMachineArn, traceHeader });
  assert.equal(status, "SUCCEEDED");
}

test("what an execution did is at the collector when the server has closed", async (t) => {
  const collector = await startFakeCollector(t);
  process.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=s3cret";
  t.after(() => delete process.env["OTEL_EXPORTER_OTLP_HEADERS"]);
  const { server, logged } = await started(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await runTraced(server, { enabled: true });
  await server.close();
  assert.deepEqual(logged, []);
  const [request] = collector.requests;
  assert.equal(collector.requests.length, 1);
  assert.equal(request?.path, "/v1/traces");
  assert.equal(request.headers["x-key"], "s3cret");
  const resource = new Map(request.resource.map(({ key, value }) => [key, value["stringValue"]]));
  assert.deepEqual([resource.get("service.name"), resource.get("service.version")], ["pawl", version]);
  assert.match(String(resource.get("service.instance.id")), /^[0-9a-f-]{36}$/);
  assert.deepEqual(request.scopes, [{ name: "pawl", version }]);
  const { spans } = request;
  assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set(["5759e988bd862e3fe1be46a994272793"]));
  const byName = new Map(spans.map((span) => [span.name, span]));
  const idOf = (name: string): string | undefined => byName.get(name)?.spanId;
  assert.deepEqual(
    spans.map(({ name, kind, parentSpanId, status }) => [name, kind, parentSpanId, status.code]),
    [
      ["lambda:missing", 3, idOf("Work"), 2],
      ["Work", 1, idOf("traced"), 2],
      ["Done", 1, idOf("traced"), 0],
      ["traced", 2, "53995c3f42cd8ad8", 0],
    ],
  );
  // OTLP: sampled; whether the parent is another program's is known; it is.
  assert.deepEqual(
    ["traced", "Work"].map((name) => byName.get(name)?.flags),
    [0x301, 0x101],
  );
  const failed = byName.get("lambda:missing");
  assert.ok(failed !== undefined && failed.attributes.some(({ key }) => key === "error.type"));
  assert.ok(BigInt(failed.endTimeUnixNano) >= BigInt(failed.startTimeUnixNano));
});

test("spans are written in protobuf where that is asked for", async (t) => {
  const collector = await startFakeCollector(t);
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" };
  const { server, logged } = await started(t, environment);
  await runTraced(server, { enabled: true });
  await server.close();
  assert.deepEqual(logged, []);
  const [request] = collector.requests;
  assert.deepEqual([request?.path, request?.headers["content-type"]], ["/v1/traces", "application/x-protobuf"]);
  // A member of a message with its length before it: the name of the execution's span, and that of the service.
  for (const text of ["\x06traced", "\x0cservice.name\x12\x06\x0a\x04pawl"]) {
    assert.ok(request?.body.includes(text, 0, "latin1"), JSON.stringify(text));
  }
});

test("a collector that refuses costs a line in the log, in which no header is", async (t) => {
  const collector = await startFakeCollector(t);
  collector.status = 400;
  process.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=s3cret";
  t.after(() => delete process.env["OTEL_EXPORTER_OTLP_HEADERS"]);
  const { server, logged } = await started(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await runTraced(server, { enabled: true });
  await server.close();
  assert.deepEqual(logged, [
    `Spans for ${collector.url}/v1/traces cannot all be delivered: HTTP status 400 Bad Request. Refused: 4.`,
  ]);
});

test("a machine that does not ask for it sends nothing, nor does a server without a collector", async (t) => {
  const collector = await startFakeCollector(t);
  for (const [environment, enabled] of [
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, false],
    [{}, true],
  ] as const) {
    const { server, logged } = await started(t, environment);
    await runTraced(server, { enabled });
    await server.close();
    assert.deepEqual(logged, []);
  }
  assert.deepEqual(collector.requests, []);
});
