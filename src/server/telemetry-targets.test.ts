// Logs and status changes of a real server, through AWS's own client: what leaves, where to, and what is refused.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type LoggingConfiguration,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { type FakeReceiver, startFakeReceiver } from "../testing/fake-receiver.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { ConfigurationError, parseConfiguration, resolveConfiguration } from "./configuration/configuration.ts";
import type { TelemetryConfiguration } from "./configuration/telemetry-settings.ts";
import { isOwnAddress } from "./telemetry-targets.ts";
import { type PawlServer, type ServerOptions, startServer } from "./start-server.ts";

const definition = '{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"F"},"F":{"Type":"Fail","Error":"E"}}}';
const roleArn = "arn:aws:iam::123456789012:role/any";
const logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/orders:*";
const logging: LoggingConfiguration = {
  level: "ERROR",
  includeExecutionData: false,
  destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
};
const machine = { name: "orders", definition, roleArn, loggingConfiguration: logging };

interface Started {
  readonly server: PawlServer;
  readonly client: SFNClient;
  readonly logged: string[];
}

async function start(t: TestContext, options: Partial<ServerOptions>): Promise<Started> {
  const logged: string[] = [];
  const server = await startServer({
    ...testServerOptions,
    log: (message) => logged.push(message),
    ...options,
  });
  const client = new SFNClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    disableHostPrefix: true,
  });
  t.after(() => client.destroy());
  return { server, client, logged };
}

/** One execution that has ended and left, the server with it. */
async function runOne({ server, client }: Started): Promise<string> {
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand(machine));
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, name: "one" }));
  const describe = new DescribeExecutionCommand({ executionArn });
  while ((await client.send(describe)).status === "RUNNING");
  await server.close();
  return executionArn;
}

function knowGroup(receiver: FakeReceiver): void {
  receiver.answer = ({ action }) =>
    action === "DescribeLogGroups" ? { body: { logGroups: [{ logGroupName: "/orders" }] } } : {};
}

interface Line {
  readonly id: string;
  readonly type: string;
  readonly execution_arn: string;
}

const messagesOf = ({ received }: FakeReceiver): readonly Line[] =>
  received
    .filter(({ action }) => action === "PutLogEvents")
    .flatMap(({ body }) => body["logEvents"] as readonly { readonly message: string }[])
    .map(({ message }) => JSON.parse(message) as Line);

test("what a machine logs is in CloudWatch Logs when the server has stopped", async (t) => {
  const receiver = await startFakeReceiver(t);
  knowGroup(receiver);
  const started = await start(t, { environment: { AWS_ENDPOINT_URL_LOGS: receiver.url } });
  const executionArn = await runOne(started);
  assert.deepEqual(
    messagesOf(receiver).map(({ id, type, execution_arn: arn }) => [id, type, arn]),
    [
      ["4", "FailStateEntered", executionArn],
      ["5", "ExecutionFailed", executionArn],
    ],
  );
  assert.deepEqual(started.logged, []);
});

test("Express executions log, too, those that somebody waits for among them", async (t) => {
  const receiver = await startFakeReceiver(t);
  knowGroup(receiver);
  const { server, client } = await start(t, { environment: { AWS_ENDPOINT_URL: receiver.url } });
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({ ...machine, type: "EXPRESS", loggingConfiguration: { ...logging, level: "ALL" } }),
  );
  await client.send(new StartSyncExecutionCommand({ stateMachineArn, name: "one" }));
  await server.close();
  const lines = messagesOf(receiver);
  assert.deepEqual(
    lines.map(({ type }) => type),
    ["ExecutionStarted", "PassStateEntered", "PassStateExited", "FailStateEntered", "ExecutionFailed"],
  );
  assert.match(lines[0]?.execution_arn ?? "", /:express:orders:one:/);
});

test("a log group that is not there is refused as AWS does, at creation and at an update", async (t) => {
  const receiver = await startFakeReceiver(t);
  receiver.answer = () => ({ body: { logGroups: [] } });
  const { server, client } = await start(t, { environment: { AWS_ENDPOINT_URL_LOGS: receiver.url } });
  const refusal = {
    name: "InvalidLoggingConfiguration",
    message: "Invalid Logging Configuration: Log Destination not found.",
  };
  await assert.rejects(client.send(new CreateStateMachineCommand(machine)), refusal);
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({ ...machine, loggingConfiguration: { level: "OFF" } }),
  );
  const update = new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration: logging });
  await assert.rejects(client.send(update), refusal);
  await server.close();
});

