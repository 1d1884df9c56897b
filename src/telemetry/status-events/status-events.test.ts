// Status-change events: what they say, and how they reach an HTTP endpoint and EventBridge.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { parseProgram } from "../../asl/parse-program.ts";
import type { EventBody, JournalEvent } from "../../engine/journal/event.ts";
import { type Execution, newExecution } from "../../engine/execution.ts";
import type { WatchedExecution } from "../../runtime/executions/watch.ts";
import { type FakeReceiver, startFakeReceiver } from "../../testing/fake-receiver.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { type EventDestination, type EventTarget, openEventDestination } from "./open-event-destination.ts";
import type { StatusChange } from "./status-change.ts";
import { watchStatus } from "./watch-status.ts";

const arns = { partition: "aws", region: "eu-west-1", account: "123456789012" };
const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";
const executionArn = "arn:aws:states:eu-west-1:123456789012:execution:orders:one";
const definition = '{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}';
const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const endedAt = startedAt + 1000;

type Watched = Partial<WatchedExecution["record"]>;

function watched(execution: Execution, record: Watched): WatchedExecution {
  return {
    execution,
    record: {
      id: 1,
      stateMachineId: 1,
      revisionId: 1,
      key: "one",
      type: "STANDARD",
      status: "RUNNING",
      startedAt,
      isInFlight: false,
      lastEventId: 1,
      ...record,
    },
    stateMachine: {
      id: 1,
      name: "orders",
      type: "STANDARD",
      status: "ACTIVE",
      createdAt: 0,
      revisionId: 1,
      tags: {},
    },
    revision: { id: 1, stateMachineId: 1, createdAt: 0, definition, roleArn: "role" },
  };
}

interface Situation {
  readonly input?: string;
  readonly record?: Watched;
  readonly before?: Partial<Pick<Execution, "redriveCount" | "redrivenAt">>;
}

/** The change that is told of one event. */
function changesOf(
  body: EventBody,
  { input = "{}", record = {}, before = {} }: Situation = {},
): readonly StatusChange[] {
  const changes: StatusChange[] = [];
  const execution = newExecution({
    arn: executionArn,
    name: "one",
    type: "STANDARD",
    isSynchronous: false,
    stateMachineArn,
    stateMachineName: "orders",
    program: parseProgram(definition),
    timeoutSeconds: undefined,
  });
  const isStart = body.kind === "ExecutionStarted";
  if (!isStart) Object.assign(execution, { status: "RUNNING", startedAt, input: Payload.ofText(input), ...before });
  const watcher = watchStatus({ add: (change) => changes.push(change), maxHistoryEvents: 25_000 })(
    watched(execution, record),
  );
  const event: JournalEvent = { id: 7, previousEventId: 6, at: isStart ? startedAt : endedAt, ...body };
  watcher?.(event, execution)?.();
  return changes;
}

const running = {
  executionArn,
  stateMachineArn,
  name: "one",
  status: "RUNNING",
  startDate: startedAt,
  stopDate: null,
  input: "{}",
  inputDetails: { included: true },
  output: null,
  outputDetails: null,
  error: null,
  cause: null,
  stateMachineVersionArn: null,
  stateMachineAliasArn: null,
  redriveCount: 0,
  redriveDate: null,
  redriveStatus: "NOT_REDRIVABLE",
  redriveStatusReason: "Execution is RUNNING and cannot be redriven",
};
const started: EventBody = { kind: "ExecutionStarted", input: Payload.ofText("{}"), roleArn: "role" };
const failed = { stopDate: endedAt, redriveStatus: "REDRIVABLE", redriveStatusReason: null };

