// Keys and rate limits of a configuration: what is taken, what is refused in which words, and that no secret is shown.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readAccessKeys } from "./configuration/access.ts";
import { ConfigurationError, parseConfiguration } from "./configuration/configuration.ts";
import { readConfigurationFile } from "./configuration/configuration-file.ts";
import { startServer } from "./start-server.ts";

const secret = "s3cret-s3cret-s3cret";
const key = { accessKeyId: "admin", secretAccessKey: secret };
const withKey = (members: object): object => ({ auth: { keys: [{ ...key, ...members }] } });

test("keys and limits are taken as they are given", () => {
  const allow = [{ actions: ["states:Start*"], resources: ["arn:aws:states:*:*:stateMachine:team-*"] }];
  const { auth, rateLimits } = parseConfiguration(
    {
      auth: {
        keys: [
          key,
          { accessKeyId: "b", secretAccessKeyFile: "b.secret", allow },
          { accessKeyId: "c", secretAccessKeyEnv: "C_SECRET", allow: [] },
        ],
      },
      rateLimits: { StartExecution: { bucket: 1300, refillPerSecond: 0.5 } },
    },
    "/config",
  );
  assert.deepEqual(auth?.keys, [
    { accessKeyId: "admin", secret: { kind: "text", secret }, allow: undefined },
    { accessKeyId: "b", secret: { kind: "file", path: "/config/b.secret" }, allow },
    { accessKeyId: "c", secret: { kind: "variable", name: "C_SECRET" }, allow: [] },
  ]);
  assert.deepEqual(rateLimits, { StartExecution: { bucket: 1300, refillPerSecond: 0.5 } });
});

test("what cannot be used is refused with what to do, and without its secret", () => {
  const rows: readonly (readonly [value: object, message: RegExp])[] = [
    [{ auth: [] }, /^auth is a list\. Make it an object/],
    [{ auth: {} }, /^auth\.keys is absent\. Make it a list, such as \[\{ "accessKeyId": "admin", /],
    [{ auth: { keys: [] } }, /^auth\.keys is an empty list\. Fill it, as in \[\{/],
    [{ auth: { key: [key] } }, /^auth\.key is unknown\. Did you mean auth\.keys\?/],
    [{ auth: { keys: [secret] } }, /^auth\.keys\[0\] is a text/],
    [{ auth: { keys: [key, { ...key }] } }, /^auth\.keys has the access key admin twice/],
    [withKey({ accessKeyId: "a/b" }), /^auth\.keys\[0\]\.accessKeyId is "a\/b"\. Give 1 to 128 letters/],
    [withKey({ accessKeyId: "a'b" }), /accessKeyId is "a'b"/],
    [withKey({ accessKeyId: undefined }), /accessKeyId is absent/],
    [withKey({ secretAccessKey: undefined }), /^auth\.keys\[0\] has no secret\. Give one of secretAccessKeyFile, /],
    [
      withKey({ accessKeyId: 7, secretAccessKey: undefined }),
      /^auth\.keys\[0\]\.accessKeyId is 7\..*\nauth\.keys\[0\] has no secret/,
    ],
    [withKey({ secretAccessKeyFile: "f" }), /^auth\.keys\[0\] has several secrets/],
    [withKey({ secretAccessKey: [secret] }), /^auth\.keys\[0\]\.secretAccessKey is a list\. Give a text/],
    [
      withKey({ secretAccesKey: secret }),
      /secretAccesKey is unknown\. Did you mean auth\.keys\[0\]\.secretAccessKey\?/,
    ],
    [
      withKey({ secretAccessKey: undefined, secretAccessKeyEnv: secret }),
      /secretAccessKeyEnv is no name of an environment variable\. [^\n]+$/,
    ],
    [withKey({ allow: {} }), /^auth\.keys\[0\]\.allow is an object\. Make it a list/],
    [withKey({ allow: ["states:*"] }), /allow\[0\] is a text/],
    [withKey({ allow: [{}] }), /allow\[0\]\.actions is absent\. Make it a list, such as \["states:Start\*"\]/],
    [
      withKey({ allow: [{ actions: ["states:Strat*"] }] }),
      /actions\[0\] is "states:Strat\*"\. Give states: with an action/,
    ],
    [withKey({ allow: [{ actions: ["StartExecution"] }] }), /actions\[0\] is "StartExecution"\. Give states:/],
    [withKey({ allow: [{ actions: ["*"], resources: ["m"] }] }), /resources\[0\] is "m"\. Give "\*", or an ARN/],
    [withKey({ allow: [{ actions: ["*"], resource: ["*"] }] }), /resource is unknown\. Did you mean .*resources\?/],
    [{ rateLimits: 7 }, /^rateLimits is a number\. Make it an object, such as/],
    [
      { rateLimits: { StartExecutions: {} } },
      /^rateLimits\.StartExecutions is unknown\. Did you mean rateLimits\.StartExecution\?/,
    ],
    [{ rateLimits: { StartExecution: 7 } }, /^rateLimits\.StartExecution is a number/],
    [{ rateLimits: { StartExecution: { bucket: 1 } } }, /^rateLimits\.StartExecution\.refillPerSecond is absent/],
    [
      { rateLimits: { StartExecution: { bucket: 0, refillPerSecond: 1 } } },
      /bucket is 0\. Give a number of at least 1/,
    ],
    [
      { rateLimits: { StartExecution: { bucket: 1, refillPerSecond: 0 } } },
      /refillPerSecond is 0\. Give a number above 0/,
    ],
  ];
  for (const [value, message] of rows) {
    assert.throws(
      () => parseConfiguration(value, "/"),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes(secret), error.message);
        return true;
      },
    );
  }
});

test("a file that is not JSON does not show a secret that stands in it", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-access-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "pawl.config.json");
  const word = secret.replaceAll("-", "");
  for (const text of [
    `{"secretAccessKey": "${secret}`,
    `{"secretAccessKey": ${secret}}`,
    `{"a": "${secret}" "b": 1}`,
    `{"secretAccessKey": ${word}}`,
    `{"secretAccessKey": ${word} "b": 1}`,
    `{${word}: 1}`,
    `{"secretAccessKey": '${word}'}`,
  ]) {
    writeFileSync(file, text);
    await assert.rejects(readConfigurationFile(file), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      return !error.message.includes(secret) && !error.message.includes(word);
    });
  }
});

