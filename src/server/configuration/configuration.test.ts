// The sources of a configuration, which of them wins, and the messages on one that cannot be used.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Configuration,
  ConfigurationError,
  type ConfigurationSources,
  parseConfiguration,
  resolveConfiguration,
} from "./configuration.ts";
import { settings } from "./settings.ts";

function resolved(sources: Partial<ConfigurationSources>): Configuration {
  return resolveConfiguration({
    flags: {},
    environment: {},
    file: {},
    directory: "/srv",
    ...sources,
  });
}

test("flags win over the environment, the environment over the file, the file over defaults", () => {
  const file = parseConfiguration(
    { port: 3, host: "127.0.0.3", db: "file.db", account: "333333333333", region: "eu-west-3", unknownOutcome: "fail" },
    "/config",
  );
  const environment = {
    PAWL_PORT: "2",
    PAWL_HOST: "127.0.0.2",
    PAWL_DB: "environment.db",
    PAWL_ACCOUNT: "222222222222",
    AWS_REGION: "eu-west-2",
  };
  const flags = { port: "1", host: "127.0.0.1", db: "flag.db" };
  const rows: readonly (readonly [sources: Partial<ConfigurationSources>, expected: unknown[]])[] = [
    [{}, [8083, "127.0.0.1", "/srv/.pawl/pawl.db", "123456789012", "us-east-1", "perform"]],
    [{ file }, [3, "127.0.0.3", "/config/file.db", "333333333333", "eu-west-3", "fail"]],
    [{ file, environment }, [2, "127.0.0.2", "/srv/environment.db", "222222222222", "eu-west-2", "fail"]],
    [{ file, environment, flags }, [1, "127.0.0.1", "/srv/flag.db", "222222222222", "eu-west-2", "fail"]],
    [
      { environment, flags: { port: "0" } },
      [0, "127.0.0.2", "/srv/environment.db", "222222222222", "eu-west-2", "perform"],
    ],
  ];
  for (const [sources, expected] of rows) {
    const { port, host, db, arns, unknownOutcome } = resolved(sources);
    assert.deepEqual([port, host, db, arns.account, arns.region, unknownOutcome], expected);
  }
});

test("the mock file is named from where the configuration file stands, and the environment wins", () => {
  const both = { file: parseConfiguration({ mocks: "m.json" }, "/config"), environment: { SFN_MOCK_CONFIG: "e.json" } };
  assert.equal(resolved(both).mocks, "/srv/e.json");
  const named = (mocks: unknown) => resolved({ file: parseConfiguration({ mocks }, "/config") }).mocks;
  assert.deepEqual(
    [named("mocks.json"), named("/m.json"), named(undefined)],
    ["/config/mocks.json", "/m.json", undefined],
  );
  assert.throws(() => named(1), /^ConfigurationError: mocks is a number\. Give the name of a file\.$/);
});

test("folders that stand for buckets are found from where the configuration file stands", () => {
  const named = (buckets: unknown) => resolved({ file: parseConfiguration({ buckets }, "/config") }).buckets;
  assert.deepEqual(Object.fromEntries(named({ orders: "./data/orders", "a.b-c": "/d" })), {
    orders: "/config/data/orders",
    "a.b-c": "/d",
  });
  assert.equal(resolved({}).buckets.size, 0);
  assert.throws(() => named(["a"]), /buckets is a list\. Make it an object, such as /);
  assert.throws(() => named({ orders: 1 }), /buckets\.orders is a number\. Give the name of a folder\./);
  assert.throws(() => named({ "../x": "y" }), /buckets has the bucket "\.\.\/x"\. Names of buckets have/);
});

test("memory is no path, an empty variable is none, and the partition follows the region", () => {
  assert.equal(resolved({ flags: { db: "memory" } }).db, "memory");
  assert.equal(resolved({ environment: { PAWL_DB: "memory" } }).db, "memory");
  assert.equal(resolved({ file: parseConfiguration({ db: "memory" }, "/config") }).db, "memory");
  assert.equal(resolved({ environment: { PAWL_PORT: "" } }).port, 8083);
  assert.equal(resolved({ environment: { AWS_DEFAULT_REGION: "eu-west-1" } }).arns.region, "eu-west-1");
  assert.equal(resolved({ environment: { AWS_REGION: "cn-north-1" } }).arns.partition, "aws-cn");
  assert.equal(resolved({ environment: { AWS_REGION: "us-gov-west-1" } }).arns.partition, "aws-us-gov");
});

