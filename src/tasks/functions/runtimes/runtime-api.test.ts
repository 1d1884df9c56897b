import assert from "node:assert/strict";
import { request as requestHttp } from "node:http";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import type { Invocation, Reply } from "../invocation.ts";
import { RuntimeApi, type RuntimeApiOptions } from "./runtime-api.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Kit {
  readonly api: RuntimeApi;
  readonly address: string;
  /** All that the API told of, in order. */
  readonly told: (string | { readonly reply: Reply; readonly isReusable: boolean })[];
  get(path: string): Promise<Answer>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<Answer>;
}

async function kitOf(t: TestContext, more: Partial<RuntimeApiOptions> = {}): Promise<Kit> {
  const told: Kit["told"] = [];
  const events = {
    started: () => void told.push("started"),
    ended: (reply: Reply, isReusable: boolean) => void told.push({ reply, isReusable }),
  };
  const api = new RuntimeApi({ timeoutSeconds: 3, events, ...more });
  const address = await api.listen();
  t.after(() => api.close());
  return {
    api,
    address,
    told,
    get: (path) => plain(address, path),
    post: (path, body, headers = {}) => plain(address, path, { body, headers }),
  };
}

interface Posted {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** As runtimes ask: `fetch` would say that it is none of them. */
function plain(address: string, path: string, posted?: Posted): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(`http://${address}${path}`, {
      method: posted === undefined ? "GET" : "POST",
      headers: posted?.headers ?? {},
      agent: false,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => {
        const headers = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
        resolve({ status: response.statusCode ?? 0, headers, body });
      });
    });
    request.end(posted?.body);
  });
}

const next = "/2018-06-01/runtime/invocation/next";
const invocation: Invocation = {
  functionName: "fn",
  functionArn: "arn:aws:lambda:us-east-1:123456789012:function:fn",
  requestId: "00000000-0000-8000-8000-000000000001",
  idempotencyKey: "key",
  payload: `{"a":1.0,"ü":"€"}`,
};
const own = `/2018-06-01/runtime/invocation/${invocation.requestId}`;

async function running(t: TestContext): Promise<Kit> {
  const kit = await kitOf(t);
  kit.api.offer(invocation);
  assert.equal((await kit.get(next)).status, 200);
  return kit;
}

test("an event is handed out with the headers of Lambda, whoever comes first", async (t) => {
  for (const isAskedFirst of [true, false]) {
    const kit = await kitOf(t);
    const traceHeader = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1";
    const full = { ...invocation, traceHeader, clientContext: `{"custom":\n{"ü":"😀"}}` };
    if (!isAskedFirst) kit.api.offer(full);
    const asked = kit.get(next);
    if (isAskedFirst) setTimeout(() => kit.api.offer(full), 20);
    const before = Date.now();
    const { status, headers, body } = await asked;
    assert.deepEqual([status, body, kit.told], [200, invocation.payload, ["started"]]);
    const deadline = Number(headers.get("lambda-runtime-deadline-ms"));
    assert.ok(deadline >= before + 2_900 && deadline <= Date.now() + 3_000, String(deadline));
    assert.deepEqual(
      ["aws-request-id", "invoked-function-arn", "trace-id"].map((name) => headers.get(`lambda-runtime-${name}`)),
      [invocation.requestId, invocation.functionArn, traceHeader],
    );
    assert.equal(headers.get("content-type"), "application/json");
    assert.deepEqual(JSON.parse(headers.get("lambda-runtime-client-context") ?? ""), { custom: { ü: "😀" } });
  }
});

test("an answer is the reply, and the next event comes after it", async (t) => {
  const kit = await running(t);
  const { status, body } = await kit.post(`${own}/response`, `{"b": 2}`);
  assert.deepEqual([status, JSON.parse(body)], [202, { status: "OK" }]);
  assert.deepEqual(kit.told.at(-1), { reply: { kind: "returned", payload: `{"b": 2}` }, isReusable: true });
  kit.api.offer({ ...invocation, requestId: "second" });
  assert.equal((await kit.get(next)).headers.get("lambda-runtime-aws-request-id"), "second");
});

const errors: readonly (readonly [what: string, body: string, headers: Record<string, string>, payload: unknown])[] = [
  ["as it is", `{"errorType":"E","errorMessage":"m","more":1}`, {}, { errorType: "E", errorMessage: "m", more: 1 }],
  [
    "without the cause for X-Ray",
    `{"errorType":"E","errorMessage":"m","stackTrace":["l"],"cause":{"x":1}}`,
    { "content-type": "application/vnd.aws.lambda.error.cause+json" },
    { errorMessage: "m", errorType: "E", stackTrace: ["l"] },
  ],
  [
    "by its type in the header where the body is none",
    "boom",
    { "lambda-runtime-function-error-type": "Runtime.Broken" },
    { errorType: "Runtime.Broken", errorMessage: "boom" },
  ],
  ["as unknown where nothing is said", "", {}, { errorType: "Runtime.Unknown", errorMessage: "" }],
  [
    "beside a cause for X-Ray of half a megabyte in a header",
    `{"errorType":"E","errorMessage":"m"}`,
    { "lambda-runtime-function-xray-error-cause": "x".repeat(500_000) },
    { errorType: "E", errorMessage: "m" },
  ],
];
for (const [what, body, headers, payload] of errors) {
  test(`an error is the reply ${what}`, async (t) => {
    const kit = await running(t);
    assert.equal((await kit.post(`${own}/error`, body, headers)).status, 202);
    const last = kit.told.at(-1);
    assert.ok(typeof last === "object" && last.reply.kind === "failed" && last.isReusable);
    assert.deepEqual(JSON.parse(last.reply.payload), payload);
  });
}

