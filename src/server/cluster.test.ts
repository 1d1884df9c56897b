// Servers that are nodes of one PostgreSQL database, in this process.
import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { apiClient, type CallApi } from "../cli/session/api-client.ts";
import { noPooler, poolerProgram, startPooler } from "../testing/postgres/pooler.ts";
import { databaseProxy } from "../testing/postgres/proxy.ts";
import { noPostgres, testDatabases } from "../testing/postgres/test-databases.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually } from "../testing/server-process.ts";
import { StartError } from "./listen.ts";
import { type PawlServer, type ServerOptions, startServer } from "./start-server.ts";

const databases = testDatabases();
const skip = databases === undefined && noPostgres;
const roleArn = "arn:aws:iam::123456789012:role/any";
const arnOf = (kind: string, name: string): string => `arn:aws:states:us-east-1:123456789012:${kind}:${name}`;

/** Those of the test that runs, which end before their database. */
const running: PawlServer[] = [];

async function database(t: TestContext): Promise<string> {
  const made = await databases?.create();
  if (made === undefined) throw new Error("There is no PostgreSQL.");
  t.after(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
    await made.drop();
  });
  return made.url;
}

async function node(db: string, options: Partial<ServerOptions> = {}): Promise<PawlServer> {
  const cluster = { partitions: 8, leaseMs: 2_000 };
  const server = await startServer({ ...testServerOptions, log: () => undefined, db, cluster, ...options });
  running.push(server);
  return server;
}

/** Two that have divided the partitions between them. */
async function twoNodes(t: TestContext): Promise<readonly [PawlServer, PawlServer]> {
  const db = await database(t);
  const first = await node(db);
  await first.recovered;
  const second = await node(db);
  await second.recovered;
  return [first, second];
}

const pass = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });
const wait = JSON.stringify({ StartAt: "W", States: { W: { Type: "Wait", Seconds: 3_600, End: true } } });

test("either node starts, describes, lists and stops the executions of both", { skip }, async (t) => {
  const [one, other] = (await twoNodes(t)).map((server) => apiClient(server)) as [CallApi, CallApi];
  const { stateMachineArn = "" } = await one("CreateStateMachine", { name: "w", roleArn, definition: wait });
  const names = Array.from({ length: 16 }, (_, i) => `e${i}`);
  await Promise.all(names.map((name, i) => (i % 2 === 0 ? one : other)("StartExecution", { stateMachineArn, name })));
  const listed = await other("ListExecutions", { stateMachineArn, statusFilter: "RUNNING" });
  assert.equal((listed["executions"] as readonly unknown[]).length, 16);
  for (const [i, name] of names.entries()) {
    const executionArn = arnOf("execution:w", name);
    await (i % 2 === 0 ? other : one)("StopExecution", { executionArn });
    assert.equal((await one("DescribeExecution", { executionArn }))["status"], "ABORTED");
  }
});

const program = poolerProgram();

test(
  "nodes behind PgBouncer begin, signal and take over",
  { skip: skip || (program === undefined && noPooler) },
  async (t) => {
    const db = await database(t);
    const pooler = await startPooler(program ?? "", db);
    t.after(() => pooler.stop());
    const cluster = { partitions: 8, leaseMs: 2_000, pooler: "transaction" } as const;
    const [first, second] = [await node(pooler.urlOf(db), { cluster }), await node(pooler.urlOf(db), { cluster })];
    await Promise.all([first.recovered, second.recovered]);
    const [one, other] = [apiClient(first), apiClient(second)];
    const { stateMachineArn: child = "" } = await one("CreateStateMachine", { name: "c", roleArn, definition: pass });
    const Resource = "arn:aws:states:::states:startExecution.sync:2";
    const calling = { Type: "Task", Resource, Parameters: { StateMachineArn: child }, End: true };
    const definition = JSON.stringify({ StartAt: "T", States: { T: calling } });
    const { stateMachineArn = "" } = await other("CreateStateMachine", { name: "p", roleArn, definition });
    const names = Array.from({ length: 8 }, (_, i) => `e${i}`);
    await Promise.all(names.map((name, i) => (i % 2 === 0 ? one : other)("StartExecution", { stateMachineArn, name })));
    await first.close();
    for (const name of names) {
      await eventually(`${name} ends`, async () => {
        const { status } = await other("DescribeExecution", { executionArn: arnOf("execution:p", name) });
        return status === "SUCCEEDED" ? true : undefined;
      });
    }
  },
);