test("an endpoint that nobody listens at prevents nothing, and stopping does not wait for it for long", async (t) => {
  const started = await start(t, { environment: { AWS_ENDPOINT_URL_LOGS: "http://127.0.0.1:1" } });
  await runOne(started);
  assert.match(started.logged[0] ?? "", /^Whether the log group \/orders is there could not be found out: /);
  assert.match(started.logged.at(-1) ?? "", /^Execution logs for .* cannot all be delivered: .*Dropped.*: 2\.$/);
});

test("without a place for logs a machine that logs gets one warning, and nothing leaves", async (t) => {
  const started = await start(t, {});
  await runOne(started);
  assert.equal(started.logged.length, 1);
  assert.match(
    started.logged[0] ?? "",
    /^arn:aws:states:.*:orders is to log its executions, but nothing takes the logs/,
  );
  const silent = await start(t, { logging: { to: "nowhere" } });
  await runOne(silent);
  assert.deepEqual(silent.logged, []);
});

test("AWS_ENDPOINT_URL of the server itself is no place for logs", async (t) => {
  const free = await start(t, {});
  await free.server.close();
  const own = new URL(free.server.url);
  const started = await start(t, { port: Number(own.port), environment: { AWS_ENDPOINT_URL: own.origin } });
  await runOne(started);
  assert.match(started.logged[0] ?? "", /nothing takes the logs/);
});

test("a file gets the lines; one that cannot be written is said at the start", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-telemetryTargets-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "logs", "executions.jsonl");
  await runOne(await start(t, { logging: { to: "file", file } }));
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as Line).type),
    ["FailStateEntered", "ExecutionFailed"],
  );
  await assert.rejects(start(t, { logging: { to: "file", file: directory } }), {
    name: "StartError",
    message: /^The file for execution logs \S+ cannot be written: it is a folder\.$/,
  });
});

test("a variable that holds no address is said at the start, without what it holds", async (t) => {
  const rows = [
    ["AWS_ENDPOINT_URL", /^AWS_ENDPOINT_URL_LOGS \(or AWS_ENDPOINT_URL\) is no address(?!.*hidden)/],
    ["AWS_ENDPOINT_URL_LAMBDA", /^AWS_ENDPOINT_URL_LAMBDA .* is no address(?!.*hidden)/],
  ] as const;
  for (const [name, message] of rows) {
    const environment = { [name]: "http://me:hidden@127.0.0.1" };
    await assert.rejects(start(t, { environment }), { name: "StartError", message });
  }
});

test("status changes reach an HTTP endpoint in order, and EventBridge where it is asked for", async (t) => {
  const receiver = await startFakeReceiver(t);
  await runOne(await start(t, { events: { to: "http", endpoint: receiver.url } }));
  const statuses = receiver.received.map(({ body }) => (body["detail"] as { readonly status: string }).status);
  assert.deepEqual(statuses, ["RUNNING", "FAILED"]);
  receiver.received.length = 0;
  const environment = { AWS_ENDPOINT_URL_EVENTS: receiver.url };
  await runOne(await start(t, { environment }));
  assert.deepEqual(receiver.received, []);
  await runOne(await start(t, { environment, events: { to: "eventBridge" } }));
  assert.deepEqual(
    receiver.received.map(({ action, body }) => [action, (body["Entries"] as readonly unknown[]).length]),
    [["PutEvents", 2]],
  );
});

const resolved = (file: object, environment: Readonly<Record<string, string>> = {}): TelemetryConfiguration => {
  const sources = { flags: {}, environment, file: parseConfiguration(file, "/config"), directory: "/srv" };
  const { logging: logs, events } = resolveConfiguration(sources);
  return { logging: logs, events };
};

