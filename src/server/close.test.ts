// A server that is closed while requests are under way leaves nothing lost and nobody who still reads.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { apiClient } from "../cli/session/api-client.ts";
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