test("secrets are read from where they stand, and what is missing or weak is named without its text", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-access-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, "a.secret");
  writeFileSync(path, `${secret}\n`);
  const read = (source: Parameters<typeof readAccessKeys>[0]["keys"][number]["secret"]) =>
    readAccessKeys({ keys: [{ accessKeyId: "a", secret: source }] }, { A_SECRET: secret, SHORT: "sesame" });
  for (const source of [
    { kind: "file", path },
    { kind: "variable", name: "A_SECRET" },
    { kind: "text", secret },
  ] as const) {
    const keys = [{ accessKeyId: "a", secretAccessKey: secret, allow: undefined }];
    assert.deepEqual(read(source), { keys, problems: [] });
  }
  const rows = [
    [
      { kind: "file", path: "/nowhere/a" },
      /^The secret of the access key a cannot be read: \/nowhere\/a is not there\. Make one: openssl /,
    ],
    [{ kind: "variable", name: "NONE" }, /cannot be read: the environment variable NONE is not set\.$/],
    [{ kind: "variable", name: "SHORT" }, /is no secret: it must be 16 to 1024 visible ASCII/],
    [
      { kind: "text", secret: "sesame open sesame" },
      /^The secret of the access key a \(secretAccessKey\) is no secret/,
    ],
  ] as const;
  for (const [source, message] of rows) {
    const { problems } = read(source);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", message);
    assert.ok(!problems[0]?.includes("sesame"));
  }
});

test("a server without keys starts at no address that other machines reach, however it is started", async () => {
  for (const host of ["0.0.0.0", "::", "", "example.com", "10.0.0.1"]) {
    const arns = { partition: "aws", region: "us-east-1", account: "123456789012" };
    const options = { host, port: 0, db: "memory", arns, functions: new Map(), environment: {}, log: () => undefined };
    await assert.rejects(startServer(options), { name: "StartError", message: /"auth": \{ "keys": / }, host);
  }
});