test("the detail is what DescribeExecution says, and null for what does not apply", () => {
  const rows: readonly (readonly [body: EventBody, situation: Situation, expected: object])[] = [
    [started, {}, {}],
    [
      started,
      { record: { versionNumber: 3, aliasName: "live" } },
      { stateMachineVersionArn: `${stateMachineArn}:3`, stateMachineAliasArn: `${stateMachineArn}:live` },
    ],
    [
      { kind: "ExecutionSucceeded", output: Payload.ofText("7") },
      { input: '{"a": 1}' },
      {
        status: "SUCCEEDED",
        stopDate: endedAt,
        input: '{"a": 1}',
        output: "7",
        outputDetails: { included: true },
        redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      },
    ],
    [{ kind: "ExecutionFailed", error: "E", cause: "C" }, {}, { status: "FAILED", error: "E", cause: "C", ...failed }],
    [{ kind: "ExecutionTimedOut" }, {}, { status: "TIMED_OUT", ...failed }],
    [
      { kind: "ExecutionAborted", cause: "by hand" },
      { before: { redriveCount: 1, redrivenAt: 9 } },
      { status: "ABORTED", cause: "by hand", redriveCount: 1, redriveDate: 9, ...failed },
    ],
    [{ kind: "ExecutionRedriven", redriveCount: 2 }, {}, { redriveCount: 2, redriveDate: endedAt }],
  ];
  for (const [body, situation, expected] of rows) {
    const at = body.kind === "ExecutionStarted" ? startedAt : endedAt;
    assert.deepEqual(changesOf(body, situation), [{ executionArn, at, detail: { ...running, ...expected } }]);
  }
});

test("other events, and those of Express executions, are not told", () => {
  assert.deepEqual(
    changesOf({ kind: "StateEntered", scope: 0, stateType: "Pass", name: "P", input: Payload.ofText("1") }),
    [],
  );
  assert.deepEqual(changesOf(started, { record: { type: "EXPRESS" } }), []);
});

test("data of more than 248 KiB are left out: the input for both together, the output for itself", () => {
  const textOf = (bytes: number): string => JSON.stringify("x".repeat(bytes - 4));
  const limit = 253_952;
  const rows = [
    [textOf(limit - 1000), textOf(1000), true, true],
    [textOf(limit - 1000), textOf(1001), false, true],
    [textOf(1000), textOf(limit + 1), false, false],
  ] as const;
  for (const [input, output, isInput, isOutput] of rows) {
    const [change] = changesOf({ kind: "ExecutionSucceeded", output: Payload.ofText(output) }, { input });
    assert.deepEqual(change?.detail.inputDetails, { included: isInput });
    assert.equal(change.detail.input, isInput ? input : null);
    assert.deepEqual(change.detail.outputDetails, { included: isOutput });
    assert.equal(change.detail.output, isOutput ? output : null);
  }
});

interface Bench {
  readonly receiver: FakeReceiver;
  readonly destination: EventDestination;
  readonly clock: SimulatedClock;
  readonly logged: string[];
}

async function startBench(t: TestContext, targetAt: (url: string) => EventTarget): Promise<Bench> {
  const receiver = await startFakeReceiver(t);
  const clock = new SimulatedClock(startedAt);
  const logged: string[] = [];
  const destination = openEventDestination(targetAt(receiver.url), {
    arns,
    credentials: { accessKeyId: "AKID", secretAccessKey: "a secret" },
    clock,
    random: () => 1,
    log: (message) => logged.push(message),
  });
  return { receiver, destination, clock, logged };
}

/** Changes of one execution, told apart by their redrive count. */
function change(redriveCount: number, arn = executionArn): StatusChange {
  const [one] = changesOf(started);
  assert.ok(one);
  return { ...one, executionArn: arn, detail: { ...one.detail, redriveCount } };
}

