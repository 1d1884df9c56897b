// Events of every kind come back from their text as they were.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Payload } from "../../asl/payload.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { EventBody, JournalEvent } from "./event.ts";
import { decodeEvents, encodeEvents } from "./event-codec.ts";

type Kind = EventBody["kind"];
type Members = { readonly [name: string]: fc.Arbitrary<unknown> };
interface Shape {
  readonly required?: Members;
  readonly optional?: Members;
}

const text = fc.string({ unit: "binary", maxLength: 12 });
const number = fc.nat({ max: 2 ** 31 - 1 });
const scope = { scope: number };
const payload = fc
  .oneof(
    fc.json(),
    text.map((given) => JSON.stringify(given)),
    fc.constantFrom("{}", " [1.0] ", '{"é":"\u2028\n"}', ""),
  )
  .map((given) => Payload.ofText(given));
const resource = fc.constantFrom(
  ...[
    "arn:aws:lambda:us-east-1:123456789012:function:f",
    "arn:aws:states:us-east-1:123456789012:activity:a",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:::aws-sdk:s3:getObject",
  ].map((arn) => parseTaskResource(arn)),
);
const named = fc.dictionary(fc.oneof(text, fc.constantFrom("__proto__", "constructor")), payload, {
  maxKeys: 4,
  noNullPrototype: true,
});
const failure = { error: text, cause: text };
const task = { required: scope, optional: failure };
const output = { required: { ...scope, output: payload } };
const iteration = { ...scope, name: text, index: number };
const state = { ...scope, stateType: fc.constantFrom("Task", "Wait", "Parallel", "Map"), name: text };

const shapes: Readonly<Record<Kind, Shape>> = {
  ExecutionStarted: {
    required: { input: payload, roleArn: text },
    optional: {
      stateMachineVersionArn: text,
      stateMachineAliasArn: text,
      testCase: text,
      startedBy: fc.record({ executionArn: text, scheduledEventId: number }),
    },
  },
  ExecutionSucceeded: { required: { output: payload } },
  ExecutionFailed: { optional: failure },
  ExecutionTimedOut: { optional: failure },
  ExecutionAborted: { optional: failure },
  ExecutionRedriven: { required: { redriveCount: number }, optional: { clientToken: text } },
  StateEntered: { required: { ...state, input: payload } },
  StateExited: { required: { ...state, output: payload }, optional: { assigned: named, next: text } },
  StateAborted: { required: { ...scope, stateType: state.stateType } },
  TaskScheduled: {
    required: { ...scope, resource, parameters: payload },
    optional: { timeoutSeconds: number, heartbeatSeconds: number, credentialsRoleArn: text, token: text },
  },
  TaskStarted: { required: scope, optional: { workerName: text } },
  TaskSubmitted: output,
  TaskSucceeded: output,
  TaskFailed: task,
  TaskSubmitFailed: task,
  TaskTimedOut: task,
  MapStateStarted: { required: { ...scope, length: number } },
  MapIterationStarted: { required: { ...iteration, input: payload } },
  MapIterationSucceeded: { required: iteration },
  MapIterationFailed: { required: iteration },
  MapIterationAborted: { required: iteration },
  MapRunStarted: {
    required: { ...scope, mapRunArn: text },
    optional: { maxConcurrency: number, toleratedCount: number, toleratedPercentage: fc.constantFrom(0, 12.5, 1e-7) },
  },
  MapRunSucceeded: { required: scope },
  MapRunFailed: { required: { ...scope, ...failure } },
  MapRunAborted: { required: scope },
  MapRunRedriven: { required: { ...scope, mapRunArn: text, redriveCount: number } },
  ParallelStateStarted: { required: { ...scope, input: payload } },
  MapStateSucceeded: { required: scope },
  MapStateFailed: { required: scope },
  ParallelStateSucceeded: { required: scope },
  ParallelStateFailed: { required: scope },
  EvaluationFailed: { required: { ...scope, state: text, error: text, cause: text }, optional: { location: text } },
  WaitStarted: { required: { ...scope, until: number } },
  RetryScheduled: { required: { ...scope, retrier: number, until: number } },
  TaskHeartbeat: { required: scope },
};

