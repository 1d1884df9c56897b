import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { AwsAnswer, AwsCall, CallAws } from "../../aws/call.ts";
import { parseConfiguration } from "../../server/configuration/configuration.ts";
import { type WebAnswer, type WebRequest, startWebServer } from "../../testing/web-server.ts";
import { createHttpClient } from "./client.ts";
import { connectionLine } from "./connection.ts";
import { Connections, type ConnectionsOptions } from "./connections.ts";

const arn = "arn:aws:events:us-east-1:123456789012:connection/crm/1d296ce9-feb5-484a-8203-d054baf517e9";

interface Bench {
  readonly connections: Connections;
  /** Epoch milliseconds. */
  now: number;
}

function benchOf(t: TestContext, configuration: object, more: Partial<ConnectionsOptions> = {}): Bench {
  const client = createHttpClient();
  const { connections = new Map() } = parseConfiguration({ connections: configuration }, "/");
  const bench: Bench = {
    now: 0,
    connections: new Connections({
      connections,
      environment: { API_KEY: "CANARYKEY", OTHER: "b" },
      plainHosts: [],
      send: client.send,
      now: () => bench.now,
      timeoutMs: 5000,
      ...more,
    }),
  };
  t.after(() => {
    bench.connections.close();
    client.close();
  });
  return bench;
}

async function added({ connections }: Bench, name = arn): Promise<unknown> {
  const found = await connections.resolve(name, new AbortController().signal);
  if (found.kind === "failed") return `${found.error}: ${found.cause}`;
  const authorized = await connections.authorize(found.connection, name);
  return authorized.kind === "failed" ? `${authorized.error}: ${authorized.cause}` : authorized.additions;
}

const none = { query: [], body: [] };

test("a key is a header, a name and password are Basic, and nothing is nothing", async (t) => {
  const apiKey = benchOf(t, { crm: { apiKey: { name: "x-api-key", value: { env: "API_KEY" } } } });
  assert.deepEqual(await added(apiKey), { ...none, headers: [["x-api-key", "CANARYKEY"]] });
  const basic = benchOf(t, { crm: { basic: { username: "owned-user", password: { env: "OTHER" } } } });
  assert.deepEqual(await added(basic), { ...none, headers: [["Authorization", "Basic b3duZWQtdXNlcjpi"]] });
  assert.deepEqual(await added(benchOf(t, { crm: {} })), { ...none, headers: [] });
});

test("parameters come beside the authorization, which none of them replaces", async (t) => {
  const bench = benchOf(t, {
    crm: {
      apiKey: { name: "x-api-key", value: { env: "API_KEY" } },
      headers: { "X-API-Key": "weaker", "x-tenant": { env: "OTHER" } },
      query: { version: "2" },
      body: { tenant: "a" },
    },
  });
  assert.deepEqual(await added(bench), {
    headers: [
      ["x-api-key", "CANARYKEY"],
      ["x-tenant", "b"],
    ],
    query: [["version", "2"]],
    body: [["tenant", "a"]],
  });
});

test("a connection is found by its ARN, by that without the last part, and by its name", async (t) => {
  const short = arn.slice(0, arn.lastIndexOf("/"));
  for (const name of ["crm", short, arn]) {
    assert.deepEqual(await added(benchOf(t, { [name]: {} })), { ...none, headers: [] });
  }
  assert.deepEqual(await added(benchOf(t, { crm: {} }), "crm"), { ...none, headers: [] });
});

test("one that is not configured says which line to add, and the line can be added", async (t) => {
  const outcome = await added(benchOf(t, {}));
  assert.match(String(outcome), /^Events\.ConnectionResource\.ResourceNotFound: There is no connection crm\. Add it/);
  assert.ok(String(outcome).includes(connectionLine(arn)));
  assert.doesNotThrow(() => parseConfiguration(JSON.parse(`{${connectionLine(arn)}}`), "/"));
});

