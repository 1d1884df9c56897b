import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, parseJson, stringifyJson } from "../../asl/json.ts";
import { parseProgram } from "../../asl/parse-program.ts";
import { Payload } from "../../asl/payload.ts";
import { environmentAt } from "../../testing/play.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { contextProblem } from "./context-problem.ts";
import { type InspectionLevel, testStateAnswer } from "./answer.ts";
import { type StateTest, testState } from "../../engine/state-test/run.ts";

const now = Date.UTC(2026, 0, 1);
const invoke = "arn:aws:states:::lambda:invoke";

type Options = Partial<Omit<StateTest, "input" | "scope" | "state">> & {
  readonly input?: Json;
  readonly level?: InspectionLevel;
  /** The outcome of a task that is not mocked. */
  readonly outcome?: Exclude<TaskOutcome, { kind: "submitted" }>;
};

function prepared(state: object, { input = {}, ...options }: Options): StateTest {
  const scope = parseProgram(JSON.stringify({ StartAt: "StateName", States: { StateName: state } }));
  const found = scope.states.get("StateName");
  assert.ok(found !== undefined);
  const [machine, execution] = ["machine", "execution"];
  const place = {
    executionArn: `arn:aws:states:us-east-1:123456789012:express:${machine}:${execution}`,
    executionName: execution,
    stateMachineArn: `arn:aws:states:us-east-1:123456789012:stateMachine:${machine}`,
    stateMachineName: machine,
    roleArn: undefined,
  };
  const defaults = { variables: new Map(), place, retryCount: 0, failedIterations: 0 };
  return { ...defaults, ...options, scope, state: found, input: Payload.ofValue(input) };
}

/** The answer as a client reads it, its data parsed. */
function answered(state: object, options: Options = {}): Json {
  const tested = prepared(state, options);
  const run = testState(tested, environmentAt(now));
  if (run.kind === "refused") return run.problem;
  if (run.kind === "calling") assert.ok(options.outcome !== undefined, "the task is not expected to be called");
  const report = run.kind === "ended" ? run.report : run.end(options.outcome ?? { kind: "failed" }, now + 1);
  const answer = testStateAnswer(tested, { report }, options.level ?? "TRACE");
  const { output, inspectionData, ...rest } = parseJson(JSON.stringify(answer)) as { [name: string]: Json };
  return {
    ...rest,
    ...(output === undefined ? {} : { output: parseJson(String(output)) }),
    ...(inspectionData === undefined ? {} : { inspectionData: readable(inspectionData) }),
  };
}

function readable(data: Json): Json {
  const entries = Object.entries(data as { [name: string]: Json });
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? parseJson(value) : value]),
  );
}

const ok = (result: Json): Options["mock"] => ({ result: Payload.ofValue(result) });
const failing = (error: string, cause = "why"): Options["mock"] => ({ failure: { error, cause } });
const a = { a: 1 };

