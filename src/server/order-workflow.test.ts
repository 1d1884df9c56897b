import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { parseFunctionConfig } from "../tasks/functions/parse-config.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const roleArn = "arn:aws:iam::123456789012:role/order";
const lambda = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

const supplier = {
  QueryLanguage: "JSONata",
  StartAt: "Promise",
  States: { Promise: { Type: "Pass", Output: { promisedDays: "{% $count($states.input.items) * 2 %}" }, End: true } },
};

const order = (supplierArn: string): object => ({
  StartAt: "Large order?",
  States: {
    "Large order?": {
      Type: "Choice",
      Choices: [{ Variable: "$.total", NumericGreaterThan: 100, Next: "Ask" }],
      Default: "Prepare",
    },
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Parameters: { FunctionName: "ask", Payload: { "token.$": "$$.Task.Token", "order.$": "$.id" } },
      ResultPath: "$.approval",
      Next: "Prepare",
    },
    Prepare: {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Each item",
          States: {
            "Each item": {
              Type: "Map",
              ItemsPath: "$.items",
              MaxConcurrency: 1,
              ItemProcessor: {
                StartAt: "Price",
                States: { Price: { Type: "Task", Resource: lambda("price"), End: true } },
              },
              End: true,
            },
          },
        },
        {
          StartAt: "Charge",
          States: {
            Charge: {
              Type: "Task",
              Resource: lambda("charge"),
              Parameters: { "amount.$": "$.total" },
              Retry: [{ ErrorEquals: ["BankBusy"], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 3 }],
              End: true,
            },
          },
        },
      ],
      ResultSelector: { "prices.$": "$[0]", "payment.$": "$[1].payment" },
      ResultPath: "$.prepared",
      Next: "Ship",
    },
    Ship: {
      Type: "Task",
      Resource: lambda("ship"),
      Catch: [{ ErrorEquals: ["OutOfStock"], ResultPath: "$.problem", Next: "Order from supplier" }],
      Next: "Done",
    },
    "Order from supplier": {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Parameters: { StateMachineArn: supplierArn, Name: "supply-1", Input: { "items.$": "$.items" } },
      ResultSelector: { "days.$": "$.Output.promisedDays" },
      ResultPath: "$.supply",
      Next: "Done",
    },
    Done: { Type: "Succeed", OutputPath: "$['id','approval','prepared','supply']" },
  },
});

let directory: string;
let server: PawlServer;
let functions: Server;
let sfn: SFNClient;
const clock = new SimulatedClock();
/** The calls of the functions behind a URL, and how they answer. */
const calls: { readonly name: string; readonly body: Record<string, unknown> }[] = [];
let charges = 0;
const pricesKnown = Promise.withResolvers<void>();

const answers: Readonly<Record<string, () => Promise<object>>> = {
  ask: () => Promise.resolve({ asked: true }),
  charge: async () => {
    await pricesKnown.promise;
    charges += 1;
    return charges === 1 ? { errorType: "BankBusy", errorMessage: "Try again" } : { payment: "paid" };
  },
  ship: () => Promise.resolve({ errorType: "OutOfStock", errorMessage: "No lamps" }),
};

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "pawl-order-"));
  writeFileSync(
    join(directory, "price.mjs"),
    "export const handler = async ({ sku, count }) => ({ sku, cost: count * 5 });\n",
  );
  functions = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const name = (request.url ?? "").slice(1);
      calls.push({ name, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> });
      void answers[name]?.().then((answer) => {
        const failed = "errorType" in answer ? { "x-amz-function-error": "Unhandled" } : {};
        response.writeHead(200, { "content-type": "application/json", ...failed }).end(JSON.stringify(answer));
      });
    });
  });
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  const { port } = functions.address() as AddressInfo;
  const url = (name: string): string => `http://127.0.0.1:${port}/${name}`;
  server = await startServer({
    ...testServerOptions,
    db: join(directory, "pawl.db"),
    functions: parseFunctionConfig(
      { price: "./price.mjs#handler", ask: url("ask"), charge: url("charge"), ship: url("ship") },
      directory,
    ),
    clock,
  });
  sfn = new SFNClient({
    endpoint: server.url,
    region: "us-east-1",
    disableHostPrefix: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});

after(async () => {
  sfn.destroy();
  await server.close();
  functions.close();
  rmSync(directory, { recursive: true });
});

test("an order goes through every kind of state to its end, and its history is AWS's event by event", async () => {
  const { stateMachineArn: supplierArn = "" } = await sfn.send(
    new CreateStateMachineCommand({ name: "supplier", roleArn, definition: JSON.stringify(supplier) }),
  );
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name: "order", roleArn, definition: JSON.stringify(order(supplierArn)) }),
  );
  const input = JSON.stringify({
    id: "o-1",
    total: 250,
    items: [
      { sku: "lamp", count: 2 },
      { sku: "bulb", count: 4 },
    ],
  });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one", input }));

  const { body } = await until(() => calls.find(({ name }) => name === "ask"));
  await until(async () => (await historyOf(executionArn)).find(({ type }) => type === "TaskSubmitted"));
  await sfn.send(new SendTaskSuccessCommand({ taskToken: String(body["token"]), output: '{"by": "Ada"}' }));

  await until(async () => (await historyOf(executionArn)).find(({ type }) => type === "MapStateExited"));
  pricesKnown.resolve();
  await until(() => clock.nextAt);
  assert.equal(clock.nextAt, clock.now() + 60_000);
  clock.advanceToNext();

  const description = await until(async () => {
    const answer = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return answer.status === "RUNNING" ? undefined : answer;
  });
  assert.equal(description.status, "SUCCEEDED");
  const output: unknown = JSON.parse(description.output ?? "");
  assert.deepEqual(output, {
    id: "o-1",
    approval: { by: "Ada" },
    prepared: {
      prices: [
        { sku: "lamp", cost: 10 },
        { sku: "bulb", cost: 20 },
      ],
      payment: "paid",
    },
    supply: { days: 4 },
  });
  assert.deepEqual((await historyOf(executionArn)).map(line), expected);
  assert.deepEqual(
    calls.map(({ name }) => name),
    ["ask", "charge", "charge", "ship"],
  );
});

