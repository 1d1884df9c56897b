// Calls of services over HTTP: what arrives at a server that notes it, and what becomes of its answers.
import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import type { Json, JsonObject } from "../asl/json.ts";
import type { AwsAnswer, AwsCall } from "./call.ts";
import { createCallers } from "./create-caller.ts";
import { canonicalRequest, parseBasicTime, signatureOf, signingKeyOf } from "./sigv4.ts";

interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}
interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let arrived: Arrived[] = [];
let reply: (request: Arrived) => Reply = () => ({});
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { method = "", url = "", headers, rawHeaders } = request;
    const one: Arrived = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString("utf8") };
    arrived.push(one);
    const { status = 200, headers: own = {}, body = "" } = reply(one);
    response
      .writeHead(status, { "x-amzn-RequestId": "request-1", ...own, "Content-Length": Buffer.byteLength(body) })
      .end(body);
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => server.close());
beforeEach(() => {
  arrived = [];
  reply = () => ({});
});

let now = Date.UTC(2026, 0, 2, 3, 4, 5);
const keys = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" };
const { callAws, callApi } = createCallers({
  environment: { AWS_CONFIG_FILE: "/none", AWS_ENDPOINT_URL: url, ...keys },
  services: new Map([["kinesis", { endpoint: "http://127.0.0.1:1" }]]),
  region: "us-east-1",
  isOwnAddress: () => false,
  now: () => now,
});
const signal = new AbortController().signal;

function call(service: string, action: string, input: JsonObject, more: Partial<AwsCall> = {}): Promise<AwsAnswer> {
  return callAws({ service, action, input, ...more }, signal);
}

function onlyArrived(): Arrived {
  const [only] = arrived;
  assert.ok(only !== undefined && arrived.length === 1, `${arrived.length} requests arrived`);
  return only;
}

