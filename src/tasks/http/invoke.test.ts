import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { parseConfiguration } from "../../server/configuration/configuration.ts";
import { makeCertificate, startWebServer, type WebServer } from "../../testing/web-server.ts";
import type { HttpExchange } from "../ports.ts";
import { createHttpClient } from "./client.ts";
import { httpInvokeConnector, type HttpTasks, type HttpTasksOptions } from "./invoke.ts";

const arn = "arn:aws:events:us-west-2:123456789012:connection/api/1d296ce9-feb5-484a-8203-d054baf517e9";
const key = { api: { apiKey: { name: "x-owned-api-key", value: { env: "API_KEY" } } } };

function tasksOf(
  t: TestContext,
  configuration: object = { connections: key },
  more: Partial<HttpTasksOptions> = {},
): HttpTasks {
  const { connections, httpTasks: reach } = parseConfiguration(configuration, "/");
  const environment = { API_KEY: "owned-inert-api-key" };
  const tasks = httpInvokeConnector({ connections, reach, environment, now: () => 0, ...more });
  t.after(() => tasks.close());
  return tasks;
}

interface Looked {
  readonly outcome: TaskOutcome;
  readonly exchange: HttpExchange | undefined;
}

async function look(tasks: HttpTasks, given: object, revealSecrets = false): Promise<Looked> {
  const resource = parseTaskResource("arn:aws:states:::http:invoke");
  assert.ok(resource !== undefined);
  const task = {
    kind: "PerformTask",
    attempt: { executionArn: "arn:aws:states:us-west-2:123456789012:execution:m:e", scheduledEventId: 3 },
    resource,
    parameters: Payload.ofText(JSON.stringify({ Method: "POST", InvocationConfig: { ConnectionArn: arn }, ...given })),
    stateMachineArn: "arn:aws:states:us-west-2:123456789012:stateMachine:m",
    roleArn: "arn:aws:iam::123456789012:role/r",
  } as const;
  let exchange: HttpExchange | undefined;
  const inspect = { revealSecrets, show: (shown: HttpExchange) => void (exchange = shown) };
  return { outcome: await tasks.perform(task, new AbortController().signal, inspect), exchange };
}

async function failureOf(tasks: HttpTasks, given: object): Promise<string> {
  const { outcome } = await look(tasks, given);
  assert.ok(outcome.kind === "failed", JSON.stringify(outcome));
  return `${outcome.error}: ${outcome.cause}`;
}

/** Answers with what it was asked, as the server did that AWS was recorded with. */
function startEcho(t: TestContext): Promise<WebServer> {
  return startWebServer(t, {
    answer: ({ path, body, headers }) => ({
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ path, body, key: headers["x-owned-api-key"], type: headers["content-type"] }),
    }),
  });
}

test("an API is called as AWS was recorded to call it", async (t) => {
  const echo = await startEcho(t);
  const { outcome } = await look(tasksOf(t), {
    ApiEndpoint: `${echo.url}/echo`,
    RequestBody: { owned: "api-key-body" },
  });
  assert.ok(outcome.kind === "succeeded");
  const { Headers, ...result } = JSON.parse(outcome.output.text);
  assert.deepEqual(result, {
    ResponseBody: {
      path: "/echo",
      body: '{"owned":"api-key-body"}',
      key: "owned-inert-api-key",
      type: "application/json; charset=UTF-8",
    },
    StatusCode: 200,
    StatusText: "OK",
  });
  assert.deepEqual(Headers["Content-Type"], ["application/json"]);
  const [request] = echo.requests;
  assert.ok(request !== undefined);
  assert.equal(request.headers["user-agent"], "Amazon|StepFunctions|HttpInvoke|us-west-2");
  assert.equal(request.headers.range, "bytes=0-262144");
  assert.equal(request.headers["content-length"], "24");
});