/** One line an event: chain, type, and what tells it from others of its type. */
function line({ id, previousEventId, type, timestamp: _, ...rest }: HistoryEvent): string {
  const details = Object.values(rest).find((value) => typeof value === "object") as Record<string, unknown> | undefined;
  const shown = ["name", "resource", "index", "length", "error", "cause", "output"]
    .map((member) => details?.[member])
    .filter((value) => value !== undefined)
    .map(String)
    .map((value) => (value.length > 60 ? `${value.slice(0, 60)}…` : value));
  return [`${id}<${previousEventId}`, type, ...shown].join(" ");
}

const expected: readonly string[] = [
  "1<0 ExecutionStarted",
  "2<0 ChoiceStateEntered Large order?",
  '3<2 ChoiceStateExited Large order? {"id":"o-1","total":250,"items":[{"sku":"lamp","count":2},{"…',
  "4<3 TaskStateEntered Ask",
  "5<4 TaskScheduled invoke.waitForTaskToken",
  "6<5 TaskStarted invoke.waitForTaskToken",
  '7<6 TaskSubmitted invoke.waitForTaskToken {"ExecutedVersion":"$LATEST","Payload":{"asked":true},"SdkHt…',
  '8<7 TaskSucceeded invoke.waitForTaskToken {"by": "Ada"}',
  '9<8 TaskStateExited Ask {"id":"o-1","total":250,"items":[{"sku":"lamp","count":2},{"…',
  "10<9 ParallelStateEntered Prepare",
  "11<10 ParallelStateStarted",
  "12<11 MapStateEntered Each item",
  "13<12 MapStateStarted 2",
  "14<13 MapIterationStarted Each item 0",
  "15<11 TaskStateEntered Charge",
  "16<15 LambdaFunctionScheduled arn:aws:lambda:us-east-1:123456789012:function:charge",
  "17<14 TaskStateEntered Price",
  "18<17 LambdaFunctionScheduled arn:aws:lambda:us-east-1:123456789012:function:price",
  "19<16 LambdaFunctionStarted",
  "20<18 LambdaFunctionStarted",
  '21<20 LambdaFunctionSucceeded {"sku":"lamp","cost":10}',
  '22<21 TaskStateExited Price {"sku":"lamp","cost":10}',
  "23<22 MapIterationSucceeded Each item 0",
  "24<22 MapIterationStarted Each item 1",
  "25<24 TaskStateEntered Price",
  "26<25 LambdaFunctionScheduled arn:aws:lambda:us-east-1:123456789012:function:price",
  "27<26 LambdaFunctionStarted",
  '28<27 LambdaFunctionSucceeded {"sku":"bulb","cost":20}',
  '29<28 TaskStateExited Price {"sku":"bulb","cost":20}',
  "30<29 MapIterationSucceeded Each item 1",
  "31<30 MapStateSucceeded",
  '32<30 MapStateExited Each item [{"sku":"lamp","cost":10},{"sku":"bulb","cost":20}]',
  '33<19 LambdaFunctionFailed BankBusy {"errorType":"BankBusy","errorMessage":"Try again"}',
  "34<33 LambdaFunctionScheduled arn:aws:lambda:us-east-1:123456789012:function:charge",
  "35<34 LambdaFunctionStarted",
  '36<35 LambdaFunctionSucceeded {"payment":"paid"}',
  '37<36 TaskStateExited Charge {"payment":"paid"}',
  "38<37 ParallelStateSucceeded",
  '39<37 ParallelStateExited Prepare {"id":"o-1","total":250,"items":[{"sku":"lamp","count":2},{"…',
  "40<39 TaskStateEntered Ship",
  "41<40 LambdaFunctionScheduled arn:aws:lambda:us-east-1:123456789012:function:ship",
  "42<41 LambdaFunctionStarted",
  '43<42 LambdaFunctionFailed OutOfStock {"errorType":"OutOfStock","errorMessage":"No lamps"}',
  '44<43 TaskStateExited Ship {"id":"o-1","total":250,"items":[{"sku":"lamp","count":2},{"…',
  "45<44 TaskStateEntered Order from supplier",
  "46<45 TaskScheduled startExecution.sync:2",
  "47<46 TaskStarted startExecution.sync:2",
  '48<47 TaskSubmitted startExecution.sync:2 {"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execu…',
  '49<48 TaskSucceeded startExecution.sync:2 {"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execu…',
  '50<49 TaskStateExited Order from supplier {"id":"o-1","total":250,"items":[{"sku":"lamp","count":2},{"…',
  "51<50 SucceedStateEntered Done",
  '52<51 SucceedStateExited Done {"id":"o-1","approval":{"by":"Ada"},"prepared":{"payment":"p…',
  '53<52 ExecutionSucceeded {"id":"o-1","approval":{"by":"Ada"},"prepared":{"payment":"p…',
];

async function historyOf(executionArn: string | undefined): Promise<readonly HistoryEvent[]> {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events;
}

async function until<Value>(look: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  const giveUpAt = Date.now() + 60_000;
  while (Date.now() < giveUpAt) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return assert.fail("What was waited for did not come.");
}