/** The signature that a service finds over what arrived. */
function expectSigned({ method, url: target, headers, rawHeaders, body }: Arrived, path = target): void {
  const [, key = "", date = "", region = "", service = "", names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d+)\/([\w-]+)\/([\w-]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  assert.equal(key, "AKID");
  const scope = { date, region, service };
  const time = String(headers["x-amz-date"]);
  assert.equal(parseBasicTime(time), now);
  const signedHeaders = names.split(";");
  const canonical = canonicalRequest({ method, url: path, rawHeaders, signedHeaders, body });
  assert.equal(signatureOf(canonical, time, scope, signingKeyOf("secret", scope)).toString("hex"), signature);
}

test("JSON: an action is called, signed, and its answer told with its headers", async () => {
  reply = () => ({
    headers: { "Content-Type": "application/x-amz-json-1.0" },
    body: '{"MessageId":"m","MD5OfMessageBody":"d"}',
  });
  const answer = await call("sqs", "sendMessage", {
    QueueUrl: "http://q",
    MessageBody: { a: [1, null] },
    DelaySeconds: null,
  });
  const request = onlyArrived();
  assert.equal(request.headers["x-amz-target"], "AmazonSQS.SendMessage");
  assert.deepEqual(JSON.parse(request.body), { QueueUrl: "http://q", MessageBody: '{"a":[1,null]}' });
  expectSigned(request);
  assert.ok(answer.kind === "answered");
  assert.deepEqual(answer.output, { MD5OfMessageBody: "d", MessageId: "m" });
  assert.deepEqual([answer.status, answer.requestId], [200, "request-1"]);
  assert.deepEqual(answer.headers[0], ["x-amzn-RequestId", "request-1"]);
});

test("S3: a key goes into the path as it is, once escaped, and the hash of the body is told", async () => {
  reply = () => ({ headers: { ETag: '"e"' } });
  const answer = await call("s3", "putObject", { Bucket: "b", Key: "a/../x y+é", Body: { n: 1 } });
  const request = onlyArrived();
  assert.equal(request.url, "/b/a/../x%20y%2B%C3%A9?x-id=PutObject".replace("?x-id=PutObject", ""));
  assert.equal(request.body, '{"n":1}');
  assert.match(String(request.headers["x-amz-content-sha256"]), /^[0-9a-f]{64}$/);
  expectSigned(request);
  assert.ok(answer.kind === "answered");
  assert.deepEqual(answer.output, { ETag: '"e"' });
});

test("other services sign the escapes of a path once more", async () => {
  await call("lambda", "getFunction", { FunctionName: "arn:aws:lambda:us-east-1:1:function:f" });
  const request = onlyArrived();
  assert.equal(request.url, "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af");
  expectSigned(request, request.url.replaceAll("%", "%25"));
});

test("S3: an object is a text, its headers are members, and the body comes last", async () => {
  reply = () => ({
    headers: { "Content-Type": "text/plain", "x-amz-meta-A": "1", "Last-Modified": "Fri, 02 Jan 2026 03:04:05 GMT" },
    body: "héllo",
  });
  const answer = await call("s3", "getObject", { Bucket: "b", Key: "k" });
  assert.ok(answer.kind === "answered");
  assert.deepEqual(Object.keys(answer.output).at(-1), "Body");
  assert.deepEqual(answer.output, {
    ContentLength: 6,
    ContentType: "text/plain",
    LastModified: "2026-01-02T03:04:05Z",
    Metadata: { a: "1" },
    Body: "héllo",
  });
});

test("query: a form goes out and XML comes back", async () => {
  reply = () => ({
    body: "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>",
  });
  const answer = await call("sns", "publish", { TopicArn: "arn", Message: true });
  assert.equal(onlyArrived().body, "Action=Publish&Version=2010-03-31&TopicArn=arn&Message=true");
  assert.deepEqual(answer.kind === "answered" && answer.output, { MessageId: "m" });
});

const refusals: readonly (readonly [
  service: string,
  action: string,
  input: JsonObject,
  reply: Reply,
  expected: Json,
])[] = [
  [
    "dynamodb",
    "getItem",
    { TableName: "t", Key: {} },
    { status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}' },
    { status: 400, code: "ResourceNotFoundException", modelled: "ResourceNotFoundException", message: "no" },
  ],
  [
    "sns",
    "publish",
    { Message: "m" },
    {
      status: 404,
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>",
    },
    { status: 404, code: "NotFound", modelled: "NotFoundException", message: "no topic" },
  ],
  [
    "sqs",
    "sendMessage",
    { QueueUrl: "q", MessageBody: "b" },
    {
      status: 400,
      headers: { "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" },
      body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"}',
    },
    {
      status: 400,
      code: "AWS.SimpleQueueService.NonExistentQueue",
      modelled: "QueueDoesNotExist",
      message: "no queue",
    },
  ],
  [
    "s3",
    "getObject",
    { Bucket: "b", Key: "k" },
    {
      status: 404,
      headers: { "x-amz-id-2": "ext" },
      body: "<Error><Code>NoSuchKey</Code><Message>no key</Message><RequestId>r</RequestId></Error>",
    },
    { status: 404, code: "NoSuchKey", modelled: "NoSuchKey", message: "no key", extendedRequestId: "ext" },
  ],
  [
    "s3",
    "copyObject",
    { Bucket: "b", Key: "k", CopySource: "b/o" },
    { status: 200, body: '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>late</Message></Error>' },
    { status: 500, code: "InternalError", message: "late" },
  ],
  [
    "ecs",
    "listClusters",
    {},
    { status: 502, body: "<html>Bad gateway</html>" },
    { status: 502, code: "", message: "The service answered with the status 502." },
  ],
];
for (const [service, action, input, answered, expected] of refusals) {
  test(`a refusal of ${service}:${action} with ${answered.status ?? 200} is told by its name`, async () => {
    reply = () => answered;
    const answer = await call(service, action, input);
    assert.ok(answer.kind === "refused", JSON.stringify(answer));
    const told = JSON.parse(JSON.stringify({ ...answer, kind: undefined, requestId: undefined })) as Json;
    assert.deepEqual(told, expected);
  });
}

test("input that is none of the action is not sent", async () => {
  const problems = await Promise.all([
    call("sqs", "sendMessage", { QueueUrl: "q", messageBody: "b" }),
    call("sqs", "sendMessage", { QueueUrl: "q", DelaySeconds: "soon" }),
    call("sqs", "sendMessage", { QueueUrl: "q", MessageAttributes: [] }),
    call("sqs", "sendMessages", {}),
    call("nothing", "sendMessage", {}),
    call("s3", "getObject", { Bucket: "b" }),
  ]);
  assert.deepEqual(
    problems.map((answer) => answer.kind === "invalid" && answer.message),
    [
      'The field "messageBody" is not supported by Step Functions',
      "The value of the field 'DelaySeconds' has an invalid format",
      "The value of the field 'MessageAttributes' has an invalid format",
      "Pawl knows no action sqs:sendMessages",
      "Pawl knows no action nothing:sendMessage",
      "No value provided for input HTTP label: Key.",
    ],
  );
  assert.equal(arrived.length, 0);
});

test("nobody who answers, and somebody who speaks otherwise, are unreachable", async () => {
  const gone = await call("kinesis", "listStreams", {});
  assert.ok(gone.kind === "unreachable");
  assert.match(gone.message, /ECONNREFUSED/);
  reply = () => ({ body: "hello" });
  const other = await call("dynamodb", "listTables", {});
  assert.ok(other.kind === "unreachable", JSON.stringify(other));
  assert.match(other.message, /^The answer is not one of DynamoDB: /);
});

test("an answer beyond what a result may be is not read to its end", async () => {
  reply = () => ({ body: "x".repeat(7 * 1024 * 1024) });
  assert.equal((await call("s3", "getObject", { Bucket: "b", Key: "k" })).kind, "tooLarge");
});

test("a role's credentials are asked for once, and again shortly before they expire", async () => {
  reply = ({ body }) => {
    if (!body.includes("Action=AssumeRole")) return { body: "{}" };
    const until = new Date(now + 3_600_000).toISOString();
    return {
      body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    };
  };
  const roleArn = "arn:aws:iam::123456789012:role/other";
  const list = () => call("dynamodb", "listTables", {}, { roleArn });
  await Promise.all([list(), list()]);
  await list();
  const byAction = (text: string): number => arrived.filter(({ body }) => body.includes(text)).length;
  assert.deepEqual([byAction("AssumeRole"), arrived.length], [1, 4]);
  const { headers } = arrived.at(-1) ?? {};
  assert.match(headers?.authorization ?? "", /Credential=ROLE\//);
  assert.equal(headers?.["x-amz-security-token"], "t");
  now += 3_400_000;
  await list();
  assert.equal(byAction("AssumeRole"), 2);
});

test("a service tells repetitions of an attempt by one token", async () => {
  reply = () => ({ body: '{"QueryExecutionId":"q"}' });
  await call(
    "athena",
    "startQueryExecution",
    { QueryString: "select 1" },
    { idempotencyToken: "of-the-attempt-0123456789abcdef" },
  );
  assert.equal(JSON.parse(onlyArrived().body).ClientRequestToken, "of-the-attempt-0123456789abcdef");
});

test("an API of API Gateway is called at the endpoint by its host", async () => {
  reply = () => ({ status: 201, headers: { "Content-Type": "application/json" }, body: "{}" });
  const request = {
    host: "a.execute-api.us-east-1.amazonaws.com",
    method: "POST",
    target: "/stage/p?q=1",
    headers: {},
    body: "1",
  };
  const answer = await callApi({ ...request, isSigned: true }, signal);
  const got = onlyArrived();
  assert.deepEqual([got.url, got.headers.host, got.body], ["/stage/p?q=1", request.host, "1"]);
  assert.match(got.headers.authorization ?? "", /us-east-1\/execute-api\/aws4_request/);
  assert.deepEqual(answer.kind === "answered" && [answer.status, answer.body], [201, "{}"]);
});

test("without configuration nothing is sent", async () => {
  const nowhere = createCallers({
    environment: { AWS_CONFIG_FILE: "/none" },
    services: new Map(),
    region: "us-east-1",
    isOwnAddress: () => false,
    now: () => now,
  });
  const answers = [
    await nowhere.callAws({ service: "sqs", action: "listQueues", input: {} }, signal),
    await nowhere.callApi(
      {
        host: "a.execute-api.us-east-1.amazonaws.com",
        method: "GET",
        target: "/",
        headers: {},
        body: "",
        isSigned: false,
      },
      signal,
    ),
  ];
  for (const answer of answers) assert.equal(answer.kind, "notConfigured");
});

test("AWS itself is not called in the server's own rights where a role's are wanted and STS is nowhere", async () => {
  const { callAws: callWithoutSts } = createCallers({
    environment: { AWS_CONFIG_FILE: "/none", ...keys },
    services: new Map([["s3", { endpoint: "aws" }]]),
    region: "us-east-1",
    isOwnAddress: () => false,
    now: () => now,
  });
  const roleArn = "arn:aws:iam::123456789012:role/less";
  const answer = await callWithoutSts({ service: "s3", action: "listBuckets", input: {}, roleArn }, signal);
  assert.ok(answer.kind === "notConfigured");
  assert.match(answer.message, /^Nothing says where STS is/);
});
