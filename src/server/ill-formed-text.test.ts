// Halves of surrogate pairs, which UTF-8 cannot write: refused where they come as such, and kept as JSON's escapes where
// workflows have or make them, so that what is read from the file later is what was shown before.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { apiClient, type CallApi } from "../cli/session/api-client.ts";
import { parseFunctionConfig } from "../tasks/functions/parse-config.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually } from "../testing/server-process.ts";
import { type PawlServer, type ServerOptions, startServer } from "./start-server.ts";

const roleArn = "arn:aws:iam::123456789012:role/any";
const activityArn = "arn:aws:states:us-east-1:123456789012:activity:ask";

/** JSON text with escapes, as clients write it: `\ud800` in it is six characters. */
const definition = String.raw`{
  "StartAt": "a\ud800",
  "States": {
    "a\ud800": { "Type": "Pass", "Result": { "\ud800": "\udc00", "other": "\ud801" }, "ResultPath": "$.made", "Next": "a\ud801" },
    "a\ud801": { "Type": "Pass", "Parameters": {
      "format.$": "States.Format('{}{}', $.half, '\ud801')",
      "split.$": "States.StringSplit($.pair, '')",
      "pair.$": "$.pair",
      "text.$": "States.JsonToString($)",
      "hash.$": "States.Hash($.half, 'SHA-256')",
      "made.$": "$.made"
    }, "ResultPath": "$.evaluated", "Next": "expressions" },
    "expressions": { "Type": "Pass", "QueryLanguage": "JSONata", "Assign": { "half": "{% $substring($states.input.pair, 0, 1) %}" },
      "Output": "{% $merge([$states.input, { 'halves': $split($states.input.pair, ''), 'one': $substring('😀', 1), 'joined': $join(['\ud83d', '\ude00']) }]) %}",
      "Next": "choose" },
    "choose": { "Type": "Choice", "Choices": [
      { "Variable": "$.half", "StringEquals": "\ud801", "Next": "wrong" },
      { "Variable": "$.half", "StringEquals": "\ud800", "Next": "call" } ], "Default": "wrong" },
    "wrong": { "Type": "Fail" },
    "call": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.called", "Next": "fails" },
    "fails": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:g", "ResultPath": "$.never",
      "Catch": [{ "ErrorEquals": ["E\ud800"], "ResultPath": "$.caught", "Next": "ask" }], "Next": "wrong" },
    "ask": { "Type": "Task", "Resource": "${activityArn}", "ResultPath": "$.asked", "Next": "each" },
    "each": { "Type": "Map", "ItemsPath": "$.evaluated.split", "ResultPath": "$.each", "ItemProcessor": { "StartAt": "m\udc00",
      "States": { "m\udc00": { "Type": "Pass", "End": true } } }, "Next": "last\ud800" },
    "last\ud800": { "Type": "Fail", "ErrorPath": "States.Format('E{}', $.half)", "CausePath": "States.JsonToString($)" }
  }
}`;
const input = String.raw`{"half":"\ud800","pair":"😀"}`;

async function startFunction(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    const isFailing = request.url === "/g";
    request
      .resume()
      .on("end", () =>
        response.end(
          isFailing
            ? String.raw`{"errorType":"E\ud800","errorMessage":"because \udc00"}`
            : String.raw`{"\ud801":["\ud800"]}`,
        ),
      );
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** All that the API shows of the execution but times, tokens and ids. */
async function shown(call: CallApi, executionArn: string): Promise<unknown> {
  const described = await call("DescribeExecution", { executionArn });
  const { events } = await call("GetExecutionHistory", { executionArn });
  const text = JSON.stringify([described, events]);
  const same = text.replaceAll(/"(?:timestamp|startDate|stopDate)":[\d.]+/g, '"at":0');
  return JSON.parse(same) as unknown;
}

async function run(server: PawlServer): Promise<string> {
  const call = apiClient(server);
  await call("CreateActivity", { name: "ask" });
  const { stateMachineArn = "" } = await call("CreateStateMachine", { name: "m", roleArn, definition });
  const { executionArn = "" } = await call("StartExecution", { stateMachineArn, name: "e", input });
  const { taskToken = "" } = await call("GetActivityTask", { activityArn, workerName: "w" });
  await call("SendTaskSuccess", { taskToken, output: String.raw`{"answer":"\ud800"}` });
  await eventually("it ends", async () => {
    const { status } = await call("DescribeExecution", { executionArn });
    return status === "RUNNING" ? undefined : true;
  });
  return executionArn as string;
}

test("a workflow made of halves shows the same from memory, from a file, and from that file later", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-ill-formed-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const url = await startFunction(t);
  const functions = parseFunctionConfig({ f: `${url}/f`, g: `${url}/g` }, directory);
  const inMemory: ServerOptions = { ...testServerOptions, functions };
  const inFile: ServerOptions = { ...inMemory, db: join(directory, "pawl.db") };
  const results: unknown[] = [];
  for (const options of [inMemory, inFile]) {
    const server = await startServer(options);
    const executionArn = await run(server);
    results.push(await shown(apiClient(server), executionArn));
    if (options === inFile) {
      await server.close();
      const later = await startServer(options);
      results.push(await shown(apiClient(later), executionArn));
      const { definition: kept } = await apiClient(later)("DescribeStateMachineForExecution", { executionArn });
      assert.equal(kept, definition);
      await later.close();
    } else await server.close();
  }
  const [first, second, third] = results;
  assert.deepEqual(second, first);
  assert.deepEqual(third, first);
  const [, events] = first as [object, readonly { readonly [details: string]: { readonly name?: string } }[]];
  const entered = events.flatMap(({ stateEnteredEventDetails: details }) => details?.name ?? []);
  const expected = ["a\ud800", "a\ud801", "expressions", "choose", "call", "fails", "ask", "each"];
  assert.deepEqual(entered, [...expected, "m\udc00", "last\ud800"]);
  const cause = JSON.stringify(first);
  assert.ok(!cause.includes("\ufffd"), "nothing became a replacement character");
});