const header = { id: number, previousEventId: number, at: fc.nat({ max: 8.64e15 }) };

function eventOf(kind: Kind): fc.Arbitrary<JournalEvent> {
  const { required = {}, optional = {} } = shapes[kind];
  const model: Members = { kind: fc.constant(kind), ...header, ...required, ...optional };
  const requiredKeys = ["kind", ...Object.keys(header), ...Object.keys(required)];
  return fc.record(model, {
    requiredKeys,
    noNullPrototype: true,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<JournalEvent>;
}

/** Payloads by their text: whether a value was made of it yet is no difference. */
function readable(value: unknown): unknown {
  if (value instanceof Payload) return { payload: value.text };
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]));
}

for (const kind of Object.keys(shapes) as readonly Kind[]) {
  void test(`${kind} comes back as it was`, () => {
    fc.assert(
      fc.property(eventOf(kind), (event) => {
        assert.deepEqual(readable(decodeEvents(encodeEvents([event]))), readable([event]));
      }),
      { numRuns: 60 },
    );
  });
}

void test("any events of one commit come back in their order", () => {
  const anyEvent = fc.oneof(...(Object.keys(shapes) as readonly Kind[]).map(eventOf));
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      assert.deepEqual(readable(decodeEvents(encodeEvents(events))), readable(events));
    }),
  );
});

const entered = {
  kind: "StateEntered",
  id: 2,
  previousEventId: 0,
  at: 7,
  scope: 0,
  stateType: "Pass",
  name: "A",
} as const;

void test("a payload that several events share is stored once and shared again when it is read", () => {
  const input = '{"a":"\\"quoted\\""}';
  const started = { kind: "ExecutionStarted", id: 1, previousEventId: 0, at: 5, roleArn: "r" } as const;
  const shared = Payload.ofText(input);
  for (const other of [shared, Payload.ofText(input)]) {
    const encoded = encodeEvents([
      { ...started, input: shared },
      { ...entered, input: other },
    ]);
    assert.equal(
      encoded,
      `{"v":1,"at":5,"payloads":[18],"events":[["ExecutionStarted",1,0,0,0,"r"],["StateEntered",2,0,2,0,"Pass","A",0]]}\n${input}`,
    );
    const [first, second] = decodeEvents(encoded);
    assert.ok(first?.kind === "ExecutionStarted" && second?.kind === "StateEntered");
    assert.equal(first.input, second.input);
  }
});

void test("an event says its version with its kind, but for the first, which none says", () => {
  const branches = { kind: "ParallelStateStarted", id: 3, previousEventId: 2, at: 7, scope: 0 } as const;
  const cells = [undefined, 1, 2].map((version) => {
    const text = encodeEvents([{ ...branches, version, input: Payload.ofText("{}") }]);
    const [read] = decodeEvents(text);
    assert.equal(read?.version, version === 2 ? 2 : undefined);
    return /\["(\w+(?:@\d+)?)"/.exec(text)?.[1];
  });
  assert.deepEqual(cells, ["ParallelStateStarted", "ParallelStateStarted", "ParallelStateStarted@2"]);
});

void test("a text of another version, cut off or of an unknown kind is refused", () => {
  const good = encodeEvents([{ ...entered, input: Payload.ofText("[1,2,3]") }]);
  const cases = [
    { text: good.replace('"v":1', '"v":2'), message: /encoding 2/ },
    { text: good.slice(0, -1), message: /damaged/ },
    { text: `${good} `, message: /damaged/ },
    { text: good.replace('"A",0', '"A",1'), message: /no payload 1/ },
    { text: good.replace("StateEntered", "StateLeft"), message: /unknown kind StateLeft/ },
    { text: good.replace("StateEntered", "StateEntered@2"), message: /StateEntered@2, .* newer version of Pawl/ },
    { text: good.replace("StateEntered", "StateLeft@2"), message: /unknown kind StateLeft@2/ },
  ];
  for (const { text: bad, message } of cases) assert.throws(() => decodeEvents(bad), message);
});
