import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Json, JsonObject } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { parseTaskResource } from "../asl/resource.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { FunctionTarget } from "./functions/config.ts";
import { LocalFunctions } from "./functions/local-functions.ts";
import { functionArnConnector, lambdaInvokeConnector } from "./lambda.ts";
import { type LambdaApi, lambdaApiOf } from "./lambda-api.ts";

const command = (line: string): FunctionTarget => ({
  kind: "command",
  command: line,
  cwd: "/",
  timeoutSeconds: 60,
  env: {},
});
const raised = `{"errorMessage": "Some exception was raised.", "errorType": "Exception", "stackTrace": ["line 2"]}`;
const logged: string[] = [];
const longError = `{"errorType":"E","errorMessage":${"1".repeat(1_001)}}`;
const functions = new LocalFunctions({
  targets: new Map([
    ["echo", command("cat")],
    ["spaced", command(`echo '{"a": 1.0,  "b": [ ]}'`)],
    ["raises", command(`echo '${raised}'; exit 1`)],
    ["versioned:7", command("echo 7")],
    ["prints", command("printf 'one\\ntwo' >&2; echo 1")],
    ["floods", command("head -c 9000 /dev/zero | tr '\\0' 'y' >&2; echo 1")],
    ["long", command(`head -c 1001 /dev/zero | tr '\\0' '1'`)],
    ["longError", command(`echo '${longError}'; exit 1`)],
    ["deep", command(`head -c 1001 /dev/zero | tr '\\0' '['; head -c 1001 /dev/zero | tr '\\0' ']'`)],
  ]),
  log: ({ text }) => logged.push(text),
});
after(() => functions.close());

const region = "arn:aws:lambda:eu-west-1:111111111111:function";
const never = new AbortController().signal;

function perform(resource: string, parameters: string, api?: LambdaApi): Promise<TaskOutcome> {
  const parsed = parseTaskResource(resource);
  assert.ok(parsed !== undefined);
  const task: PerformTask = {
    kind: "PerformTask",
    attempt: { executionArn: "arn:aws:states:eu-west-1:111111111111:execution:m:e", scheduledEventId: 3 },
    resource: parsed,
    parameters: Payload.ofText(parameters),
    stateMachineArn: "arn:aws:states:eu-west-1:111111111111:stateMachine:m",
    roleArn: "arn:aws:iam::111111111111:role/r",
  };
  const options = { functions, api, now: () => 1_700_000_000_000 };
  return (parsed.kind === "lambda" ? functionArnConnector : lambdaInvokeConnector)(options).perform(task, never);
}

const invoke = (parameters: Json, api?: LambdaApi): Promise<TaskOutcome> =>
  perform("arn:aws:states:::lambda:invoke", JSON.stringify(parameters), api);

function outputOf(outcome: TaskOutcome): JsonObject {
  assert.ok(outcome.kind !== "failed", JSON.stringify(outcome));
  return outcome.output.value as JsonObject;
}

test("a function ARN gets the parameters and gives what the function returns, text untouched", async () => {
  const echoed = await perform(`${region}:echo`, `{"x": 1.0}`);
  assert.ok(echoed.kind === "succeeded");
  assert.equal(echoed.output.text, `{"x": 1.0}\n`.trim());
  const spaced = await perform(`${region}:spaced`, "{}");
  assert.ok(spaced.kind === "succeeded");
  assert.equal(spaced.output.text, `{"a": 1.0,  "b": [ ]}`);
});

test("a function's error keeps its payload as it was for a function ARN, compact for lambda:invoke", async () => {
  assert.deepEqual(await perform(`${region}:raises`, "{}"), { kind: "failed", error: "Exception", cause: raised });
  const cause = JSON.stringify(JSON.parse(raised));
  assert.deepEqual(await invoke({ FunctionName: "raises" }), { kind: "failed", error: "Exception", cause });
});