test("a streamed response is taken whole, and its trailers may say that it is an error", async (t) => {
  for (const [trailers, reply] of [
    [{}, { kind: "returned", payload: `{"part":"one two"}` }],
    [
      {
        "Lambda-Runtime-Function-Error-Type": "Error",
        "Lambda-Runtime-Function-Error-Body": Buffer.from(`{"errorType":"Midway","errorMessage":"m"}`).toString(
          "base64",
        ),
      },
      { kind: "failed", payload: `{"errorType":"Midway","errorMessage":"m"}` },
    ],
    [
      { "Lambda-Runtime-Function-Error-Type": "Runtime.Midway" },
      { kind: "failed", payload: `{"errorType":"Runtime.Midway","errorMessage":""}` },
    ],
  ] as const) {
    const kit = await running(t);
    const status = await new Promise<number>((resolve, reject) => {
      const request = requestHttp(`http://${kit.address}${own}/response`, {
        method: "POST",
        headers: {
          "Lambda-Runtime-Function-Response-Mode": "streaming",
          Trailer: Object.keys(trailers).join(", ") || "X",
        },
      });
      request.on("error", reject).on("response", (response) => resolve(response.resume().statusCode ?? 0));
      request.write(`{"part":`);
      request.addTrailers(trailers);
      setTimeout(() => request.end(`"one two"}`), 10);
    });
    assert.equal(status, 202);
    assert.deepEqual(kit.told.at(-1), { reply, isReusable: true });
  }
});

const refused: readonly (readonly [
  what: string,
  path: string,
  body: string | undefined,
  status: number,
  type: string,
])[] = [
  ["another request's answer", "/2018-06-01/runtime/invocation/other/response", "{}", 400, "InvalidRequestID"],
  ["another request's error", "/2018-06-01/runtime/invocation/other/error", "{}", 400, "InvalidRequestID"],
  ["a further event before the answer", next, undefined, 403, "InvalidStateTransition"],
  ["an error of loading after that", "/2018-06-01/runtime/init/error", "{}", 403, "InvalidStateTransition"],
  ["an extension", "/2020-01-01/extension/register", "{}", 403, "Extension.RegistrationClosed"],
  ["the Telemetry API", "/2022-07-01/telemetry", "{}", 202, "Telemetry.NotSupported"],
  ["the Logs API", "/2020-08-15/logs", "{}", 202, "Logs.NotSupported"],
  ["anything else", "//2018-06-01/runtime", undefined, 404, "NotFound"],
];
for (const [what, path, body, status, type] of refused) {
  test(`${what} is refused by name, and the call goes on`, async (t) => {
    const kit = await running(t);
    const answer = body === undefined ? await kit.get(path) : await kit.post(path, body);
    assert.deepEqual([answer.status, JSON.parse(answer.body).errorType], [status, type]);
    assert.deepEqual(kit.told, ["started"]);
    assert.equal((await kit.post(`${own}/response`, "1")).status, 202);
  });
}

test("more than six megabytes are the call's failure, and so is a mode of response that there is not", async (t) => {
  const large = await running(t);
  assert.equal((await large.post(`${own}/response`, "x".repeat(6_291_557))).status, 413);
  assert.match(JSON.stringify(large.told.at(-1)), /Function\.ResponseSizeTooLarge.*"isReusable":true/);
  const mode = await running(t);
  const headers = { "lambda-runtime-function-response-mode": "batch" };
  assert.equal((await mode.post(`${own}/response`, "1", headers)).status, 400);
  assert.match(JSON.stringify(mode.told.at(-1)), /Runtime\.InvalidResponseModeHeader/);
});

test("an error of loading is the reply to the call that the process was started for", async (t) => {
  const kit = await kitOf(t);
  kit.api.offer(invocation);
  const { status } = await kit.post(
    "/2018-06-01/runtime/init/error",
    `{"errorType":"Runtime.Import","errorMessage":"m"}`,
  );
  assert.equal(status, 202);
  const payload = `{"errorType":"Runtime.Import","errorMessage":"m"}`;
  assert.deepEqual(kit.told, [{ reply: { kind: "failed", payload }, isReusable: false }]);
});

test("a client that lost its connection asks again, and gets the event", async (t) => {
  const kit = await kitOf(t);
  const { port } = new URL(`http://${kit.address}`);
  const lost = connect(Number(port), "127.0.0.1");
  lost.write(`GET ${next} HTTP/1.1\r\nHost: ${kit.address}\r\n\r\n`);
  const asked = [kit.get(next), kit.get(next)].map((answer) => answer.then(({ status }) => status).catch(() => "cut"));
  lost.destroy();
  setTimeout(() => kit.api.offer(invocation), 50);
  assert.deepEqual((await Promise.all(asked)).map(String).toSorted(), ["200", "cut"]);
});

test("a page in a browser, and another user of the machine, get no answer", async (t) => {
  const kit = await kitOf(t);
  kit.api.offer(invocation);
  for (const headers of [{ origin: "http://evil.test" }, { "sec-fetch-site": "none" }, { host: "evil.test" }])
    await assert.rejects(kit.post(next, "", headers));
  const other = await kitOf(t, { isPeer: () => Promise.resolve(false) });
  other.api.offer(invocation);
  await assert.rejects(other.get(next));
  assert.deepEqual([kit.told, other.told], [[], []]);
});

test("a process that is gone leaves nothing open", async (t) => {
  const kit = await kitOf(t);
  const asked = kit.get(next).catch(() => "cut");
  await kit.get("/2018-06-01/ping");
  await kit.api.close();
  assert.equal(await asked, "cut");
  await assert.rejects(kit.get(next));
});