test("an activity that was created at one node is known at the other when the answer is there", { skip }, async (t) => {
  const [one, other] = (await twoNodes(t)).map((server) => apiClient(server)) as [CallApi, CallApi];
  const Resource = arnOf("activity", "a");
  const definition = JSON.stringify({ StartAt: "T", States: { T: { Type: "Task", Resource, End: true } } });
  const { stateMachineArn = "" } = await one("CreateStateMachine", { name: "m", roleArn, definition });
  await one("CreateActivity", { name: "a" });
  const started = await Promise.all(Array.from({ length: 16 }, () => other("StartExecution", { stateMachineArn })));
  for (const { executionArn = "" } of started)
    assert.equal((await one("DescribeExecution", { executionArn }))["status"], "RUNNING");
  const { taskToken = "" } = await one("GetActivityTask", { activityArn: Resource });
  await other("SendTaskSuccess", { taskToken, output: "{}" });
});

test("calls of nodes are for nodes: without the key of the database nobody makes one", { skip }, async (t) => {
  const [{ url }] = await twoNodes(t);
  const asked = await fetch(`${url}/cluster/1/stopExecution`, { method: "POST", body: "{}" }).catch(() => undefined);
  assert.ok(asked === undefined || asked.status === 403);
});

test("a server that is no node knows no calls of nodes", async (t) => {
  const server = await startServer(testServerOptions);
  t.after(() => server.close());
  assert.equal((await fetch(`${server.url}/cluster/1/stopExecution`, { method: "POST", body: "{}" })).status, 404);
});

test("a server whose database is away answers for itself until it is there", { skip }, async (t) => {
  const way = await databaseProxy(await database(t));
  t.after(() => way.end());
  way.close();
  const port = await freePort();
  const logged: string[] = [];
  const starting = node(way.url, { port, log: (message) => logged.push(message) });
  const url = `http://127.0.0.1:${port}`;
  const healthy = await eventually("it answers", () => fetch(`${url}/health`).catch(() => undefined));
  assert.equal(healthy.status, 200);
  assert.match(await healthy.text(), /"ready":false,"reason":"The server's database is away/);
  assert.equal((await fetch(`${url}/ready`)).status, 503);
  const refused = await fetch(url, { method: "POST", body: "{}" });
  assert.equal(refused.status, 503);
  assert.match(await refused.text(), /ServiceUnavailable/);
  assert.match(logged.join("\n"), /PostgreSQL at .* It is tried again every second\./);
  way.open();
  const server = await starting;
  await server.recovered;
  await eventually("it is ready", async () => ((await fetch(`${url}/ready`)).status === 200 ? true : undefined));
});

test("a server that is asked to end while its database is away ends", { skip }, async (t) => {
  const way = await databaseProxy(await database(t));
  t.after(() => way.end());
  way.close();
  const stopped = Promise.withResolvers<void>();
  const starting = node(way.url, { stopped: stopped.promise, log: () => stopped.resolve() });
  await assert.rejects(starting, (error) => error instanceof StartError && /was asked to end/.test(error.message));
});

test(
  "a database that goes away later is said so, by name, and is gone on with when it is back",
  { skip },
  async (t) => {
    const way = await databaseProxy(await database(t));
    t.after(() => way.end());
    const server = await node(way.url);
    await server.recovered;
    const call = apiClient(server);
    const { stateMachineArn = "" } = await call("CreateStateMachine", { name: "m", roleArn, definition: pass });
    way.close();
    await assert.rejects(
      call("StartExecution", { stateMachineArn }),
      /database cannot be reached|nobody can say whether it was/,
    );
    const ready = (): Promise<number> => fetch(`${server.url}/ready`).then(({ status }) => status);
    await eventually("it is not ready", async () => ((await ready()) === 503 ? true : undefined));
    assert.match(await (await fetch(`${server.url}/health`)).text(), /"status":"ok","ready":false/);
    way.open();
    await eventually("it is ready", async () => ((await ready()) === 200 ? true : undefined));
    const { executionArn = "" } = await eventually("it starts", () =>
      call("StartExecution", { stateMachineArn }).catch(() => undefined),
    );
    await eventually("it ends", async () =>
      (await call("DescribeExecution", { executionArn }))["status"] === "SUCCEEDED" ? true : undefined,
    );
  },
);

test("a server that no database takes says what to do, and not the password", { skip }, async (t) => {
  const url = new URL(await database(t));
  url.password = "CANARYSECRET";
  url.pathname = "/nothing_there";
  await assert.rejects(node(url.href), (error: Error) => {
    assert.match(error.message, /no such database: make it with CREATE DATABASE/);
    assert.ok(!error.message.includes("CANARY"));
    return error instanceof StartError;
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  // Nobody listens there any more.
  await new Promise((resolve) => connect(port, "127.0.0.1").once("error", resolve));
  return port;
}