test("texts of requests that have halves as such are refused, whatever they are for", async (t) => {
  const server = await startServer(testServerOptions);
  t.after(() => server.close());
  const call = async (action: string, request: object): Promise<string> => {
    const headers = { "x-amz-target": `AWSStepFunctions.${action}` };
    const answer = await fetch(server.url, { method: "POST", headers, body: JSON.stringify(request) });
    return answer.status === 200 ? "taken" : ((await answer.json()) as { __type: string }).__type;
  };
  const half = "a\ud800";
  const plain = '{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}';
  const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
  assert.equal(await call("CreateStateMachine", { name: "m", roleArn, definition: plain }), "taken");
  const rows: readonly (readonly [action: string, request: object, answer: string])[] = [
    ["CreateStateMachine", { name: half, roleArn, definition: plain }, "InvalidName"],
    ["CreateActivity", { name: half }, "InvalidName"],
    ["StartExecution", { stateMachineArn: arn, name: half }, "InvalidName"],
    [
      "CreateStateMachine",
      { name: "n", roleArn, definition: plain.replaceAll('"a"', `"${half}"`) },
      "ValidationException",
    ],
    [
      "UpdateStateMachine",
      { stateMachineArn: arn, definition: plain.replace('"a"', `"${half}"`) },
      "ValidationException",
    ],
    ["CreateActivity", { name: "b", tags: [{ key: half, value: "" }] }, "ValidationException"],
    ["StartExecution", { stateMachineArn: arn, input: `{"a":"${half}"}` }, "ValidationException"],
    ["StartExecution", { stateMachineArn: `${arn}${half}` }, "ValidationException"],
    ["SendTaskFailure", { taskToken: "t", error: half }, "ValidationException"],
    ["SendTaskFailure", { taskToken: "t", cause: half }, "ValidationException"],
    ["SendTaskSuccess", { taskToken: "t", output: `"${half}"` }, "ValidationException"],
    ["StopExecution", { executionArn: arn.replace("stateMachine", "execution"), cause: half }, "ValidationException"],
    ["PublishStateMachineVersion", { stateMachineArn: arn, description: half }, "ValidationException"],
    ["GetActivityTask", { activityArn, workerName: half }, "ValidationException"],
  ];
  for (const [action, request, answer] of rows) {
    assert.equal(await call(action, request), answer, `${action} ${JSON.stringify(request)}`);
  }
  const body = Buffer.concat([Buffer.from('{"name":"a'), Buffer.of(0xed, 0xa0, 0x80), Buffer.from('"}')]);
  const answer = await fetch(server.url, {
    method: "POST",
    headers: { "x-amz-target": "AWSStepFunctions.CreateActivity" },
    body,
  });
  const { __type: error, message } = (await answer.json()) as Readonly<Record<string, string>>;
  assert.deepEqual([error, message], ["SerializationException", "The body of the request is not valid UTF-8"]);
});

test("halves of mock files and logs are written as escapes", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-ill-formed-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [mocks, file] = [join(directory, "mocks.json"), join(directory, "log.jsonl")];
  writeFileSync(
    mocks,
    String.raw`{
      "StateMachines": { "m": { "TestCases": { "halves": { "t\ud800": "answers" } } } },
      "MockedResponses": { "answers": { "0": { "Return": { "\ud800": "\udc00" } } } }
    }`,
  );
  const server = await startServer({ ...testServerOptions, mocks, logging: { to: "file", file } });
  const call = apiClient(server);
  const logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/m:*";
  const { stateMachineArn = "" } = await call("CreateStateMachine", {
    name: "m",
    roleArn,
    definition: String.raw`{"StartAt":"t\ud800","States":{"t\ud800":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}`,
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    },
  });
  const { executionArn = "" } = await call("StartExecution", { stateMachineArn: `${String(stateMachineArn)}#halves` });
  const { status, output } = await eventually("it ends", async () => {
    const described = await call("DescribeExecution", { executionArn });
    return described["status"] === "RUNNING" ? undefined : described;
  });
  await server.close();
  assert.deepEqual([status, output], ["SUCCEEDED", String.raw`{"\ud800":"\udc00"}`]);
  const logged = readFileSync(file, "utf8");
  assert.ok(logged.includes(String.raw`t\ud800`) && !logged.includes("\ufffd"), logged);
});