const flows: readonly (readonly [name: string, state: object, options: Options, expected: Json])[] = [
  [
    "a Pass of JSONPath",
    { Type: "Pass", InputPath: "$.x", Parameters: { "p.$": "$.a" }, ResultPath: "$.r", OutputPath: "$.r", Next: "N" },
    { input: { x: a } },
    {
      status: "SUCCEEDED",
      nextState: "N",
      output: { p: 1 },
      inspectionData: {
        input: { x: a },
        afterInputPath: a,
        afterParameters: { p: 1 },
        afterResultSelector: { p: 1 },
        afterResultPath: { x: a, r: { p: 1 } },
      },
    },
  ],
  [
    "a Pass with a Result",
    { Type: "Pass", InputPath: "$.x", Result: a, End: true },
    { input: {} },
    {
      status: "SUCCEEDED",
      output: a,
      inspectionData: { input: {}, result: a, afterResultSelector: a, afterResultPath: a },
    },
  ],
  [
    "a Pass of JSONata with variables",
    {
      Type: "Pass",
      QueryLanguage: "JSONata",
      Output: "{% $v + $states.input.a %}",
      Assign: { w: "{% $v * 2 %}" },
      End: true,
    },
    { input: a, variables: new Map([["v", 4]]) },
    { status: "SUCCEEDED", output: 5, inspectionData: { input: a, variables: { v: 4, w: 8 } } },
  ],
  [
    "a Choice",
    { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: 1, Next: "One" }], Default: "Other" },
    { input: a },
    { status: "SUCCEEDED", nextState: "One", output: a, inspectionData: { input: a, afterInputPath: a } },
  ],
  [
    "a Choice without a way out",
    { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: 2, Next: "Two" }] },
    { input: a },
    {
      status: "FAILED",
      error: "States.Runtime",
      cause: "Failed to transition out of the state. The state does not point to a next state.",
      inspectionData: { input: a, afterInputPath: a },
    },
  ],
  [
    "a Wait, which does not wait",
    { Type: "Wait", Seconds: 3600, Next: "Later" },
    { input: a },
    { status: "SUCCEEDED", nextState: "Later", output: a, inspectionData: { input: a, afterInputPath: a } },
  ],
  [
    "a Succeed",
    { Type: "Succeed" },
    { input: a },
    { status: "SUCCEEDED", output: a, inspectionData: { input: a, afterInputPath: a } },
  ],
  [
    "a Fail of JSONPath",
    { Type: "Fail", Error: "Broken", Cause: "it broke" },
    { input: a },
    {
      status: "FAILED",
      error: "Broken",
      cause: "it broke",
      inspectionData: { input: a, afterInputPath: a },
    },
  ],
  [
    "a Fail of JSONata without a name",
    { Type: "Fail", QueryLanguage: "JSONata" },
    { input: a },
    { status: "FAILED", inspectionData: { input: a } },
  ],
  [
    "a mocked Task of JSONPath",
    {
      Type: "Task",
      Resource: invoke,
      Parameters: { "in.$": "$.a" },
      ResultSelector: { "out.$": "$.r" },
      ResultPath: "$.t",
      Assign: { "v.$": "$.r" },
      End: true,
    },
    { input: a, mock: ok({ r: 2 }) },
    {
      status: "SUCCEEDED",
      output: { a: 1, t: { out: 2 } },
      inspectionData: {
        input: a,
        afterInputPath: a,
        afterParameters: { in: 1 },
        result: { r: 2 },
        afterResultSelector: { out: 2 },
        afterResultPath: { a: 1, t: { out: 2 } },
        variables: { v: 2 },
      },
    },
  ],
  [
    "a Task of JSONata that is really called",
    { Type: "Task", QueryLanguage: "JSONata", Resource: invoke, Arguments: { n: "{% 1 + 1 %}" }, Next: "N" },
    { input: a, outcome: { kind: "succeeded", output: Payload.ofText("[1, 2]") } },
    {
      status: "SUCCEEDED",
      nextState: "N",
      output: [1, 2],
      inspectionData: { input: a, afterArguments: { n: 2 }, result: [1, 2] },
    },
  ],
  [
    "a Task whose Arguments cannot be evaluated",
    { Type: "Task", QueryLanguage: "JSONata", Resource: invoke, Arguments: { n: "{% $gone %}" }, End: true },
    { input: a },
    {
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause: "The JSONata expression '$gone' specified for the field 'Arguments/n' returned nothing (undefined).",
      inspectionData: { input: a },
    },
  ],
  [
    "a mocked Parallel",
    {
      Type: "Parallel",
      Branches: [{ StartAt: "B", States: { B: { Type: "Succeed" } } }],
      ResultSelector: { "first.$": "$[0]" },
      End: true,
    },
    { input: a, mock: ok([3]) },
    {
      status: "SUCCEEDED",
      output: { first: 3 },
      inspectionData: { input: a, afterResultSelector: { first: 3 }, afterResultPath: { first: 3 } },
    },
  ],
];

test("each type of state shows what AWS shows of its data flow", () => {
  for (const [name, state, options, expected] of flows) {
    assert.deepEqual(answered(state, options), expected, name);
    assert.deepEqual(answered(state, { ...options, level: "DEBUG" }), expected, `${name}, DEBUG`);
    const { inspectionData: _, ...info } = expected as { [name: string]: Json };
    assert.deepEqual(answered(state, { ...options, level: "INFO" }), info, `${name}, INFO`);
  }
});