test("secrets are read anew from files, and one that cannot be read is told by its place", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-connections-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "key");
  const bench = benchOf(t, { crm: { apiKey: { name: "k", value: { file } } } });
  const refused = "Events.ConnectionResource.AccessDenied: A secret of the connection crm cannot be read: ";
  assert.equal(await added(bench), `${refused}there is no file ${file}.`);
  for (const secret of ["one", "two"]) {
    writeFileSync(file, `${secret}\n`);
    assert.deepEqual(await added(bench), { ...none, headers: [["k", secret]] });
  }
  writeFileSync(file, "\n");
  assert.equal(await added(bench), `${refused}the file ${file} is empty.`);
  writeFileSync(file, "x".repeat(65_537));
  assert.equal(await added(bench), `${refused}the file ${file} has more than 65536 bytes.`);
  const folderAsFile = benchOf(t, { crm: { apiKey: { name: "k", value: { file: folder } } } });
  assert.match(String(await added(folderAsFile)), /is no file\.$|cannot be read \(EISDIR\)\.$/);
  const unset = benchOf(t, { crm: { apiKey: { name: "k", value: { env: "UNSET" } } } });
  assert.equal(await added(unset), `${refused}the environment variable UNSET is not set.`);
});

test("a secret that no header can hold is refused without being shown", async (t) => {
  const environment = { API_KEY: "CANARY\r\nHost: evil" };
  const bench = benchOf(t, { crm: { apiKey: { name: "k", value: { env: "API_KEY" } } } }, { environment });
  const outcome = String(await added(bench));
  assert.match(
    outcome,
    /^Events\.ConnectionResource\.InvalidConnectionState: .* the header k, or a value for it, that no request can have\.$/,
  );
  assert.doesNotMatch(outcome, /CANARY/);
});

interface OAuthServer {
  readonly url: string;
  readonly requests: WebRequest[];
  answer: () => WebAnswer | Promise<WebAnswer>;
}

async function startOAuth(t: TestContext): Promise<OAuthServer> {
  let tokens = 0;
  const oauth: OAuthServer = {
    url: "",
    requests: [],
    answer: () => ({ body: JSON.stringify({ access_token: `token-${++tokens}`, expires_in: 3600 }) }),
  };
  const { url, requests } = await startWebServer(t, { answer: () => oauth.answer() });
  return Object.assign(oauth, { url, requests });
}

function oauthOf(url: string, more: object = {}): object {
  const client = { clientId: "owned-client", clientSecret: { env: "API_KEY" } };
  return { crm: { oauth: { endpoint: `${url}/oauth`, ...client, ...more } } };
}

const bearer = (token: string): unknown => ({ ...none, headers: [["Authorization", `Bearer ${token}`]] });

test("a token is asked for as recorded, and kept until it expires", async (t) => {
  const oauth = await startOAuth(t);
  const bench = benchOf(t, oauthOf(oauth.url, { headers: { "x-owned": "token" }, body: { scope: "owned echo" } }));
  assert.deepEqual(await added(bench), bearer("token-1"));
  assert.deepEqual(await added(bench), bearer("token-1"));
  const [request] = oauth.requests;
  assert.equal(request?.method, "POST");
  assert.equal(request.headers["content-type"], "application/x-www-form-urlencoded");
  assert.equal(request.headers["x-owned"], "token");
  const form = "grant_type=client_credentials&scope=owned%20echo&client_id=owned-client&client_secret=CANARYKEY";
  assert.equal(request.body, form);
  bench.now = 3590_000;
  assert.deepEqual(await added(bench), bearer("token-2"));
  assert.equal(oauth.requests.length, 2);
});

test("by GET everything is in the query", async (t) => {
  const oauth = await startOAuth(t);
  const bench = benchOf(t, oauthOf(oauth.url, { method: "GET", query: { a: "b" } }));
  assert.deepEqual(await added(bench), bearer("token-1"));
  const [request] = oauth.requests;
  assert.equal(request?.body, "");
  assert.match(
    request.path,
    /^\/oauth\?a=b&grant_type=client_credentials&client_id=owned-client&client_secret=CANARYKEY$/,
  );
});

test("many who need a token at once wait for the one request", async (t) => {
  const oauth = await startOAuth(t);
  const bench = benchOf(t, oauthOf(oauth.url));
  const all = await Promise.all(Array.from({ length: 20 }, () => added(bench)));
  assert.deepEqual(new Set(all.map((each) => JSON.stringify(each))).size, 1);
  assert.equal(oauth.requests.length, 1);
});