test("TestState shows a request without what the connection adds, and with it when secrets are revealed", async (t) => {
  const echo = await startEcho(t);
  const configuration = {
    connections: {
      api: { ...key.api, query: { QueryParam1: "QueryParamValue1" }, body: { BodyKey1: "BodyValue1" } },
    },
  };
  const given = {
    ApiEndpoint: `${echo.url}/get`,
    Method: "GET",
    Headers: { definitionHeader: "h1" },
    RequestBody: { message: "Hello" },
    QueryParameters: { queryParam: "q1" },
  };
  const own = "User-Agent: Amazon|StepFunctions|HttpInvoke|us-west-2, Range: bytes=0-262144";
  const tasks = tasksOf(t, configuration);
  const { exchange: hidden } = await look(tasks, given);
  assert.deepEqual(hidden?.request, {
    protocol: "http",
    method: "GET",
    url: `${echo.url}/get?queryParam=q1`,
    headers: `[definitionHeader: h1, ${own}]`,
    body: '{"message":"Hello"}',
  });
  const { exchange: revealed } = await look(tasks, given, true);
  assert.deepEqual(revealed?.request, {
    protocol: "http",
    method: "GET",
    url: `${echo.url}/get?queryParam=q1&QueryParam1=QueryParamValue1`,
    headers: `[definitionHeader: h1, x-owned-api-key: owned-inert-api-key, ${own}]`,
    body: '{"message":"Hello","BodyKey1":"BodyValue1"}',
  });
  const { headers, body, ...response } = revealed.response ?? { headers: "", body: "" };
  assert.deepEqual(response, { protocol: "http", statusCode: "200", statusMessage: "OK" });
  assert.match(headers, /^\[Content-Type: application\/json, /);
  assert.equal(JSON.parse(body).path, "/get?queryParam=q1&QueryParam1=QueryParamValue1");
});

test("a status that is no success shows its body to TestState alone", async (t) => {
  const server = await startWebServer(t, { answer: () => ({ status: 404, body: "because" }) });
  const { outcome, exchange } = await look(tasksOf(t), { ApiEndpoint: server.url });
  assert.deepEqual(outcome, { kind: "failed", error: "States.Http.StatusCode.404", cause: "Not Found" });
  assert.equal(exchange?.response?.body, "because");
});

test("a body that takes no members is not merged (recorded)", async (t) => {
  const echo = await startEcho(t);
  const tasks = tasksOf(t, { connections: { api: { body: { a: "b" } } } });
  assert.equal(
    await failureOf(tasks, { ApiEndpoint: echo.url, RequestBody: "owned raw string" }),
    "States.Runtime: Cannot merge connection body authorization parameters with request body.",
  );
  assert.equal(echo.requests.length, 0);
});

test("a token that the API does not take any more is renewed once", async (t) => {
  let tokens = 0;
  const valid = new Set(["Bearer token-2"]);
  const server = await startWebServer(t, {
    answer: ({ path, headers }) => {
      if (path === "/oauth") return { body: JSON.stringify({ access_token: `token-${++tokens}` }) };
      return { status: valid.has(headers.authorization ?? "") ? 200 : 401 };
    },
  });
  const oauth = { endpoint: `${server.url}/oauth`, clientId: "c", clientSecret: { env: "API_KEY" } };
  const tasks = tasksOf(t, { connections: { api: { oauth } } });
  const given = { ApiEndpoint: `${server.url}/api` };
  const statuses: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { outcome } = await look(tasks, given);
    statuses.push(outcome.kind === "failed" ? (outcome.error ?? "") : outcome.kind);
    if (i === 1) valid.clear();
  }
  // The first token was new, so that nothing was gained by another; it was given up, and so was the second one later.
  assert.deepEqual(statuses, ["States.Http.StatusCode.401", "succeeded", "States.Http.StatusCode.401"]);
  assert.equal(tokens, 3);
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["/oauth", "/api", "/oauth", "/api", "/api", "/oauth", "/api"],
  );
});

test("a name and password that an API does not take are sent once", async (t) => {
  const server = await startWebServer(t, { answer: () => ({ status: 401 }) });
  const basic = { username: "u", password: { env: "API_KEY" } };
  const tasks = tasksOf(t, { connections: { api: { basic } } });
  assert.equal(await failureOf(tasks, { ApiEndpoint: server.url }), "States.Http.StatusCode.401: Unauthorized");
  assert.equal(server.requests.length, 1);
});