const retrying = (more: object = {}): object => ({
  Type: "Task",
  QueryLanguage: "JSONata",
  Resource: invoke,
  Retry: [
    { ErrorEquals: ["Other"] },
    { ErrorEquals: ["Busy"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 3, MaxDelaySeconds: 10 },
  ],
  End: true,
  ...more,
});
const caught = {
  Catch: [
    { ErrorEquals: ["Gone"], Next: "G" },
    { ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Error %}", Assign: { e: "{% 1 %}" }, Next: "H" },
  ],
};

const failures: readonly (readonly [name: string, state: object, options: Options, expected: object])[] = [
  [
    "the first retry",
    retrying(),
    { mock: failing("Busy") },
    { status: "RETRIABLE", errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 3 } },
  ],
  [
    "a later retry, which waits as long as it may",
    retrying(),
    { mock: failing("Busy"), retryCount: 2 },
    { status: "RETRIABLE", errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 10 } },
  ],
  [
    "retries that are used up",
    retrying(),
    { mock: failing("Busy"), retryCount: 3 },
    { status: "FAILED", errorDetails: { retryIndex: 1 } },
  ],
  [
    "retries that are used up, and a Catcher",
    retrying(caught),
    { mock: failing("Busy"), retryCount: 3 },
    {
      status: "CAUGHT_ERROR",
      nextState: "H",
      output: "Busy",
      variables: { e: 1 },
      errorDetails: { catchIndex: 1, retryIndex: 1 },
    },
  ],
  [
    "a failure that was not mocked",
    retrying(caught),
    { outcome: { kind: "failed", error: "Gone", cause: "why" } },
    {
      status: "CAUGHT_ERROR",
      nextState: "G",
      output: { Error: "Gone", Cause: "why" },
      errorDetails: { catchIndex: 0 },
    },
  ],
];

test("a failure shows which Retrier and which Catcher dealt with it", () => {
  for (const [name, state, options, expected] of failures) {
    const { inspectionData, cause, error, ...rest } = answered(state, options) as { [name: string]: Json };
    const { errorDetails, variables } = inspectionData as { [name: string]: Json };
    const shown = { ...rest, ...(variables === undefined ? {} : { variables }), errorDetails };
    assert.deepEqual(shown, expected, name);
    assert.deepEqual([typeof error, cause], ["string", "why"], name);
  }
});

const map = (more: object = {}): object => ({
  Type: "Map",
  ItemsPath: "$.items",
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "P",
    States: { P: { Type: "Pass", End: true } },
  },
  End: true,
  ...more,
});
const items = { items: ["x", "y"] };
const mapped = { status: "SUCCEEDED", output: [1, 2], afterResultSelector: [1, 2], afterResultPath: [1, 2] };
const exceeded = "States.ExceedToleratedFailureThreshold";

const maps: readonly (readonly [name: string, state: object, options: Options, expected: object | string])[] = [
  ["items by their path", map(), {}, { ...mapped, afterItemsPath: ["x", "y"], maxConcurrency: 0 }],
  [
    "an ItemSelector",
    map({ ItemSelector: { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value" }, MaxConcurrency: 2 }),
    {},
    {
      ...mapped,
      afterItemsPath: ["x", "y"],
      afterItemSelector: [
        { i: 0, v: "x" },
        { i: 1, v: "y" },
      ],
      maxConcurrency: 2,
    },
  ],
  [
    "an ItemBatcher",
    map({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "of.$": "$.items[0]" } } }),
    { input: { items: ["x", "y", "z"] } },
    {
      ...mapped,
      afterItemsPath: ["x", "y", "z"],
      afterItemBatcher: [
        { BatchInput: { of: "x" }, Items: ["x", "y"] },
        { BatchInput: { of: "x" }, Items: ["z"] },
      ],
      maxConcurrency: 0,
    },
  ],
  [
    "an object",
    map({ ItemSelector: { "k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value" } }),
    { input: { items: a } },
    {
      ...mapped,
      afterItemsPath: [{ Key: "a", Value: 1 }],
      afterItemSelector: [{ k: "a", v: 1 }],
      maxConcurrency: 0,
    },
  ],
  [
    "as many failures as are tolerated",
    map({ ToleratedFailureCount: 1, ToleratedFailurePercentage: 50 }),
    { failedIterations: 1 },
    {
      ...mapped,
      afterItemsPath: ["x", "y"],
      maxConcurrency: 0,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: parseJson("50.0"),
    },
  ],
  [
    "more failures than are tolerated, caught",
    map({
      ToleratedFailurePercentagePath: "$.most",
      Catch: [{ ErrorEquals: [exceeded], ResultPath: null, Next: "C" }],
    }),
    { input: { ...items, most: 40 }, failedIterations: 1 },
    {
      status: "CAUGHT_ERROR",
      error: exceeded,
      cause: "The specified tolerated failure threshold was exceeded",
      nextState: "C",
      output: { ...items, most: 40 },
      afterItemsPath: ["x", "y"],
      maxConcurrency: 0,
      toleratedFailurePercentage: parseJson("40.0"),
      errorDetails: { catchIndex: 0 },
    },
  ],
  [
    "failures without a threshold",
    map(),
    { failedIterations: 2 },
    { ...mapped, afterItemsPath: ["x", "y"], maxConcurrency: 0 },
  ],
  [
    "more failures than items",
    map(),
    { failedIterations: 3 },
    "Map iteration failure count must be less than or equal to the number of Map iterations",
  ],
  [
    "no items",
    map(),
    { input: { items: 1 } },
    { status: "FAILED", error: "States.Runtime", cause: 'Reference path "$.items" must point to array.' },
  ],
  [
    "a threshold that is no number",
    map({ ToleratedFailureCountPath: "$.most" }),
    { input: { ...items, most: "NoNumber" } },
    {
      status: "FAILED",
      error: "States.Runtime",
      cause: 'The ToleratedFailureCountPath field refers to value "NoNumber" which is not a valid integer: $.most',
      afterItemsPath: ["x", "y"],
      maxConcurrency: 0,
    },
  ],
];

test("a Map does everything before its iterations for real", () => {
  for (const [name, state, options, expected] of maps) {
    const given = { input: items, mock: ok([1, 2]), ...options };
    const answer = answered(state, given);
    if (typeof answer === "string") {
      assert.equal(answer, expected, name);
      continue;
    }
    const { inspectionData, ...rest } = answer as { [name: string]: Json };
    const { input, afterInputPath, ...steps } = inspectionData as { [name: string]: Json };
    assert.deepEqual([input, afterInputPath], [given.input, given.input], name);
    assert.deepEqual({ ...rest, ...steps }, expected, name);
  }
});

const reader = (config: object): object =>
  map({
    ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: config },
    ItemSelector: { "v.$": "$$.Map.Item.Value" },
  });

