// `pawl serve` as a process that is asked to end, while what it tells goes where nobody answers.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { PawlProcess } from "../../testing/pawl-process.ts";
import { apiClient } from "../session/api-client.ts";

/** A server whose logs, events and spans are on their way to who never answers. */
async function serveToSilence(t: TestContext): Promise<PawlProcess> {
  const asked = new Set<string>();
  const waiting = Promise.withResolvers<void>();
  const silent = createServer(({ url = "", headers }, response) => {
    const isLookUp = headers["x-amz-target"] === "Logs_20140328.DescribeLogGroups";
    if (isLookUp) return void response.end('{"logGroups":[{"logGroupName":"/orders"}]}');
    asked.add(url);
    if (asked.size === 3) waiting.resolve();
  }).listen(0, "127.0.0.1");
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  await new Promise((resolve) => silent.once("listening", resolve));
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const directory = mkdtempSync(join(tmpdir(), "pawl-serve-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const environment = {
    AWS_ENDPOINT_URL_LOGS: `${endpoint}/logs`,
    PAWL_EVENTS: `${endpoint}/events`,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/traces`,
    OTEL_EXPORTER_OTLP_TIMEOUT: "600000",
  };
  const pawl = new PawlProcess(["serve", "--port", "0", "--db", "memory"], { directory, environment });
  t.after(() => pawl.interrupt());
  const [, url = ""] = await pawl.until(/"message":"Pawl is listening\.","url":"([^"]+)"/);
  const call = apiClient({ url });
  const logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/orders:*";
  const { stateMachineArn } = (await call("CreateStateMachine", {
    name: "orders",
    roleArn: "arn:aws:iam::123456789012:role/any",
    definition: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
    loggingConfiguration: { level: "ALL", destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] },
    tracingConfiguration: { enabled: true },
  })) as { readonly stateMachineArn: string };
  await call("StartExecution", { stateMachineArn });
  await waiting.promise;
  return pawl;
}

test("serve ends, although logs, events and spans are on their way to who never answers", async (t) => {
  const pawl = await serveToSilence(t);
  const { exitCode, stderr } = await pawl.interrupt();
  assert.equal(exitCode, 0);
  assert.match(stderr, /Spans for [^]*Pawl has stopped/);
});

test("a server that is asked to end a second time does so at once, and one that hears the same wish twice does not", async (t) => {
  const pawl = await serveToSilence(t);
  pawl.signal("SIGTERM");
  pawl.signal("SIGTERM");
  await pawl.until(/Pawl is stopping/);
  const isOver = pawl.finished.then(() => true);
  while (!(await Promise.race([isOver, pass(50, false)]))) pawl.signal("SIGTERM");
  const { exitCode, stderr } = await pawl.finished;
  assert.equal(exitCode, 143);
  assert.doesNotMatch(stderr, /Pawl has stopped/, "it did not wait for the end of what it was doing");
});