test("an HTTP endpoint gets one event a request, in order, in the envelope of EventBridge", async (t) => {
  const { receiver, destination, logged } = await startBench(t, (url) => ({ to: "http", endpoint: `${url}/hook?a=1` }));
  for (const count of [0, 1, 2]) destination.add(change(count));
  await destination.close();
  const [first] = receiver.received;
  const { id, ...body } = first?.body ?? {};
  assert.match(String(id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(Object.keys(first?.body ?? {}), [
    "version",
    "id",
    "detail-type",
    "source",
    "account",
    "time",
    "region",
    "resources",
    "detail",
  ]);
  assert.deepEqual(body, {
    version: "0",
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: "123456789012",
    time: "2026-01-02T03:04:05Z",
    region: "eu-west-1",
    resources: [executionArn],
    detail: running,
  });
  assert.equal(first?.path, "/hook?a=1");
  assert.equal(first.headers["content-type"], "application/json");
  const counts = receiver.received.map(({ body: { detail } }) => (detail as typeof running).redriveCount);
  assert.deepEqual(counts, [0, 1, 2]);
  assert.deepEqual(logged, []);
});

test("an event that an endpoint refuses is lost, one that it cannot take yet is repeated with its id", async (t) => {
  const { receiver, destination, clock, logged } = await startBench(t, (url) => ({
    to: "http",
    endpoint: `${url}/secret`,
  }));
  receiver.answer = () => ({ status: 503 });
  destination.add(change(0));
  clock.advance(100);
  while (clock.nextAt !== clock.now() + 250) await new Promise((resolve) => void setImmediate(resolve));
  receiver.answer = () => ({ status: receiver.received.length === 3 ? 422 : 204 });
  destination.add(change(1));
  await destination.close();
  const [first, again, refused] = receiver.received;
  assert.equal(first?.body["id"], again?.body["id"]);
  assert.notEqual(first?.body["id"], refused?.body["id"]);
  assert.equal(receiver.received.length, 3);
  const name = `Status-change events for ${receiver.url} cannot all be delivered`;
  assert.deepEqual(logged, [`${name}: status 503. Waiting: 1.`, `${name}: status 422. Refused: 1.`]);
});

test("EventBridge gets up to ten entries a request, signed, and keeps what it takes", async (t) => {
  const { receiver, destination, logged } = await startBench(t, (endpoint) => ({
    to: "eventBridge",
    endpoint,
    eventBusName: "orders",
  }));
  for (let count = 0; count < 12; count++) destination.add(change(count));
  await destination.close();
  const [first] = receiver.received;
  const entries = receiver.received.map(({ body }) => body["Entries"] as readonly { readonly Detail: string }[]);
  assert.deepEqual(
    entries.map((batch) => batch.length),
    [10, 2],
  );
  assert.deepEqual(entries[0]?.[0], {
    Source: "aws.states",
    DetailType: "Step Functions Execution Status Change",
    Detail: JSON.stringify(running),
    Resources: [executionArn],
    Time: Math.floor(startedAt / 1000),
    EventBusName: "orders",
  });
  assert.equal(first?.headers["x-amz-target"], "AWSEvents.PutEvents");
  assert.match(first.headers.authorization ?? "", /Credential=AKID\/20260102\/eu-west-1\/events\/aws4_request/);
  assert.deepEqual(logged, []);
});

test("entries that EventBridge did not take go again where that can help", async (t) => {
  const { receiver, destination, clock, logged } = await startBench(t, (endpoint) => ({
    to: "eventBridge",
    endpoint,
    source: "pawl.states",
  }));
  receiver.answer = () =>
    receiver.received.length === 1
      ? {
          body: { Entries: [{ EventId: "1" }, { ErrorCode: "ThrottlingException" }, { ErrorCode: "MalformedDetail" }] },
        }
      : {};
  for (const count of [0, 1, 2]) destination.add(change(count));
  clock.advance(100);
  while (clock.nextAt !== clock.now() + 250) await new Promise((resolve) => void setImmediate(resolve));
  clock.advance(250);
  await destination.close();
  const details = receiver.received.map(({ body }) => body["Entries"] as readonly { readonly Detail: string }[]);
  const counts = details.map((batch) => batch.map(({ Detail }) => /"redriveCount":(\d)/.exec(Detail)?.[1]).join(""));
  assert.deepEqual(counts, ["012", "1"]);
  assert.match(logged[0] ?? "", / cannot all be delivered: ThrottlingException\. Refused: 1\. Waiting: 1\.$/);
});