const readings: readonly (readonly [
  name: string,
  config: object,
  data: string | undefined,
  items: Json | undefined,
])[] = [
  ["JSON", { InputType: "JSON" }, "[1, 2]", [{ v: 1 }, { v: 2 }]],
  ["JSON behind a pointer", { InputType: "JSON", ItemsPointer: "/a~1b/0" }, '{"a/b":[[3]]}', [{ v: 3 }]],
  ["JSON lines", { InputType: "JSONL" }, '{"n":1}\n\n{"n":2}\n', [{ v: { n: 1 } }, { v: { n: 2 } }]],
  ["CSV", { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" }, "n,m\n1,2", [{ v: { n: "1", m: "2" } }]],
  ["a JSON object", { InputType: "JSON" }, '{"k":4}', [{ v: 4 }]],
  ["nothing", { InputType: "JSON" }, undefined, undefined],
  ["what is not JSON", { InputType: "JSON" }, "{", undefined],
  ["what is too deep", { InputType: "JSON" }, "[".repeat(5_000) + "]".repeat(5_000), undefined],
  ["a number that is too long", { InputType: "JSON" }, `[${"1".repeat(1_001)}]`, undefined],
  ["one in a line", { InputType: "JSONL" }, `1\n${"1".repeat(1_001)}\n`, undefined],
  [
    "digits in CSV",
    { InputType: "CSV", CSVHeaders: ["n"], CSVHeaderLocation: "GIVEN" },
    "1".repeat(1_001),
    [{ v: { n: "1".repeat(1_001) } }],
  ],
];

test("the data of an ItemReader stands in for what it would read", () => {
  for (const [name, config, itemReaderData, expected] of readings) {
    const answer = answered(reader(config), { mock: ok([]), itemReaderData });
    const { status, inspectionData } = answer as { [name: string]: Json };
    assert.deepEqual((inspectionData as { [name: string]: Json })["afterItemSelector"], expected, name);
    assert.equal(status, itemReaderData !== undefined && expected === undefined ? "FAILED" : "SUCCEEDED", name);
  }
});

test("what a selector makes of the items is shown as far as it is no flood", () => {
  const input = { items: Array.from({ length: 20_000 }, (_, index) => index), text: "x".repeat(100_000) };
  const answer = answered(map({ ItemSelector: { "all.$": "$" }, ItemBatcher: { MaxItemsPerBatch: 2 } }), {
    input,
    mock: ok([]),
  });
  const { status, inspectionData } = answer as { [name: string]: Json };
  const { afterItemSelector, afterItemBatcher } = inspectionData as { [name: string]: Json };
  assert.deepEqual([status, afterItemSelector, afterItemBatcher], ["SUCCEEDED", undefined, undefined]);
  const batched = answered(map({ ItemBatcher: { MaxItemsPerBatch: 1, BatchInput: { "all.$": "$.text" } } }), {
    input,
    mock: ok([]),
  });
  const shown = (batched as { [name: string]: Json })["inspectionData"] as { [name: string]: Json };
  assert.equal(shown["afterItemBatcher"], undefined);
});

const whole = { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $states.context %}", End: true };

test("the context object is made up as AWS makes it up, or is the one that is given", () => {
  const { output } = answered(whole, { input: a }) as { [name: string]: Json };
  assert.deepEqual(output, {
    Execution: {
      Id: "arn:aws:states:us-east-1:123456789012:express:machine:execution",
      Input: a,
      StartTime: "2026-01-01T00:00:00.000Z",
      Name: "execution",
      RoleArn: null,
    },
    StateMachine: { Id: "arn:aws:states:us-east-1:123456789012:stateMachine:machine", Name: "machine" },
    State: { Name: "StateName", EnteredTime: "2026-01-01T00:00:00.000Z" },
  });
  const given = { Execution: { Name: "given" } };
  assert.deepEqual((answered(whole, { context: given }) as { [name: string]: Json })["output"], given);
});

test("a task that waits for its token has the given one, or a new one", () => {
  const state = {
    Type: "Task",
    Resource: `${invoke}.waitForTaskToken`,
    Parameters: { "token.$": "$$.Task.Token" },
    End: true,
  };
  const tokenOf = (options: Options): Json => {
    const { inspectionData } = answered(state, { mock: ok({}), ...options }) as { [name: string]: Json };
    return (inspectionData as { [name: string]: Json })["afterParameters"] ?? null;
  };
  assert.deepEqual(tokenOf({ context: { Task: { Token: "given" } } }), { token: "given" });
  assert.deepEqual(tokenOf({}), { token: "token-3" });
});

const contexts: readonly (readonly [context: string, problem: string | undefined])[] = [
  [
    '{"Execution":{"Id":"i","Input":[1],"RedriveCount":1},"State":{"RetryCount":2},"StateMachine":{"Name":"n"}}',
    undefined,
  ],
  ['{"Execution":{"Id":1}}', "Execution.Id must be a string"],
  ['{"State":{"RetryCount":"1"}}', "State.RetryCount must be a number"],
  ['{"Execution":[]}', "Execution must be an object"],
  ['{"Execution":{"pokemon":1}}', "Field 'pokemon' is not allowed"],
  ['{"__proto__":{}}', "Field '__proto__' is not allowed"],
  ['{"Map":{}}', "'Map' field is not supported when mocking a Context object"],
  [
    '{"Task":{"Token":"t"}}',
    "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
  ],
];

test("a context object that AWS would refuse is refused with its words", () => {
  const { state } = prepared({ Type: "Task", Resource: invoke, End: true }, {});
  for (const [context, problem] of contexts) {
    assert.equal(contextProblem(parseJson(context) as { [name: string]: Json }, state), problem, context);
  }
});

test("texts keep their spacing, and lists of items have AWS's", () => {
  const tested = prepared(map(), { input: { items: [{ n: 1 }, "y"] }, mock: { result: Payload.ofText("[1,  2]") } });
  const run = testState(tested, environmentAt(now));
  assert.equal(run.kind, "ended");
  const answer = run.kind === "ended" ? testStateAnswer(tested, { report: run.report }, "DEBUG") : {};
  const { output, inspectionData } = parseJson(stringifyJson(parseJson(JSON.stringify(answer)))) as {
    [name: string]: Json;
  };
  assert.equal(output, "[1,  2]");
  assert.equal((inspectionData as { [name: string]: Json })["afterItemsPath"], '[{"n":1}, "y"]');
});

test("a number that is written with a fraction is a number", () => {
  const text =
    '{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"RES","TimeoutSeconds":5.0,"End":true,"Retry":[{"ErrorEquals":["States.ALL"],"BackoffRate":2.0}]}}}';
  const state = parseProgram(text.replace("RES", invoke)).states.get("S");
  assert.ok(state?.type === "Task");
  assert.deepEqual([state.retry[0]?.backoffRate, state.timeoutSeconds], [2, { kind: "fixed", value: 5 }]);
});