test("the key file is found from where it was named, and the environment wins", () => {
  const file = parseConfiguration({ encryption: { keyFile: "file.key" } }, "/config");
  assert.equal(resolved({}).keyFile, undefined);
  assert.equal(resolved({ file }).keyFile, "/config/file.key");
  assert.equal(resolved({ file, environment: { PAWL_KEY_FILE: "" } }).keyFile, "/config/file.key");
  assert.equal(resolved({ file, environment: { PAWL_KEY_FILE: "own.key" } }).keyFile, "/srv/own.key");
});

test("flags and variables that cannot be used are refused by name", () => {
  const rows: readonly (readonly [sources: Partial<ConfigurationSources>, message: RegExp])[] = [
    [{ flags: { port: "65536" } }, /^--port is "65536"\. Give a port from 0/],
    [{ flags: { port: "-1" } }, /^--port is "-1"/],
    [{ flags: { host: "0.0.0.0" } }, /^--host is "0\.0\.0\.0", which other machines can reach/],
    [{ flags: { host: "::" } }, /^--host is "::".*\n {2}"auth": \{ "keys": \[\{ "accessKeyId"/],
    [{ flags: { host: "a'b" } }, /^--host is "a'b"\. Give an address/],
    [{ file: parseConfiguration({ host: "10.0.0.1" }, "/") }, /^host is "10\.0\.0\.1", which other machines can reach/],
    [{ flags: { db: "" } }, /^--db is empty/],
    [{ environment: { PAWL_PORT: "http" } }, /^PAWL_PORT is "http"/],
    [{ environment: { PAWL_HOST: "example.com" } }, /^PAWL_HOST is "example\.com"/],
    [{ environment: { PAWL_ACCOUNT: "12" } }, /^PAWL_ACCOUNT is "12"\. Give an account of 12 digits/],
    [{ environment: { AWS_REGION: "us-east-1'; rm" } }, /^AWS_REGION is .*Give a region such as us-east-1/],
  ];
  for (const [sources, message] of rows)
    assert.throws(() => resolved(sources), { name: "ConfigurationError", message });
});

test("a configuration file is checked strictly, and all its problems are said at once", () => {
  const rows: readonly (readonly [value: unknown, message: RegExp])[] = [
    [[], /^is a list\. Make it an object/],
    [undefined, /^is absent/],
    [{ prot: 1 }, /^prot is unknown\. Did you mean port\?$/],
    [{ somethingElse: 1 }, /^somethingElse is unknown\. Known are port, host, db/],
    [{ ["__proto__"]: 1, constructor: 1 }, /^__proto__ is unknown\..*\nconstructor is unknown/],
    [{ port: "80" }, /^port is a text\. Make it a number/],
    [{ port: 1.5 }, /^port is 1\.5/],
    [{ port: { a: 1 } }, /^port is an object/],
    [{ host: 7 }, /^host is 7\. Give an address or a name of this machine/],
    [{ db: "" }, /^db is empty/],
    [{ db: "a\0b" }, /^db is no path\. Give the name of a file, memory, or the address of a PostgreSQL database/],
    [{ unknownOutcome: "retry" }, /^unknownOutcome is "retry"\. Give "perform"/],
    [{ limits: [] }, /^limits is a list/],
    [{ limits: { historyEvent: 1 } }, /^limits\.historyEvent is unknown\. Did you mean limits\.historyEvents\?/],
    [{ limits: { historyEvents: 0 } }, /^limits\.historyEvents is 0\. Give a whole number from 1 to 1000000000/],
    [{ functions: { f: 7 } }, /^functions: "f": is a number/],
    [{ substitutions: "a=b" }, /^substitutions is a text\. Make it an object, such as \{ "TableName": "orders" \}\.$/],
    [
      { substitutions: { "${Table}": "orders", Items: ["s3cret"], order: { Table: null, Limit: 3 } } },
      /^substitutions\.\$\{Table\} is no placeholder\. Give the name that stands in \$\{…\}: .*\nsubstitutions\.Items is a list\. Make it a text, a number or a boolean\.\nsubstitutions\.order\.Table is empty\. Make it a text/,
    ],
    [{ encryption: "pawl.key" }, /^encryption is a text\. Make it an object, such as \{ "keyFile": "pawl\.key" \}\.$/],
    [
      { encryption: { key: "k" } },
      /^encryption\.key is unknown\. Known are keyFile\.\nencryption\.keyFile is absent\. Give the name of a file/,
    ],
    [
      { encryption: { keyFile: ["k"] } },
      /^encryption\.keyFile is a list\. Give the name of a file; make one: pawl key/,
    ],
    [{ port: -1, account: "1" }, /^port is -1.*\naccount is "1"/],
  ];
  for (const [value, message] of rows) {
    assert.throws(() => parseConfiguration(value, "/"), { name: "ConfigurationError", message });
  }
});

test("every setting refuses what is not of its kind by its own name", () => {
  for (const name of Object.keys(settings)) {
    const message = new RegExp(`^${name}:? is a list\\. (Give|Make) `);
    assert.throws(() => parseConfiguration({ [name]: [] }, "/"), { name: "ConfigurationError", message });
  }
});

test("limits become those of the engine and the account, and secrets of functions are in no message", () => {
  const quotas = { stateMachines: 1, activities: 2, openExecutions: 3, activityWorkers: 4 };
  const connections = { connections: 100, functionProcesses: 7, requestBytes: 20_000_000, answerBytes: 30_000_000 };
  const jsonata = { jsonataSteps: 9, jsonataDepth: 8, jsonataItems: 7, jsonataRange: 6, jsonataCharacters: 5 };
  const given = { historyEvents: 100_000, inlineConcurrency: 100, ...quotas, ...connections, ...jsonata };
  const { limits } = resolved({ file: parseConfiguration({ limits: given }, "/") });
  assert.deepEqual(limits, {
    maxHistoryEvents: 100_000,
    maxInlineConcurrency: 100,
    maxStateMachines: 1,
    maxActivities: 2,
    maxOpenExecutions: 3,
    maxActivityWorkers: 4,
    maxConnections: 100,
    maxFunctionProcesses: 7,
    maxRequestBytes: 20_000_000,
    maxAnswerBytes: 30_000_000,
    maxJsonataSteps: 9,
    maxJsonataDepth: 8,
    maxJsonataItems: 7,
    maxJsonataRange: 6,
    maxJsonataCharacters: 5,
  });
  const secret = { functions: { f: { url: "http://127.0.0.1/", headers: { "bad name": "s3cret" } } } };
  assert.throws(
    () => parseConfiguration(secret, "/"),
    (error: unknown) => error instanceof ConfigurationError && !error.message.includes("s3cret"),
  );
});

test("services are named as in resources, and each has its place", () => {
  const { services } = parseConfiguration(
    { services: { sqs: { endpoint: "http://127.0.0.1:9324" }, events: { endpoint: "aws", region: "eu-west-1" } } },
    "/config",
  );
  assert.deepEqual(
    [...(services ?? [])],
    [
      ["sqs", { endpoint: "http://127.0.0.1:9324" }],
      ["eventbridge", { endpoint: "aws", region: "eu-west-1" }],
    ],
  );
  const rows: readonly (readonly [services: unknown, message: RegExp])[] = [
    [[], /^services is a list\. Make it an object, such as \{ "sqs"/],
    [{ sqss: {} }, /^services\.sqss is no service\. Did you mean services\.sqs\?$/],
    [
      { nothingAtAllLikeIt: {} },
      /^services\.nothingAtAllLikeIt is no service\. Give the name that resources have for it/,
    ],
    [
      { sqs: { endpoint: "127.0.0.1:9324" } },
      /^services\.sqs\.endpoint is no address\. Give one that starts with http/,
    ],
    [{ sqs: { endpoint: "http://me:secret@host" } }, /^services\.sqs\.endpoint is no address\./],
    [{ sqs: { region: "Frankfurt" } }, /^services\.sqs\.region is "Frankfurt"\./],
    [{ sqs: { endpont: "x" } }, /^services\.sqs\.endpont is unknown\. Did you mean services\.sqs\.endpoint\?$/],
  ];
  for (const [given, message] of rows) {
    assert.throws(() => parseConfiguration({ services: given }, "/config"), { name: "ConfigurationError", message });
  }
});