test("a token that an API does not take is given up once, and a new one is not given up", async (t) => {
  const oauth = await startOAuth(t);
  const { connections } = benchOf(t, oauthOf(oauth.url));
  const found = await connections.resolve(arn, new AbortController().signal);
  assert.ok(found.kind === "found");
  const renewals: boolean[] = [];
  for (let i = 0; i < 3; i++) {
    const authorized = await connections.authorize(found.connection, arn);
    assert.ok(authorized.kind === "authorized");
    if (i !== 0) renewals.push(authorized.renew());
  }
  assert.deepEqual(renewals, [true, false]);
  assert.equal(oauth.requests.length, 2);
});

test("other credentials are another token", async (t) => {
  const oauth = await startOAuth(t);
  const environment: Record<string, string> = { API_KEY: "one" };
  const bench = benchOf(t, oauthOf(oauth.url), { environment });
  assert.deepEqual(await added(bench), bearer("token-1"));
  environment["API_KEY"] = "two";
  assert.deepEqual(await added(bench), bearer("token-2"));
});

const refusals: readonly (readonly [answer: WebAnswer, reason: string])[] = [
  [{ status: 401, body: "CANARY" }, "answered 401 Unauthorized"],
  [{ status: 302, headers: { location: "https://evil.example/" } }, "answered 302 Found"],
  [{ body: "no JSON: CANARY" }, "answered without an access token"],
  [{ body: '{"access_token":5}' }, "answered without an access token"],
  [{ body: JSON.stringify({ access_token: "CANARY\r\nevil" }) }, "answered without an access token"],
  [{ body: JSON.stringify({ access_token: "x".repeat(70_000) }) }, "answered without an access token"],
];
for (const [answer, reason] of refusals) {
  test(`an OAuth endpoint that answers ${JSON.stringify(answer).slice(0, 60)} gives no token`, async (t) => {
    const oauth = await startOAuth(t);
    oauth.answer = () => answer;
    const cause = `The OAuth endpoint of the connection crm ${reason}.`;
    assert.equal(
      await added(benchOf(t, oauthOf(oauth.url))),
      `Events.ConnectionResource.InvalidConnectionState: ${cause}`,
    );
  });
}

test("an OAuth endpoint that does not answer has its time, and no other host may be plain", async (t) => {
  const oauth = await startOAuth(t);
  oauth.answer = () => new Promise<never>(() => undefined);
  const slow = String(await added(benchOf(t, oauthOf(oauth.url), { timeoutMs: 50 })));
  assert.match(slow, /The OAuth endpoint of the connection crm did not answer in time\.$/);
  const plain = String(await added(benchOf(t, oauthOf("http://sso.example"))));
  assert.match(plain, /InvalidConnectionState: .* can be called by https:\/\/ alone/);
  const metadata = String(await added(benchOf(t, oauthOf("https://169.254.169.254"))));
  assert.match(metadata, /has an address that HTTP tasks do not call/);
});

interface Described {
  readonly type: string;
  readonly shown: AwsCallInput;
  readonly secret: object;
  readonly state?: string;
}
type AwsCallInput = AwsCall["input"];

function answered(output: AwsCallInput): AwsAnswer {
  return { kind: "answered", output, status: 200, requestId: "r", headers: [] };
}

function awsOf({ type, shown, secret, state = "AUTHORIZED" }: Described): {
  readonly calls: AwsCall[];
  readonly callAws: CallAws;
} {
  const calls: AwsCall[] = [];
  return {
    calls,
    async callAws(call) {
      calls.push(call);
      if (call.service === "secretsmanager") return answered({ SecretString: JSON.stringify(secret) });
      const described = {
        ConnectionState: state,
        SecretArn: "arn:secret",
        AuthorizationType: type,
        AuthParameters: shown,
      };
      return answered(described);
    },
  };
}

const shownHeaders = {
  InvocationHttpParameters: {
    HeaderParameters: [
      { Key: "x-a", Value: "1" },
      { Key: "x-s", IsValueSecret: true },
    ],
  },
};
const keptHeaders = { header_parameters: [{ key: "x-s", value: "2", is_value_secret: true }] };

