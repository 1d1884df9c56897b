// Secrets in addresses: whatever setting one is given for, rightly or wrongly, nothing that Pawl says repeats them.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { apiClient } from "../cli/session/api-client.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually } from "../testing/server-process.ts";
import { ConfigurationError, parseConfiguration, resolveConfiguration } from "./configuration/configuration.ts";
import { shownDatabase } from "./configuration/cluster-settings.ts";
import { settings } from "./configuration/settings.ts";
import type { Field, Fields } from "./configuration/walk.ts";
import { startServer } from "./start-server.ts";

/** Never a name of anything else. */
const canary = "CANARYSECRET";
const addresses = [
  `http://user:${canary}@host:99999/x`,
  `http://user:${canary}@host/x`,
  `https://${canary}@host/`,
  `ftp://user:${canary}@host/x`,
  `redis://:${canary}@host:6379/0`,
  `postgres://user:${canary}@host/db`,
  ` https://user:${canary}@host`,
  `http://[${canary}/x?key=${canary}`,
  `https://user:${canary}@host/module.js`,
];

/** The paths of all settings, such as `auth.keys[].accessKeyId`. */
function pathsOf(fields: Fields, within = ""): readonly string[] {
  return Object.entries(fields).flatMap(([name, { kind }]: readonly [string, Field]) => {
    const path = `${within}${name}`;
    const nested = kind.nested === undefined ? [] : pathsOf(kind.nested.fields, `${path}${kind.nested.path}.`);
    return [path, ...nested];
  });
}

/** A configuration with one value, at a path. */
function withValue(path: string, value: unknown): unknown {
  return path.split(".").reduceRight((within: unknown, part) => {
    const [, name = "", list] = /^([^[]+)(\[\])?$/.exec(part) ?? [];
    const inside = list === undefined ? within : [within];
    const to = /^(?:endpoint|eventBusName|source)$/.exec(name) && { to: "cloudWatchLogs" };
    return { ...to, [name === "<action>" ? "StartExecution" : name]: inside };
  }, value);
}

function messageOf(configure: () => unknown): string {
  try {
    configure();
    return "";
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message;
  }
}

test("no message about a setting repeats the secret of an address that was given for it", () => {
  const paths = pathsOf(settings);
  assert.ok(paths.includes("tracing.endpoint") && paths.includes("auth.keys[].accessKeyId"));
  let refusals = 0;
  for (const address of addresses) {
    const values = paths.flatMap((path) => [withValue(path, address), withValue(path, [address])]);
    const members = ["url", "module", "command", "cwd", "timeoutSeconds", "memoryMb", "export", "headers", "env"];
    const functions = members.flatMap((member) => [
      { f: { [member]: address } },
      { f: { command: "a", [member]: address } },
      { f: { command: "a", [member]: { [address]: address } } },
      { f: { url: "http://h/", [member]: { [address]: address } } },
    ]);
    const given = [
      ...values,
      { [address]: 1 },
      { auth: { [address]: 1 } },
      { functions: address },
      ...[{ f: address }, { [address]: "./a.js" }, ...functions].map((each) => ({ functions: each })),
    ];
    for (const value of given) {
      const message = messageOf(() => parseConfiguration(value, "/"));
      if (message !== "") refusals++;
      assert.ok(!message.includes(canary), message);
    }
  }
  assert.ok(refusals > 500, String(refusals));
});

test("no message about a variable or flag repeats the secret of an address that was given for it", () => {
  for (const address of addresses) {
    for (const words of [address, `file:${address}`]) {
      for (const [name, field] of Object.entries<Field>({ ...settings, ...settings.tracing.kind.fields })) {
        const sources = [{ [name]: words }, {}];
        const variables = Object.fromEntries((field.variables ?? []).map((variable) => [variable, words]));
        for (const flags of sources) {
          const environment = flags === sources[0] ? {} : variables;
          const message = messageOf(() => resolveConfiguration({ flags, environment, file: {}, directory: "/" }));
          assert.ok(!message.includes(canary), message);
        }
      }
    }
  }
});

test("the address of a database is shown without its password and its options", () => {
  const db = `postgres://user:${canary}@host:5433/db?password=${canary}`;
  assert.equal(parseConfiguration({ db }, "/").db, db);
  assert.equal(shownDatabase(db), "postgres://user@host:5433/db");
  assert.equal(shownDatabase("/data/pawl.db"), "/data/pawl.db");
});

test("a server whose addresses all hold secrets shows none of them, in its log, its answers or its history", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-secrets-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const key = `${canary}-0123456789`;
  const refusing = (name: string): string => `http://127.0.0.1:1/${name}/${key}?token=${key}`;
  const functions = parseConfiguration(
    { functions: { f: `http://user:${key}@127.0.0.1:1/hook/${key}?token=${key}` } },
    directory,
  ).functions;
  // The exporter would try again for seconds.
  process.env["OTEL_EXPORTER_OTLP_TIMEOUT"] = "100";
  const said: string[] = [];
  const server = await startServer({
    ...testServerOptions,
    functions: functions ?? new Map(),
    environment: { AWS_ENDPOINT_URL_LAMBDA: refusing("lambda") },
    logging: { to: "cloudWatchLogs", endpoint: refusing("logs") },
    events: { to: "http", endpoint: refusing("events") },
    tracing: { url: refusing("traces"), protocol: "http/json", machines: "all" },
    log: (message, error) => said.push(`${message} ${String(error)} ${error instanceof Error ? error.stack : ""}`),
    notice: (message) => said.push(message),
  });
  t.after(() => server.close());
  const call = apiClient(server);
  const logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/orders:*";
  for (const name of ["f", "through-the-api"]) {
    const resource = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    const definition = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"${resource}","End":true}}}`;
    const { stateMachineArn = "" } = await call("CreateStateMachine", {
      name,
      definition,
      roleArn: "arn:aws:iam::123456789012:role/any",
      loggingConfiguration: { level: "ALL", destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] },
    });
    const { executionArn = "" } = await call("StartExecution", { stateMachineArn });
    const ended = await eventually("the execution ends", async () => {
      const described = await call("DescribeExecution", { executionArn });
      return described["status"] === "RUNNING" ? undefined : described;
    });
    assert.equal(ended["status"], "FAILED");
    said.push(JSON.stringify([ended, await call("GetExecutionHistory", { executionArn })]));
  }
  await server.close();
  const all = said.join("\n");
  for (const told of [
    "/hook/…",
    "CloudWatch Logs at http://127.0.0.1:1/logs/…",
    "events for http://127.0.0.1:1 ",
    "traces/…",
  ])
    assert.ok(all.includes(told), `${told} is not in ${all}`);
  assert.ok(!all.includes(canary), all);
});