test("lambda:invoke gives what the service answers, in the recorded order", async () => {
  const output = outputOf(await invoke({ FunctionName: "echo", Payload: { foo: "foo-1" } }));
  const { RequestId } = output["SdkResponseMetadata"] as { readonly RequestId: string };
  assert.match(RequestId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const digits = RequestId.replaceAll("-", "");
  const trace = `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Sampled=0`;
  const date = "Tue, 14 Nov 2023 22:13:20 GMT";
  const all =
    `{"X-Amz-Executed-Version":["$LATEST"],"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],` +
    `"x-amzn-RequestId":["${RequestId}"],"Content-Length":["15"],"Date":["${date}"],"X-Amzn-Trace-Id":["${trace}"],` +
    `"Content-Type":["application/json"]}`;
  const one =
    `{"Connection":"keep-alive","Content-Length":"15","Content-Type":"application/json","Date":"${date}",` +
    `"X-Amz-Executed-Version":"$LATEST","x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"${RequestId}",` +
    `"X-Amzn-Trace-Id":"${trace}"}`;
  assert.equal(
    JSON.stringify(output),
    `{"ExecutedVersion":"$LATEST","Payload":{"foo":"foo-1"},"SdkHttpMetadata":{"AllHttpHeaders":${all},` +
      `"HttpHeaders":${one},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"${RequestId}"},"StatusCode":200}`,
  );
});

const payloads: readonly (readonly [payload: Json, received: Json])[] = [
  [null, {}],
  ["", {}],
  ["0", 0],
  [`"HelloWorld"`, "HelloWorld"],
  ["null", null],
  [[1], [1]],
  [true, true],
];
for (const [payload, received] of payloads) {
  test(`a function receives ${JSON.stringify(received)} for the Payload ${JSON.stringify(payload)}`, async () => {
    assert.deepEqual(outputOf(await invoke({ FunctionName: "echo", Payload: payload }))["Payload"], received);
  });
}

for (const name of ["echo", "echo:1", "111111111111:function:echo", `${region}:echo`, `${region}:echo:live`]) {
  test(`the name ${name} finds the mapped function`, async () => {
    const output = outputOf(await invoke({ FunctionName: name, Payload: 1 }));
    assert.deepEqual([output["Payload"], output["ExecutedVersion"]], [1, name.endsWith(":1") ? "1" : "$LATEST"]);
  });
}

test("a qualifier picks the function that is mapped with it", async () => {
  const output = outputOf(await invoke({ FunctionName: "versioned", Qualifier: "7" }));
  assert.deepEqual([output["Payload"], output["ExecutedVersion"]], [7, "7"]);
});

test("with a task token the answer is a submission", async () => {
  const outcome = await perform("arn:aws:states:::lambda:invoke.waitForTaskToken", `{"FunctionName":"echo"}`);
  assert.equal(outcome.kind, "submitted");
});

test("an asynchronous invocation is answered with 202 while the function runs on; its failure is logged", async () => {
  const output = outputOf(await invoke({ FunctionName: "raises", InvocationType: "Event" }));
  assert.deepEqual([output["StatusCode"], output["Payload"], output["ExecutedVersion"]], [202, "", undefined]);
  while (!logged.join("").includes("raises failed after an asynchronous invocation")) await setImmediate();
});

const details = (status: number, code: string): string =>
  `(Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: <id>; Proxy: null)`;
const hint = (name: string, file: string): string =>
  `To run it here, add it to pawl.config.json: "functions": { "${name}": "./${file}.js#handler" } ` +
  `(or set AWS_ENDPOINT_URL_LAMBDA to the address of a Lambda API that has it).`;
const tooDeep =
  "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)";
const tooLong =
  "Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`)";
const failures: readonly (readonly [parameters: Json, error: string, cause: string])[] = [
  [
    { FunctionName: "MyFn_2" },
    "Lambda.ResourceNotFoundException",
    `Function not found: ${region}:MyFn_2:$LATEST. ${hint("MyFn_2", "my-fn-2")}`,
  ],
  [
    { FunctionName: "toString" },
    "Lambda.ResourceNotFoundException",
    `Function not found: ${region}:toString:$LATEST. ${hint("toString", "to-string")}`,
  ],
  [
    { FunctionName: "echo:1", Qualifier: "2" },
    "Lambda.InvalidParameterValueException",
    `The derived qualifier from the function name does not match the specified qualifier. ${details(400, "InvalidParameterValueException")}`,
  ],
  [
    { FunctionName: "echo", Payload: "not JSON" },
    "Lambda.InvalidRequestContentException",
    `Could not parse request body into json: Could not parse payload into json ${details(400, "InvalidRequestContentException")}`,
  ],
  [{ FunctionName: "deep" }, "States.Runtime", `The function returned JSON that cannot be read: ${tooDeep}`],
  [{ FunctionName: "long" }, "States.Runtime", `The function returned JSON that cannot be read: ${tooLong}`],
  [
    { FunctionName: "longError" },
    "Lambda.Unknown",
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${longError}`,
  ],
];
for (const [parameters, error, cause] of failures) {
  test(`lambda:invoke with ${JSON.stringify(parameters)} fails with ${error}`, async () => {
    const outcome = await invoke(parameters);
    assert.ok(outcome.kind === "failed");
    const shown = outcome.cause?.replace(/Request ID: [0-9a-f-]{36}/, "Request ID: <id>");
    assert.deepEqual([outcome.error, shown], [error, cause]);
  });
}

test("the line to add is shown for a placeholder that nothing has filled, and for a name that is nearly there", async () => {
  for (const FunctionName of ["${ChargeCardFunctionArn}", "arn:aws:lambda:${AWS::Region}:111111111111:function:f"]) {
    const outcome = await invoke({ FunctionName });
    assert.ok(outcome.kind === "failed");
    const [name = ""] = /\$\{[^}]*\}/.exec(FunctionName) ?? [];
    const line = `"substitutions": { ${JSON.stringify(name.slice(2, -1))}: "my-function" }`;
    assert.equal(outcome.error, "Lambda.AWSLambdaException");
    assert.ok(
      outcome.cause?.includes(`${name} is a placeholder that nothing has filled: add it to pawl.config.json: ${line}`),
    );
  }
  for (const FunctionName of ["raise", "raise:live", "111111111111:function:raise", `${region}:raise`]) {
    const outcome = await invoke({ FunctionName });
    assert.ok(outcome.kind === "failed");
    assert.match(
      outcome.cause ?? "",
      /\. Did you mean raises\? To run it here, add .* "raise": "\.\/raise\.js#handler" /,
    );
  }
});

test("a function name that is none fails as in Lambda's API", async () => {
  const outcome = await invoke({ FunctionName: "a b" });
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error, "Lambda.AWSLambdaException");
  assert.match(outcome.cause ?? "", /^1 validation error detected: Value 'a b' at 'functionName' failed to satisfy/);
});

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}
const script: { answer: Answer } = { answer: { status: 200, body: "{}" } };
let seen: { readonly request: IncomingMessage; readonly body: string } | undefined;
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  request.on("end", () => {
    seen = { request, body };
    const { status, headers, body: text } = script.answer;
    response.writeHead(status, headers).end(text);
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);
const api = lambdaApiOf({ AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/` }, now);

test("a function that is not mapped is called through the Lambda API", async () => {
  const headers = { "x-amzn-requestid": "r-1", "x-amz-executed-version": "3", "x-amz-log-result": "bG9n" };
  script.answer = { status: 200, headers, body: `{"n": 1}` };
  const parameters = {
    FunctionName: "far",
    Qualifier: "live",
    LogType: "Tail",
    ClientContext: "e30=",
    Payload: { a: 1 },
  };
  const output = outputOf(await invoke(parameters, api));
  const { ExecutedVersion, LogResult, StatusCode, SdkResponseMetadata } = output;
  assert.deepEqual(
    { ExecutedVersion, LogResult, Payload: output["Payload"], StatusCode, SdkResponseMetadata },
    {
      ExecutedVersion: "3",
      LogResult: "bG9n",
      Payload: { n: 1 },
      StatusCode: 200,
      SdkResponseMetadata: { RequestId: "r-1" },
    },
  );
  const { url, method, headers: sent } = seen?.request ?? {};
  assert.equal(`${method} ${url}`, "POST /base/2015-03-31/functions/far/invocations?Qualifier=live");
  assert.equal(seen?.body, `{"a":1}`);
  assert.deepEqual(
    [sent?.["x-amz-invocation-type"], sent?.["x-amz-log-type"], sent?.["x-amz-client-context"]],
    ["RequestResponse", "Tail", "e30="],
  );
  assert.match(
    sent?.authorization ?? "",
    /^AWS4-HMAC-SHA256 Credential=test\/20260102\/eu-west-1\/lambda\/aws4_request, SignedHeaders=amz-sdk-invocation-id;content-type;host;x-amz-client-context;x-amz-date;x-amz-invocation-type;x-amz-log-type, /,
  );
});

test("a function of another account or region is called by its ARN", async () => {
  script.answer = { status: 200, body: "{}" };
  for (const arn of [
    "arn:aws:lambda:us-east-1:111111111111:function:far",
    "arn:aws:lambda:eu-west-1:222222222222:function:far",
  ]) {
    outputOf(await invoke({ FunctionName: arn }, api));
    assert.equal(seen?.request.url, `/base/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`);
  }
});

test("a local function's log comes with its answer where it is asked for", async () => {
  const logOf = async (parameters: JsonObject): Promise<string | undefined> => {
    const { LogResult, SdkHttpMetadata } = outputOf(await invoke(parameters));
    const shown = (SdkHttpMetadata as { readonly HttpHeaders: JsonObject }).HttpHeaders["X-Amz-Log-Result"];
    assert.equal(shown, LogResult);
    return LogResult === undefined ? undefined : Buffer.from(String(LogResult), "base64").toString();
  };
  const framed = (version: string, printed: string): RegExp =>
    new RegExp(`^START RequestId: [0-9a-f-]{36} Version: ${version}\\n${printed}END RequestId: [0-9a-f-]{36}\\n$`);
  assert.equal(await logOf({ FunctionName: "prints", LogType: "None" }), undefined);
  assert.match((await logOf({ FunctionName: "prints", LogType: "Tail" })) ?? "", framed("\\$LATEST", "one\\ntwo\\n"));
  assert.match((await logOf({ FunctionName: "echo:3", LogType: "Tail" })) ?? "", framed("3", ""));
  const flood = (await logOf({ FunctionName: "floods", LogType: "Tail" })) ?? "";
  assert.equal(flood.length, 4096);
  assert.match(flood, /^y+\nEND RequestId: [0-9a-f-]{36}\n$/);
});

const remote: readonly (readonly [answer: Answer, error: string, cause: string])[] = [
  [
    {
      status: 404,
      headers: { "x-amzn-errortype": "ResourceNotFoundException:http://x/", "x-amzn-requestid": "<id>" },
      body: `{"Message":"Function not found: ${region}:far:$LATEST"}`,
    },
    "Lambda.ResourceNotFoundException",
    `Function not found: ${region}:far:$LATEST ${details(404, "ResourceNotFoundException")}`,
  ],
  [
    {
      status: 403,
      headers: { "x-amzn-requestid": "<id>" },
      body: `{"__type":"InvalidSignatureException","message":"no"}`,
    },
    "Lambda.AWSLambdaException",
    `no ${details(403, "InvalidSignatureException")}`,
  ],
  [
    { status: 200, headers: { "x-amz-function-error": "Unhandled" }, body: raised },
    "Exception",
    JSON.stringify(JSON.parse(raised)),
  ],
  [
    { status: 200, headers: { "x-amz-function-error": "Unhandled" }, body: `{"errorMessage": "Task timed out"}` },
    "Lambda.Unknown",
    `The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"Task timed out"}`,
  ],
];
for (const [given, error, cause] of remote) {
  test(`what the Lambda API answers with ${given.status} fails with ${error}`, async () => {
    script.answer = given;
    assert.deepEqual(await invoke({ FunctionName: "far" }, api), { kind: "failed", error, cause });
  });
}

test("a Lambda API that cannot be reached is a client error", async () => {
  const outcome = await invoke(
    { FunctionName: "far" },
    lambdaApiOf({ AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:1" }, now),
  );
  assert.deepEqual(outcome, {
    kind: "failed",
    error: "Lambda.SdkClientException",
    cause: "Unable to execute HTTP request: connect ECONNREFUSED 127.0.0.1:1",
  });
});

test("the address of the Lambda API is taken from the standard variables and must be one", () => {
  assert.equal(lambdaApiOf({}, now), undefined);
  assert.equal(
    lambdaApiOf({ AWS_ENDPOINT_URL_LAMBDA: "http://a", AWS_ENDPOINT_URL: "http://b" }, now)?.endpoint.host,
    "a",
  );
  assert.throws(
    () => lambdaApiOf({ AWS_ENDPOINT_URL: "localhost:4566" }, now),
    /^Error: AWS_ENDPOINT_URL_LAMBDA \(or AWS_ENDPOINT_URL\) is no address/,
  );
});
