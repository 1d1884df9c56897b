// A server for one test: in this process, on any free port, with nothing configured, and with no word that is not looked for.
import assert from "node:assert/strict";
import type { ServerOptions } from "../server/start-server.ts";

export const testServerOptions: ServerOptions = {
  host: "127.0.0.1",
  port: 0,
  db: "memory",
  arns: { partition: "aws", region: "us-east-1", account: "123456789012" },
  functions: new Map(),
  environment: {},
  log: (message, error) => assert.fail(`${message} ${String(error)}`),
};