test("a connection of EventBridge is described, and its secrets are fetched", async (t) => {
  const { calls, callAws } = awsOf({
    type: "API_KEY",
    shown: { ApiKeyAuthParameters: { ApiKeyName: "x-key" }, ...shownHeaders },
    secret: { api_key_name: "x-key", api_key_value: "v", invocation_http_parameters: keptHeaders },
  });
  const bench = benchOf(t, {}, { callAws });
  const expected = {
    ...none,
    headers: [
      ["x-key", "v"],
      ["x-a", "1"],
      ["x-s", "2"],
    ],
  };
  assert.deepEqual(await added(bench), expected);
  assert.deepEqual(await added(bench), expected);
  assert.deepEqual(calls, [
    { service: "eventbridge", action: "describeConnection", input: { Name: "crm" }, region: "us-east-1" },
    { service: "secretsmanager", action: "getSecretValue", input: { SecretId: "arn:secret" }, region: "us-east-1" },
  ]);
  bench.now = 61_000;
  await added(bench);
  assert.equal(calls.length, 4);
});

test("Basic and OAuth are read from secrets in the forms of AWS and of its emulators", async (t) => {
  const basic = awsOf({ type: "BASIC", shown: {}, secret: { username: "u", password: "p" } });
  assert.deepEqual(await added(benchOf(t, {}, basic)), { ...none, headers: [["Authorization", "Basic dTpw"]] });
  const oauth = await startOAuth(t);
  const endpoint = `${oauth.url}/oauth`;
  const scope = { body_parameters: [{ key: "scope", value: "s" }] };
  for (const secret of [
    {
      client_id: "i",
      client_secret: "s",
      authorization_endpoint: endpoint,
      http_method: "POST",
      oauth_http_parameters: scope,
    },
    {
      client_parameters: { client_id: "i", client_secret: "s" },
      authorization_endpoint: endpoint,
      o_auth_http_parameters: scope,
    },
  ]) {
    const described = awsOf({ type: "OAUTH_CLIENT_CREDENTIALS", shown: {}, secret });
    assert.deepEqual(await added(benchOf(t, {}, described)), bearer(`token-${oauth.requests.length}`));
    assert.equal(oauth.requests.at(-1)?.body, "grant_type=client_credentials&scope=s&client_id=i&client_secret=s");
  }
});

const refused = (code: string): AwsAnswer => ({ kind: "refused", status: 400, code, message: "m", requestId: "r" });
const eventBridgeFailures: readonly (readonly [answer: AwsAnswer, error: string, cause: RegExp])[] = [
  [
    refused("ResourceNotFoundException"),
    "ResourceNotFound",
    /^eventbridge:describeConnection answered ResourceNotFound/,
  ],
  [refused("AccessDeniedException"), "AccessDenied", /answered AccessDenied/],
  [refused("ConcurrentModificationException"), "ConcurrentModification", /./],
  [refused("InternalException"), "InternalError", /./],
  [{ kind: "unreachable", message: "no route" }, "InternalError", /no route$/],
  [{ kind: "notConfigured", message: "add a line" }, "ResourceNotFound", /^There is no connection crm\. Add it/],
  [answered({ ConnectionState: "AUTHORIZING" }), "AuthInProgress", /is AUTHORIZING\.$/],
  [answered({ ConnectionState: "DEAUTHORIZED" }), "InvalidConnectionState", /is DEAUTHORIZED\.$/],
  [answered({ ConnectionState: "AUTHORIZED" }), "InvalidConnectionState", /has no secret\.$/],
  [
    answered({ SecretArn: "a", SecretString: "CANARY" }),
    "InvalidConnectionState",
    /does not hold what its authorization takes/,
  ],
  [
    answered({ SecretArn: "a", AuthorizationType: "API_KEY", SecretString: "{}" }),
    "InvalidConnectionState",
    /does not hold/,
  ],
];
for (const [answer, error, cause] of eventBridgeFailures) {
  test(`EventBridge that answers ${JSON.stringify(answer).slice(0, 90)} is ${error}`, async (t) => {
    const outcome = String(await added(benchOf(t, {}, { callAws: () => Promise.resolve(answer) })));
    const [, name = "", text = ""] = /^Events\.ConnectionResource\.(\w+): (.*)$/s.exec(outcome) ?? [];
    assert.equal(name, error);
    assert.match(text, cause);
    assert.doesNotMatch(text, /CANARY/);
  });
}
