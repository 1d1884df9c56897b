import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import type { UrlTarget } from "./config.ts";
import type { Reply } from "./invocation.ts";
import { callUrl } from "./url.ts";

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: ServerResponse, seen: Seen) => void;
const script: { answer: Answer } = { answer: (response) => response.end("null") };
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  request.on("end", () => script.answer(response, { method: request.method, headers: request.headers, body }));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const requestId = "00000000-0000-8000-8000-000000000001";
const never = new AbortController().signal;

function call(more: Partial<UrlTarget> = {}, signal = never): Promise<Reply> {
  const url = new URL(`http://user:hunter2@${origin.slice(7)}/fn?key=hunter2`);
  const target: UrlTarget = { kind: "url", url, headers: {}, timeoutSeconds: 60, ...more };
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const invocation = { functionName: "fn", functionArn, requestId, idempotencyKey: "arn:é/1", payload: `{"a": 1.0}` };
  return callUrl(invocation, { target, signal });
}

const failed = (errorType: string, errorMessage: string): Reply => ({
  kind: "failed",
  payload: JSON.stringify({ errorType, errorMessage }),
});

const at = `POST ${origin}/fn`;
const table: readonly (readonly [
  sentence: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  reply: Reply,
])[] = [
  ["JSON is the result, its text untouched", 200, {}, `{"b": 2.0}`, { kind: "returned", payload: `{"b": 2.0}` }],
  ["nothing is null", 204, {}, "", { kind: "returned", payload: "null" }],
  ["an error payload is a failure", 200, {}, `{"errorType":"E","errorMessage":"m"}`, failed("E", "m")],
  [
    "a function error is a failure",
    200,
    { "x-amz-function-error": "Unhandled" },
    `{"errorMessage":"m"}`,
    { kind: "failed", payload: `{"errorMessage":"m"}` },
  ],
  [
    "an error status is a failure",
    503,
    {},
    " try later ",
    failed("Http.StatusCode.503", `${at} answered 503 Service Unavailable: try later`),
  ],
  ["an error status with a payload is that payload", 500, {}, `{"errorType":"E","errorMessage":"m"}`, failed("E", "m")],
  ["a redirect is not followed", 302, { location: "/" }, "", failed("Http.StatusCode.302", `${at} answered 302 Found`)],
  [
    "what is not JSON is a failure",
    200,
    {},
    "<html>",
    failed("Http.InvalidBody", `${at} answered with something that is not JSON: <html>`),
  ],
  [
    "7 MB are too much",
    200,
    {},
    `"${"x".repeat(7_000_000)}"`,
    failed(
      "Function.ResponseSizeTooLarge",
      "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ),
  ],
];
for (const [sentence, status, headers, body, reply] of table) {
  test(`of what a URL answers, ${sentence}`, async () => {
    script.answer = (response) => response.writeHead(status, headers).end(body);
    assert.deepEqual(await call(), reply);
  });
}

test("the event is posted with the ids of the call and the configured headers", async () => {
  let seen: Seen | undefined;
  script.answer = (response, request) => {
    seen = request;
    response.end("null");
  };
  await call({ headers: { Authorization: "Bearer x" } });
  assert.equal(seen?.method, "POST");
  assert.equal(seen.body, `{"a": 1.0}`);
  const { headers } = seen;
  assert.deepEqual(
    [
      headers["content-type"],
      headers["idempotency-key"],
      headers["lambda-runtime-aws-request-id"],
      headers.authorization,
    ],
    ["application/json", "arn:%C3%A9/1", requestId, "Bearer x"],
  );
});

test("an answer that does not come in time fails as in Lambda", async () => {
  script.answer = () => undefined;
  const reply = await call({ timeoutSeconds: 0.05 });
  assert.deepEqual(
    reply,
    failed("Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out after 0.05 seconds`),
  );
});

test("a call that nobody waits for any more is given up", async () => {
  const controller = new AbortController();
  script.answer = () => controller.abort();
  assert.equal((await call({}, controller.signal)).kind, "failed");
});

test("a connection that the other side closed while it was idle is not a failure", async () => {
  script.answer = (response) => response.end("1");
  assert.equal((await call()).payload, "1");
  let drops = 1;
  script.answer = (response) => {
    if (drops-- > 0) response.socket?.destroy();
    else response.end("2");
  };
  assert.equal((await call()).payload, "2");
});

test("a host that does not answer is told without the secrets of its address", async () => {
  const reply = await call({ url: new URL("http://user:hunter2@127.0.0.1:1/fn?key=hunter2") });
  assert.deepEqual(
    reply,
    failed("Http.Unreachable", "POST http://127.0.0.1:1/fn failed: connect ECONNREFUSED 127.0.0.1:1"),
  );
});