test("what is not allowed is not called, and says what to do", async (t) => {
  const echo = await startEcho(t);
  const port = new URL(echo.url).port;
  const narrow = tasksOf(t, { connections: key, httpTasks: { hosts: ["api.example.com"] } });
  assert.match(
    await failureOf(narrow, { ApiEndpoint: echo.url }),
    new RegExp(
      `^States\\.Http\\.AccessDenied: The host 127\\.0\\.0\\.1:${port} is not among .*"hosts": \\["127\\.0\\.0\\.1:${port}"\\]`,
    ),
  );
  const bound = tasksOf(t, { connections: { api: { ...key.api, hosts: ["api.example.com"] } } });
  assert.match(
    await failureOf(bound, { ApiEndpoint: echo.url }),
    /^States\.Http\.AccessDenied: The connection .* is not for the host 127\.0\.0\.1/,
  );
  for (const endpoint of [
    "https://169.254.169.254/latest/meta-data",
    "https://0xa9fea9fe/",
    "https://[::ffff:a9fe:a9fe]/",
  ]) {
    assert.match(await failureOf(tasksOf(t), { ApiEndpoint: endpoint }), /^States\.Http\.AccessDenied: .* do not call/);
  }
  const lookup = createHttpClient({
    lookup: (_hostname, _options, callback) => callback(null, [{ address: "169.254.169.254", family: 4 }]),
  });
  const rebound = tasksOf(t, { connections: key }, { client: lookup });
  assert.match(
    await failureOf(rebound, { ApiEndpoint: "https://metadata.example/" }),
    /^States\.Http\.AccessDenied: The host metadata\.example has an address that HTTP tasks do not call/,
  );
  assert.match(
    await failureOf(tasksOf(t, {}), { ApiEndpoint: echo.url }),
    /^Events\.ConnectionResource\.ResourceNotFound: There is no connection api\. Add it to pawl\.config\.json/,
  );
  assert.equal(echo.requests.length, 0);
});

test("a call has its time, whatever takes it", async (t) => {
  const server = await startWebServer(t, { answer: () => new Promise<never>(() => undefined) });
  const given = { ApiEndpoint: server.url };
  const timedOut = "States.Http.Socket: The HTTP request timed out after 0.05 seconds.";
  const slowApi = tasksOf(t, { connections: key }, { timeoutMs: 50 });
  assert.equal(await failureOf(slowApi, given), timedOut);
  const oauth = { endpoint: server.url, clientId: "c", clientSecret: { env: "API_KEY" } };
  assert.equal(await failureOf(tasksOf(t, { connections: { api: { oauth } } }, { timeoutMs: 50 }), given), timedOut);
  const callAws = (): Promise<never> => new Promise(() => undefined);
  assert.equal(await failureOf(tasksOf(t, {}, { callAws, timeoutMs: 50 }), given), timedOut);
});

test("an API that cannot be reached is States.Http.Socket, with the host alone", async (t) => {
  const failure = await failureOf(tasksOf(t), { ApiEndpoint: "http://127.0.0.1:1/secret-path?secret=query" });
  assert.match(failure, /^States\.Http\.Socket: Calling 127\.0\.0\.1:1 failed: .*ECONNREFUSED/);
  assert.doesNotMatch(failure, /secret/);
});

const certificate = makeCertificate();
test(
  "TLS is used where the endpoint says https, and one that cannot be trusted is not called",
  { skip: certificate === undefined && "openssl is not installed" },
  async (t) => {
    assert.ok(certificate !== undefined);
    const server = await startWebServer(t, { certificate, answer: () => ({ body: "ok" }) });
    const trusting = tasksOf(t, { connections: key }, { client: createHttpClient({ ca: certificate.cert }) });
    const { outcome } = await look(trusting, { ApiEndpoint: server.url, Method: "GET" });
    assert.equal(outcome.kind, "succeeded");
    assert.match(
      await failureOf(tasksOf(t), { ApiEndpoint: server.url }),
      /^States\.Http\.Socket: .*self-signed certificate/,
    );
    assert.equal(server.requests.length, 1);
  },
);
