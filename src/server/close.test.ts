// A server that is closed while requests are under way leaves nothing lost and nobody who still reads.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { apiClient } from "../cli/session/api-client.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { type ServerOptions, startServer } from "./start-server.ts";

const roleArn = "arn:aws:iam::123456789012:role/any";
const definition = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}';
const logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/orders:*";

test("the store closes behind requests that are under way: one that looks for a log group, and one that waits for an end", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-close-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const asked = Promise.withResolvers<void>();
  const silent = createServer(() => asked.resolve()).listen(0, "127.0.0.1");
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  await new Promise((resolve) => silent.once("listening", resolve));
  const logged: string[] = [];
  const options: ServerOptions = {
    ...testServerOptions,
    db: join(directory, "pawl.db"),
    environment: { AWS_ENDPOINT_URL_LOGS: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` },
    log: (message) => logged.push(message),
  };
  const server = await startServer(options);
  const call = apiClient(server);
  const express = { name: "express", type: "EXPRESS", roleArn, definition };
  const { stateMachineArn = "" } = await call("CreateStateMachine", express);
  const waiting = call("StartSyncExecution", { stateMachineArn });
  const loggingConfiguration = { level: "ALL", destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
  const creating = call("CreateStateMachine", { name: "logs", roleArn, definition, loggingConfiguration });
  const answers = Promise.allSettled([waiting, creating]);
  await asked.promise;

  await server.close();
  assert.deepEqual(logged, ["Whether the log group /orders is there could not be found out: the server is stopping"]);
  await answers;
  assert.equal(logged.length, 1, "nothing goes on behind the close");
  const again = await startServer(options);
  const { stateMachines } = await apiClient(again)("ListStateMachines", {});
  assert.equal((stateMachines as readonly unknown[]).length, 2, "what was being performed is in the store");
  await again.close();
});

interface Answer {
  readonly status: number | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A client that keeps its connections; `undefined` stands for a connection that was cut. */
function keepingClient(url: string): (action: string, input: object) => Promise<Answer | undefined> {
  const agent = new Agent({ keepAlive: true });
  return (action, input) =>
    new Promise((resolve) => {
      const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` };
      const sent = request(url, { method: "POST", agent, headers }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) as Answer["body"] }));
        response.on("error", () => resolve(undefined));
      });
      sent.on("error", () => resolve(undefined));
      sent.end(JSON.stringify(input));
    });
}

test("a server that stops waits for nothing but what it does: no time passes, callers hear why, and no timer is left", async () => {
  const clock = new SimulatedClock();
  const server = await startServer({ ...testServerOptions, clock, limits: { maxActivityWorkers: 1 } });
  const call = apiClient(server);
  const { stateMachineArn = "" } = await call("CreateStateMachine", { name: "w", roleArn, definition });
  const express = { name: "express", type: "EXPRESS", roleArn, definition };
  const { stateMachineArn: expressArn = "" } = await call("CreateStateMachine", express);
  await call("StartExecution", { stateMachineArn });
  await call("StartExecution", { stateMachineArn: expressArn });
  const { activityArn = "" } = await call("CreateActivity", { name: "a" });
  const client = keepingClient(server.url);
  const polls = [1, 2].map(() => client("GetActivityTask", { activityArn }));
  const refused = await Promise.race(polls);
  assert.equal(refused?.body["__type"], "ActivityWorkerLimitExceeded", "one worker may wait, and the other one does");
  // Each sends its next request when it has an answer, so that some come while the server stops.
  const answers: Answer[] = [];
  const begun = Promise.withResolvers<void>();
  const clients = Array.from({ length: 20 }, async (_, index) => {
    const [action, input] =
      index % 2 === 0
        ? ["StartSyncExecution", { stateMachineArn: expressArn }]
        : ["StartExecution", { stateMachineArn }];
    for (;;) {
      const answer = await client(String(action), input as object);
      if (answer === undefined) return;
      answers.push(answer);
      if (answers.length > 100) begun.resolve();
    }
  });
  await begun.promise;

  await server.close();
  assert.equal(clock.nextAt, undefined, "no timer is left");
  await Promise.all(clients);
  const told = answers.filter(({ status }) => status !== 200);
  for (const { status, body } of told) {
    assert.deepEqual([status, body["__type"]], [503, "ServiceUnavailable"]);
    assert.match(String(body["message"]), /^The server is stopping/);
  }
  assert.ok(told.length > 0, "synchronous executions were waited for");
  const polled = (await Promise.all(polls)).map((answer) => answer?.status);
  assert.deepEqual(polled.sort(), [200, 400], "a worker that waits hears that there is no task");
});

test("a task that a worker has got just before the server stops is offered to nobody after it", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-close-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const options: ServerOptions = { ...testServerOptions, db: join(directory, "pawl.db") };
  const server = await startServer(options);
  const call = apiClient(server);
  const { activityArn = "" } = await call("CreateActivity", { name: "a" });
  const work = JSON.stringify({
    StartAt: "A",
    States: { A: { Type: "Task", Resource: activityArn, TimeoutSeconds: 99, End: true } },
  });
  const { stateMachineArn = "" } = await call("CreateStateMachine", { name: "work", roleArn, definition: work });
  await call("StartExecution", { stateMachineArn });
  const taken = await keepingClient(server.url)("GetActivityTask", { activityArn });
  assert.ok(typeof taken?.body["taskToken"] === "string");
  await server.close();

  const again = await startServer(options);
  t.after(() => again.close());
  const leaving = new AbortController();
  const taking = again.runtime.takeActivityTask(String(activityArn), undefined, leaving.signal);
  await settled();
  leaving.abort();
  assert.equal(await taking, undefined);
  assert.deepEqual(await apiClient(again)("SendTaskSuccess", { taskToken: taken.body["taskToken"], output: "1" }), {});
});