test("the configuration file says where they go, and the environment in its place", () => {
  const endpoint = "http://127.0.0.1:4566";
  const fromFile = { logging: { to: "file", file: "a.jsonl" }, events: { endpoint } };
  const rows: readonly (readonly [file: object, environment: Readonly<Record<string, string>>, expected: object])[] = [
    [{}, {}, { logging: undefined, events: undefined }],
    [fromFile, {}, { logging: { to: "file", file: "/config/a.jsonl" }, events: { to: "http", endpoint } }],
    [
      fromFile,
      { PAWL_LOGGING: "file:b.jsonl", PAWL_EVENTS: "https://example.com/hook" },
      { logging: { to: "file", file: "/srv/b.jsonl" }, events: { to: "http", endpoint: "https://example.com/hook" } },
    ],
    [
      { logging: { to: "cloudWatchLogs", endpoint }, events: { to: "eventBridge", eventBusName: "b", source: "s" } },
      { PAWL_LOGGING: "" },
      {
        logging: { to: "cloudWatchLogs", endpoint },
        events: { to: "eventBridge", eventBusName: "b", source: "s" },
      },
    ],
    [
      {},
      { PAWL_LOGGING: "stdout", PAWL_EVENTS: "eventBridge" },
      {
        logging: { to: "stdout" },
        events: { to: "eventBridge" },
      },
    ],
  ];
  for (const [file, environment, expected] of rows) assert.deepEqual(resolved(file, environment), expected);
});

test("what cannot be used is refused by name, and an address is not repeated", () => {
  const rows: readonly (readonly [file: object, environment: Readonly<Record<string, string>>, problem: RegExp])[] = [
    [{ logging: "stdout" }, {}, /^logging is a text\. Make it an object, such as \{ "to": "stdout" \}\.$/],
    [{ logging: { to: "stderr" } }, {}, /^logging\.to is "stderr"\. Give "cloudWatchLogs", "file", "stdout" or/],
    [{ logging: {} }, {}, /^logging\.to is absent/],
    [{ logging: { to: "file" } }, {}, /^logging\.file is absent\. Give the name/],
    [{ logging: { to: "file", file: "" } }, {}, /^logging\.file is empty\. Give the name of a file\.$/],
    [{ logging: { to: "stdout", file: "a" } }, {}, /^logging\.file is unknown/],
    [
      { logging: { to: "cloudWatchLogs", endpont: "a" } },
      {},
      /^logging\.endpont is unknown\. Did you mean logging\.endpoint/,
    ],
    [{ logging: { to: "cloudWatchLogs", endpoint: "ftp://a" } }, {}, /^logging\.endpoint is no address/],
    [{ events: [] }, {}, /^events is a list/],
    [{ events: {} }, {}, /^events\.endpoint is absent\. Give one that starts with http/],
    [{ events: { to: "sns" } }, {}, /^events\.to is "sns"\. Give "http" or "eventBridge"/],
    [{ events: { endpoint: "http://u:hidden@a" } }, {}, /^events\.endpoint is no address(?!.*hidden)/],
    [{}, { PAWL_LOGGING: "a.jsonl" }, /^PAWL_LOGGING is "a\.jsonl"\. Give .* file:executions\.jsonl\.$/],
    [{}, { PAWL_LOGGING: "file:" }, /^PAWL_LOGGING is "file:"/],
    [{}, { PAWL_EVENTS: "nowhere" }, /^PAWL_EVENTS is neither eventBridge nor an address(?!.*nowhere)/],
  ];
  for (const [file, environment, message] of rows) {
    assert.throws(
      () => resolved(file, environment),
      (error) => error instanceof ConfigurationError && message.test(error.message),
      String(message),
    );
  }
});

test(
  "a pipe that nobody reads takes no logs, and is not waited for",
  { skip: process.platform === "win32" },
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-pipe-"));
    t.after(() => rmSync(directory, { recursive: true }));
    const make = `mkfifo '${join(directory, "logs")}'`;
    execFileSync("bash", ["-c", make]);
    await assert.rejects(start(t, { logging: { to: "file", file: join(directory, "logs") } }), {
      message: /logs cannot be written: it is a pipe that nobody reads\.$/,
    });
  },
);

test("an address is the server's own by its host and port, named or usual", () => {
  const rows: readonly (readonly [address: string, port: number, isOwn: boolean])[] = [
    ["http://127.0.0.1:8083/", 8083, true],
    ["http://localhost:8083", 8083, true],
    ["http://[::1]:8083", 8083, true],
    ["http://0.0.0.0:8083", 8083, true],
    ["http://127.0.0.1:4566", 8083, false],
    ["http://10.0.0.1:8083", 8083, false],
    ["http://localhost", 80, true],
    ["https://localhost", 80, false],
    ["https://localhost", 443, true],
  ];
  for (const [address, port, isOwn] of rows) assert.equal(isOwnAddress(address, port), isOwn, address);
});
