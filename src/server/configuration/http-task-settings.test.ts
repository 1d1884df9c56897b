import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, type FileConfiguration, parseConfiguration } from "./configuration.ts";

function connectionsOf(connections: unknown): FileConfiguration["connections"] {
  return parseConfiguration({ connections }, "/srv").connections;
}

function problemOf(configuration: object): string {
  try {
    parseConfiguration(configuration, "/srv");
    return "";
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message;
  }
}

test("connections are read with the places of their secrets", () => {
  const found = connectionsOf({
    stripe: { apiKey: { name: "Authorization", value: { env: "STRIPE_KEY" } }, hosts: ["api.stripe.com"] },
    crm: { basic: { username: "pawl", password: { file: "crm.secret" } }, headers: { a: "b" } },
    sso: {
      oauth: {
        endpoint: "https://sso/token",
        clientId: { env: "ID" },
        clientSecret: { env: "S" },
        body: { scope: "x" },
      },
    },
    open: {},
  });
  const nothing = { headers: new Map(), query: new Map(), body: new Map() };
  assert.deepEqual(
    [...(found ?? [])],
    [
      [
        "stripe",
        {
          authorization: { kind: "apiKey", name: "Authorization", value: { kind: "variable", name: "STRIPE_KEY" } },
          parameters: nothing,
          hosts: ["api.stripe.com"],
        },
      ],
      [
        "crm",
        {
          authorization: {
            kind: "basic",
            username: { kind: "text", text: "pawl" },
            password: { kind: "file", path: "/srv/crm.secret" },
          },
          parameters: { ...nothing, headers: new Map([["a", { kind: "text", text: "b" }]]) },
          hosts: undefined,
        },
      ],
      [
        "sso",
        {
          authorization: {
            kind: "oauth",
            endpoint: "https://sso/token",
            method: "POST",
            clientId: { kind: "variable", name: "ID" },
            clientSecret: { kind: "variable", name: "S" },
            parameters: { ...nothing, body: new Map([["scope", { kind: "text", text: "x" }]]) },
          },
          parameters: nothing,
          hosts: undefined,
        },
      ],
      ["open", { authorization: undefined, parameters: nothing, hosts: undefined }],
    ],
  );
});

const arn = "arn:aws:events:us-east-1:123456789012:connection/crm/1d296ce9-feb5-484a-8203-d054baf517e9";
const key = { name: "k", value: { env: "A" } };
const problems: readonly (readonly [configuration: object, problem: RegExp | ""])[] = [
  [{ connections: { [arn]: {} } }, ""],
  [{ connections: 5 }, /^connections is a number\. Make it an object, such as \{ "stripe"/],
  [{ connections: { "a b": {} } }, /^connections has a member named "a b"\. Give the name of a connection/],
  [{ connections: { a: 5 } }, /^connections\.a is a number\. Make it an object/],
  [
    { connections: { a: { apikey: key } } },
    /^connections\.a\.apikey is unknown\. Did you mean connections\.a\.apiKey\?$/,
  ],
  [{ connections: { a: { apiKey: { name: "k" } } } }, /^connections\.a\.apiKey\.value is absent\./],
  [
    { connections: { a: { apiKey: { name: "k", value: "CANARY" } } } },
    /^connections\.a\.apiKey\.value is a text\. Secrets do not stand in this file\. Give \{ "env": "NAME" \}/,
  ],
  [
    { connections: { a: { apiKey: { name: "k", value: { env: "CANARY secret" } } } } },
    /value\.env is no name of an environment/,
  ],
  [{ connections: { a: { apiKey: { name: "k", value: { env: "A", file: "b" } } } } }, /value is both\./],
  [{ connections: { a: { apiKey: { name: "k", value: {} } } } }, /value is empty\./],
  [
    { connections: { a: { apiKey: { name: "a b", value: { env: "A" } } } } },
    /apiKey\.name is "a b"\. Give the name of a header/,
  ],
  [{ connections: { a: { apiKey: { name: "Host", value: { env: "A" } } } } }, /apiKey\.name is "Host"\./],
  [{ connections: { a: { headers: { "Content-Length": "5" } } } }, /headers has a member named "Content-Length"/],
  [{ connections: { a: { headers: { b: 5 } } } }, /headers\.b is a number\. Give a text, \{ "env"/],
  [
    { connections: { a: { apiKey: key, basic: { username: "u", password: { env: "A" } } } } },
    /^connections\.a is authorized twice/,
  ],
  [
    { connections: { a: { hosts: ["https://a/"] } } },
    /^connections\.a\.hosts\[0\] is an address\. Give a host such as/,
  ],
  [
    { connections: { a: { oauth: { endpoint: "https://u:CANARY@a/", clientId: "c", clientSecret: { env: "A" } } } } },
    /^connections\.a\.oauth\.endpoint is no address/,
  ],
  [{ httpTasks: { hosts: [] } }, /^httpTasks\.hosts is an empty list/],
  [{ httpTasks: { hosts: ["a/b"] } }, /^httpTasks\.hosts\[0\] is "a\/b"\. Give a host/],
  [{ httpTasks: { plainHosts: ["*.internal", "10.0.0.7:80"] } }, ""],
];
for (const [configuration, problem] of problems) {
  test(`${JSON.stringify(configuration).slice(0, 110)} ${problem === "" ? "is taken" : "is refused"}`, () => {
    const found = problemOf(configuration);
    if (problem === "") assert.equal(found, "");
    else assert.match(found, problem);
    assert.doesNotMatch(found, /CANARY/);
  });
}
