// The scenarios of the golden journals: a definition each, and what happens to an execution of it, step by step.
import type { Json, JsonObject } from "../src/asl/json.ts";
import { Payload } from "../src/asl/payload.ts";
import type { Execution } from "../src/engine/execution.ts";
import type { Command } from "../src/engine/turn.ts";
import { wakeAt } from "../src/engine/wake.ts";
import type { GoldenSettings } from "../src/testing/golden-journal.ts";
import { playedArns } from "../src/testing/play.ts";

/** The next command, and when it comes: seen from the execution and the time of the step before. */
export type Step = (execution: Execution, now: number) => { readonly command: Command; readonly at: number };

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly definition: JsonObject | number;
  readonly settings?: Partial<GoldenSettings>;
  readonly play: readonly Step[];
}

type StartExtra = Partial<Extract<Command, { readonly kind: "Start" }>>;

/** Steps follow each other by a quarter of a second where nothing else is said. */
const tell =
  (command: Command): Step =>
  (_, now) => ({ command, at: now + 250 });
const startText = (input: string, extra: StartExtra = {}): Step =>
  tell({ kind: "Start", input: Payload.ofText(input), roleArn: playedArns.role, ...extra });
const start = (input: Json = {}, extra: StartExtra = {}): Step => startText(JSON.stringify(input), extra);
const goOn = tell({ kind: "Continue" });
const stop = (error?: string, cause?: string): Step => tell({ kind: "Stop", error, cause });
const redrive = (clientToken?: string): Step => tell({ kind: "Redrive", clientToken });
/** The next timer fires. */
const wake: Step = (execution, now) => ({
  command: { kind: "Wake" },
  at: Math.max(now, wakeAt(execution) ?? Number.NaN),
});
const later =
  (ms: number, step: Step): Step =>
  (execution, now) =>
    step(execution, now + ms);

/** A state whose task is open; of several the one at the position. */
type Of = string | readonly [state: string, position: number];

function openTask(execution: Execution, of: Of): number {
  const [name, position] = typeof of === "string" ? [of, 0] : of;
  const open = [...execution.tasks].filter(([, scope]) => scope.state?.name === name);
  const id = open[position]?.[0];
  if (id === undefined) throw new Error(`no task of ${name} is open at ${position}`);
  return id;
}

const tellTask =
  (of: Of, command: (scheduledEventId: number) => Command): Step =>
  (execution, now) => ({ command: command(openTask(execution, of)), at: now + 250 });
const outcome = (of: Of, outcome: Extract<Command, { kind: "TaskOutcome" }>["outcome"]): Step =>
  tellTask(of, (scheduledEventId) => ({ kind: "TaskOutcome", scheduledEventId, outcome }));
/** The newest Map Run comes out. */
const endRun =
  (outcome: Extract<Command, { kind: "MapRunEnded" }>["outcome"]): Step =>
  (execution, now) => ({ command: { kind: "MapRunEnded", ...newestMapRun(execution), outcome }, at: now + 250 });
const runSucceeds = (output: Json): Step => endRun({ kind: "succeeded", output: payload(output) });
const runFails: Step = endRun({
  kind: "failed",
  error: "States.ExceedToleratedFailureThreshold",
  cause: "The specified tolerated failure threshold was exceeded",
});
function newestMapRun({ scopes }: Execution): { readonly startedEventId: number; readonly redriveCount: number } {
  const works = [...scopes.values()].flatMap(({ state }) => (state?.work?.kind === "mapRun" ? [state.work] : []));
  const newest = works.at(-1);
  if (newest === undefined) throw new Error("no Map Run is open");
  return { startedEventId: newest.startedEventId, redriveCount: newest.redriveCount };
}
const payload = (value: Json): Payload => Payload.ofText(JSON.stringify(value));
const succeed = (of: Of, output: Json): Step => outcome(of, { kind: "succeeded", output: payload(output) });
const fail = (of: Of, error?: string, cause?: string): Step => outcome(of, { kind: "failed", error, cause });
const submit = (of: Of, output: Json): Step => outcome(of, { kind: "submitted", output: payload(output) });
const take = (of: Of, workerName?: string): Step =>
  tellTask(of, (scheduledEventId) => ({ kind: "ActivityTaskTaken", scheduledEventId, workerName }));
const beat = (of: Of): Step => tellTask(of, (scheduledEventId) => ({ kind: "TaskHeartbeat", scheduledEventId }));

const lambda = "arn:aws:lambda:us-east-1:123456789012:function:work";
const activity = "arn:aws:states:us-east-1:123456789012:activity:packing";
const invoke = "arn:aws:states:::lambda:invoke";
const call = { Type: "Task", Resource: lambda } as const;
const work = { Type: "Task", Resource: activity } as const;
const callback: JsonObject = {
  Type: "Task",
  Resource: `${invoke}.waitForTaskToken`,
  Parameters: { FunctionName: "work", Payload: { "token.$": "$$.Task.Token", "of.$": "$" } },
};
const child = (pattern: string): JsonObject => ({
  Type: "Task",
  Resource: `arn:aws:states:::states:startExecution${pattern}`,
  Parameters: { StateMachineArn: playedArns.machine, Input: { from: "parent" } },
});
const job: JsonObject = {
  Type: "Task",
  Resource: "arn:aws:states:::batch:submitJob.sync",
  Parameters: { JobName: "job", JobDefinition: "definition", JobQueue: "queue" },
};
const distributed = (extra: JsonObject): JsonObject => ({
  Type: "Map",
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    ...chain({ Inner: { Type: "Pass" } }),
  },
  ...extra,
});
const caught: JsonObject = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] };
const Caught: JsonObject = { Type: "Pass", End: true };
const wait = (seconds: number): JsonObject => ({ Type: "Wait", Seconds: seconds });

/** States after one another. */
function chain(states: Readonly<Record<string, JsonObject>>, extra: JsonObject = {}): JsonObject {
  const names = Object.keys(states);
  const linked = Object.entries(states).map(([name, state], index) => {
    const next = names[index + 1];
    const isEnd = ["Succeed", "Fail", "Choice"].includes(String(state["Type"])) || "End" in state || "Next" in state;
    return [name, { ...state, ...(isEnd ? {} : next === undefined ? { End: true } : { Next: next }) }];
  });
  return { ...extra, StartAt: names[0] ?? "", States: Object.fromEntries(linked) as JsonObject };
}
const jsonata = { QueryLanguage: "JSONata" } as const;
const only = (state: JsonObject): JsonObject => chain({ Only: state });

const pure: readonly Scenario[] = [
  {
    name: "pass-choice-succeed",
    about: "Pass, Choice and Succeed in JSONPath; an input that keeps its spacing, its 20-digit number and its 0.0.",
    definition: chain({
      Same: { Type: "Pass" },
      Part: { Type: "Pass", Parameters: { "big.$": "$.big", "é\u2028": 1 }, ResultPath: "$.part", OutputPath: "$" },
      Which: {
        Type: "Choice",
        Choices: [{ Variable: "$.part.big", NumericGreaterThan: 1, Next: "Good" }],
        Default: "Bad",
      },
      Bad: { Type: "Fail" },
      Good: { Type: "Succeed", OutputPath: "$.part" },
    }),
    play: [startText('{ "big": 12345678901234567890,\n  "small": 0.0, "text": "\u{1F600} \u2028" }')],
  },
  {
    name: "fail-with-paths",
    about: "A Fail state takes error and cause from its input; a Redrive enters it again.",
    definition: only({ Type: "Fail", ErrorPath: "$.error", CausePath: "States.Format('because {}', $.cause)" }),
    play: [start({ error: "Given", cause: "so" }), redrive()],
  },
  {
    name: "fail-without-words",
    about: "A Fail state without error and cause.",
    definition: only({ Type: "Fail" }),
    play: [start()],
  },
  {
    name: "jsonata-data",
    about: "JSONata: Output, Assign with several variables, Condition, Seconds of a Wait, Output of Succeed.",
    definition: chain(
      {
        First: {
          Type: "Pass",
          Assign: { total: "{% $sum($states.input.items) %}", list: [1, { two: "{% $states.context.State.Name %}" }] },
          Output: { n: "{% $count($states.input.items) %}" },
        },
        Which: { Type: "Choice", Choices: [{ Condition: "{% $total > 5 %}", Next: "Sleep" }], Default: "Fail" },
        Fail: { Type: "Fail", Error: "{% 'Small' %}" },
        Sleep: { Type: "Wait", Seconds: "{% $states.input.n %}", Assign: { total: "{% $total + 1 %}" } },
        Done: { Type: "Succeed", Output: "{% {'total': $total, 'list': $list} %}" },
      },
      jsonata,
    ),
    play: [start({ items: [1, 2, 3] }), wake],
  },
  {
    name: "jsonata-evaluation-fails",
    about: "EvaluationFailed with and without a location, caught once and then the end of the execution.",
    definition: chain(
      {
        Ask: {
          ...call,
          Arguments: "{% $states.input.nothing.at.all %}",
          Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Again" }],
        },
        Again: { Type: "Pass", Output: "{% $error('on purpose') %}" },
      },
      jsonata,
    ),
    play: [start()],
  },
  {
    name: "jsonata-evaluation-fails-after-entry",
    about: "EvaluationFailed of a Map without items, caught, and of a Wait until a time that is none.",
    definition: chain(
      {
        Each: { Type: "Map", ItemProcessor: chain({ A: { Type: "Pass" } }), ...caught },
        Caught: { Type: "Wait", Timestamp: "{% 'tomorrow' %}" },
      },
      jsonata,
    ),
    play: [start({ no: "items" })],
  },
  {
    name: "jsonpath-evaluation-fails",
    about: "A path that finds nothing fails the execution; a redrive enters the state again.",
    definition: chain({ A: { Type: "Pass" }, B: { Type: "Pass", InputPath: "$.missing" } }),
    play: [start(), redrive("first")],
  },
  {
    name: "variables",
    about: "Assign in Pass, Task, Catch and Map; an iteration sees the outer variables and keeps its own.",
    definition: chain({
      Set: { Type: "Pass", Assign: { "name.$": "$.name", fixed: { deep: [1.5, null, true] } } },
      Ask: { ...call, Parameters: { "who.$": "$name" }, Assign: { "answer.$": "$.said" }, ResultPath: "$.asked" },
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: chain({
          Own: { Type: "Pass", Assign: { "own.$": "$" } },
          Rest: wait(5),
          Show: { Type: "Pass", Parameters: { "own.$": "$own", "name.$": "$name" } },
        }),
        Assign: { "first.$": "$[0]" },
      },
      Break: {
        ...call,
        Catch: [{ ErrorEquals: ["States.ALL"], Assign: { "error.$": "$.Error" }, Next: "Show" }],
      },
      Show: {
        Type: "Pass",
        Parameters: { "answer.$": "$answer", "first.$": "$first", "error.$": "$error", "fixed.$": "$fixed" },
      },
    }),
    play: [
      start({ name: "Ada", items: ["x", "y"] }),
      succeed("Ask", { said: "yes" }),
      wake,
      fail("Break", "Broken", "in two"),
    ],
  },
  {
    name: "wait",
    about: "Wait by seconds, by a path to seconds, until a time and until the time at a path, one of them past.",
    definition: chain({
      Seconds: wait(10),
      Path: { Type: "Wait", SecondsPath: "$.seconds" },
      Until: { Type: "Wait", Timestamp: "2026-01-01T00:01:00Z" },
      Past: { Type: "Wait", Timestamp: "2025-01-01T00:00:00Z" },
      UntilPath: { Type: "Wait", TimestampPath: "$.until" },
    }),
    play: [
      start({ seconds: 20, until: "2026-02-01T00:00:00.500Z" }),
      later(100, tell({ kind: "Wake" })),
      wake,
      wake,
      wake,
      wake,
    ],
  },
];

const tasks: readonly Scenario[] = [
  {
    name: "task",
    about:
      "A function's task and an integration's: parameters, credentials, selected results; an outcome that comes twice.",
    definition: chain({
      Ask: { ...call, Parameters: { "n.$": "$.n" }, ResultPath: "$.asked", TimeoutSeconds: 60 },
      Send: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Credentials: { RoleArn: "arn:aws:iam::123456789012:role/other" },
        Parameters: { QueueUrl: "https://queue", "MessageBody.$": "$.asked" },
        ResultSelector: { "id.$": "$.MessageId" },
      },
    }),
    play: [
      start({ n: 7 }),
      succeed("Ask", { said: "seven" }),
      tell({ kind: "TaskOutcome", scheduledEventId: 3, outcome: { kind: "succeeded", output: payload("again") } }),
      succeed("Send", { MessageId: "m-1", MD5OfMessageBody: "x" }),
    ],
  },
  {
    name: "task-fails",
    about: "Failures with error and cause, with neither, and one that ends the execution; each redriven.",
    definition: chain({ A: call, B: call }),
    play: [start(), fail("A", "E", "c"), redrive("one"), fail("A"), redrive("two"), succeed("A", 1), fail("B", "Only")],
  },
  {
    name: "task-result-fails",
    about: "A task succeeded and its result has not what is selected of it; a redrive makes the call again.",
    definition: only({ ...call, ResultSelector: { "a.$": "$.a" } }),
    play: [start(), succeed("Only", { b: 1 }), redrive(), succeed("Only", { a: 1 })],
  },
  {
    name: "retry-and-backoff",
    about: "Two Retriers count for themselves: a growing interval with a ceiling, and one with full jitter.",
    definition: only({
      ...call,
      Retry: [
        { ErrorEquals: ["First"], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 5, MaxAttempts: 3 },
        { ErrorEquals: ["States.ALL"], IntervalSeconds: 10, JitterStrategy: "FULL" },
      ],
    }),
    play: [
      start(),
      fail("Only", "First"),
      wake,
      fail("Only", "Second", "for once"),
      wake,
      fail("Only", "First"),
      later(10, tell({ kind: "Wake" })),
      wake,
      succeed("Only", { tries: 4 }),
    ],
  },
  {
    name: "retry-exhausted",
    about: "Retries are used up and the failure is caught at a path; another is not to be retried at all.",
    definition: chain({
      A: {
        ...call,
        Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 1, MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ["Other"], Next: "B" },
          { ErrorEquals: ["E"], ResultPath: "$.problem", Next: "B" },
        ],
      },
      B: { ...call, Retry: [{ ErrorEquals: ["Never"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }] },
    }),
    play: [start({ kept: true }), fail("A", "E", "1"), wake, fail("A", "E", "2"), fail("B", "Never", "at all")],
  },
  {
    name: "task-times-out",
    about: "Time limits, fixed and at a path: caught, retried, and at last the end of the execution.",
    definition: chain({
      Fixed: {
        ...call,
        TimeoutSeconds: 5,
        Catch: [{ ErrorEquals: ["States.Timeout"], ResultPath: null, Next: "Path" }],
      },
      Path: {
        ...call,
        TimeoutSecondsPath: "$.limit",
        Retry: [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, MaxAttempts: 1 }],
      },
    }),
    play: [start({ limit: 7 }), wake, wake, wake, wake, redrive(), wake, wake, succeed("Path", "at last")],
  },
  {
    name: "activity-with-heartbeats",
    about:
      "An activity's task is offered, taken by a named worker, kept alive by heartbeats and done; a second worker comes late.",
    definition: only({ ...work, HeartbeatSeconds: 10, TimeoutSeconds: 100, Parameters: { "box.$": "$.box" } }),
    play: [
      start({ box: 3 }),
      later(60_000, take("Only", "worker-1")),
      take("Only", "worker-2"),
      later(9_000, beat("Only")),
      later(9_000, beat("Only")),
      later(5_000, tell({ kind: "Wake" })),
      succeed("Only", { packed: 3 }),
    ],
  },
  {
    name: "heartbeat-missed",
    about: "A missed heartbeat is retried by its own name, and the second time it is caught.",
    definition: chain({
      Pack: {
        ...work,
        HeartbeatSecondsPath: "$.beat",
        Retry: [{ ErrorEquals: ["States.HeartbeatTimeout"], IntervalSeconds: 3, MaxAttempts: 1 }],
        ...caught,
      },
      Caught,
    }),
    play: [start({ beat: 5 }), take("Pack"), beat("Pack"), wake, wake, take("Pack", "w"), wake],
  },
  {
    name: "activity-fails",
    about: "A worker gives up without words, and another never comes before the time is over.",
    definition: chain({
      A: { ...work, Catch: [{ ErrorEquals: ["States.TaskFailed"], ResultPath: "$.a", Next: "B" }] },
      B: { ...work, TimeoutSeconds: 30 },
    }),
    play: [start(), take("A", "w"), fail("A"), wake],
  },
  {
    name: "activity-timed-from-its-start",
    about:
      "An activity's time counts from its start by a worker: long after it was scheduled, it is over and tried again.",
    definition: only({
      ...work,
      TimeoutSeconds: 30,
      Retry: [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, MaxAttempts: 1 }],
    }),
    play: [
      start(),
      later(3_600_000, tell({ kind: "Wake" })),
      take("Only", "late"),
      wake,
      wake,
      later(3_600_000, take("Only")),
      succeed("Only", "in time"),
    ],
  },
  {
    name: "callback",
    about:
      "A callback with its token: accepted, kept alive, answered; then one that is answered before it was accepted.",
    definition: chain({ A: { ...callback, HeartbeatSeconds: 20, ResultPath: "$.a" }, B: callback, C: callback }),
    play: [
      start({ order: 1 }),
      submit("A", { StatusCode: 200 }),
      later(15_000, beat("A")),
      later(15_000, succeed("A", "by token")),
      succeed("B", { early: true }),
      outcome("C", { kind: "succeeded", output: payload("both"), submission: payload({ StatusCode: 202 }) }),
    ],
  },
  {
    name: "callback-times-out",
    about: "A token that never comes back: the time is over, caught; another fails together with its submission.",
    definition: chain({
      A: { ...callback, TimeoutSeconds: 600, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "B" }] },
      B: { ...callback, ...caught },
      Caught: { ...callback, TimeoutSeconds: 1 },
    }),
    play: [
      start(),
      submit("A", {}),
      wake,
      outcome("B", { kind: "failed", error: "Late", cause: "x", submission: payload({ ok: 1 }) }),
      submit("Caught", {}),
      wake,
    ],
  },
  {
    name: "sync-child",
    about: "A child execution is waited for, its output as JSON; then one as text, which fails and is caught.",
    definition: chain({
      Json: { ...child(".sync:2"), ResultSelector: { "out.$": "$.Output" } },
      Text: { ...child(".sync"), ...caught },
      Caught: { ...child(""), ResultPath: "$.started" },
    }),
    play: [
      start(),
      submit("Json", { ExecutionArn: "arn:child:1", StartDate: 1 }),
      succeed("Json", { Output: { done: 1 }, Status: "SUCCEEDED" }),
      submit("Text", { ExecutionArn: "arn:child:2", StartDate: 2 }),
      fail("Text", "States.TaskFailed", '{"Status":"FAILED"}'),
      succeed("Caught", { ExecutionArn: "arn:child:3" }),
    ],
  },
  {
    name: "sync-cancelled",
    about: "A job is cancelled with what it was accepted with: at its time limit, and when the execution is stopped.",
    definition: chain({
      First: { ...job, TimeoutSeconds: 60, ...caught },
      Caught: { ...job, Next: "Last" },
      Last: Caught,
    }),
    play: [start(), submit("First", { JobId: "1" }), wake, submit("Caught", { JobId: "2" }), stop("Enough", "of it")],
  },
  {
    name: "child-of-another",
    about: "An execution that another one's task started, by an alias that led to a version.",
    definition: only({ Type: "Pass", Parameters: { "started.$": "$$.Execution.StartTime" } }),
    play: [
      start(
        { from: "parent" },
        {
          startedBy: { executionArn: `${playedArns.execution}-parent`, scheduledEventId: 3 },
          stateMachineVersionArn: `${playedArns.machine}:4`,
          stateMachineAliasArn: `${playedArns.machine}:PROD`,
        },
      ),
    ],
  },
  {
    name: "version-without-alias",
    about: "An execution of a version.",
    definition: only(call),
    play: [start({}, { stateMachineVersionArn: `${playedArns.machine}:2` }), succeed("Only", [])],
  },
  {
    name: "mocked-calls",
    about:
      "With a test case of a mock file, the calls of each state are counted over retries, iterations and redrives.",
    definition: chain({
      A: { ...call, Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1 }] },
      Each: { Type: "Map", ItemProcessor: chain({ B: call }) },
    }),
    play: [
      start([1, 2], { testCase: "Happy Path" }),
      fail("A", "Drawn"),
      wake,
      succeed("A", [1, 2]),
      succeed("B", "first"),
      fail("B", "Drawn"),
      redrive(),
      succeed("B", "second"),
    ],
  },
];

const leaf = chain({ Leaf: call });
const branches = {
  Type: "Parallel",
  Branches: [
    chain({ Ask: call }),
    chain({ Sleep: wait(30), After: { Type: "Pass", Result: "slept" } }),
    chain({ Now: { Type: "Succeed" } }),
  ],
} as const;
const everyKind: JsonObject = {
  Type: "Parallel",
  Branches: [
    chain({ Ask: call }),
    chain({ Sleep: wait(30) }),
    chain({ Inner: { Type: "Parallel", Branches: [leaf, chain({ Nap: wait(40) })] } }),
    chain({ Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: chain({ Item: work }), MaxConcurrency: 2 } }),
    chain({ Again: { ...call, Retry: [{ ErrorEquals: ["Soon"], IntervalSeconds: 100 }] } }),
  ],
};
const items = { items: [1, 2, 3] };

const containers: readonly Scenario[] = [
  {
    name: "parallel",
    about: "Branches end in another order than they stand, and the result is selected.",
    definition: only({ ...branches, ResultSelector: { "all.$": "$" }, ResultPath: "$.result" }),
    play: [start({ kept: 1 }), wake, succeed("Ask", "asked")],
  },
  {
    name: "parallel-fails",
    about:
      "A branch fails: the task, the sleep, the Parallel, the Map and the retry beside it are aborted, and it is caught.",
    definition: chain({
      Only: { ...everyKind, ...caught },
      Caught: { Type: "Pass", Parameters: { "error.$": "$.Error" } },
    }),
    play: [start(items), take("Item", "w"), fail("Again", "Soon"), fail("Ask", "Broken", "here")],
  },
  {
    name: "parallel-is-retried",
    about: "A Parallel that failed begins again as a whole after its interval.",
    definition: only({ ...branches, Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 4, MaxAttempts: 1 }] }),
    play: [start(), fail("Ask", "Broken"), wake, wake, succeed("Ask", 2)],
  },
  {
    name: "parallel-wide",
    about: "More than 4,096 branches, which are not nested: the numbers of their scopes follow from the stored event.",
    definition: 4_200,
    play: [start(), goOn, wake],
  },
  {
    name: "parallel-wide-of-its-own-numbers",
    about: "More than 4,096 branches have scopes of a range of their own, by the second version of the stored event.",
    definition: 4_201,
    play: [start(), goOn, wake],
  },
  {
    name: "parallel-one-after-another",
    about: "Two Parallel states after one another and one within: each has scopes of its own.",
    definition: chain({
      A: { Type: "Parallel", Branches: [leaf, chain({ In: { Type: "Parallel", Branches: [leaf, leaf] } })] },
      B: { Type: "Parallel", Branches: [leaf] },
    }),
    play: [start(), succeed(["Leaf", 2], 3), succeed(["Leaf", 0], 1), succeed("Leaf", 2), succeed("Leaf", 4)],
  },
  {
    name: "map",
    about: "Five items, two at a time, done out of order, each selected from its item and its index.",
    definition: only({
      Type: "Map",
      ItemsPath: "$.list",
      MaxConcurrency: 2,
      ItemSelector: { "item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index", "of.$": "$.of" },
      ItemProcessor: leaf,
      ResultPath: "$.done",
    }),
    play: [
      start({ list: ["a", "b", "c", "d", "e"], of: "x" }),
      succeed(["Leaf", 1], "B"),
      succeed(["Leaf", 1], "C"),
      succeed(["Leaf", 0], "A"),
      succeed(["Leaf", 1], "E"),
      succeed("Leaf", "D"),
    ],
  },
  {
    name: "map-iteration-fails",
    about:
      "An iteration uses its retry up and fails: the others are aborted, one that had succeeded stays, and it is caught.",
    definition: chain({
      Each: {
        Type: "Map",
        MaxConcurrency: 3,
        ItemProcessor: chain({
          Leaf: { ...call, Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 }] },
        }),
        ...caught,
      },
      Caught,
    }),
    play: [start([1, 2, 3, 4]), succeed("Leaf", 1), fail(["Leaf", 0], "E"), wake, fail(["Leaf", 2], "E", "again")],
  },
  {
    name: "map-is-retried",
    about: "A Map that failed begins again with all of its items; an empty one is done at once.",
    definition: chain({
      Empty: { Type: "Map", ItemsPath: "$.none", ItemProcessor: leaf, ResultPath: "$.none" },
      Each: {
        Type: "Map",
        ItemsPath: "$.some",
        ItemProcessor: leaf,
        Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 5, MaxAttempts: 1 }],
      },
    }),
    play: [
      start({ none: [], some: [1, 2] }),
      succeed("Leaf", 1),
      fail("Leaf", "E"),
      wake,
      succeed("Leaf", 1),
      succeed("Leaf", 2),
    ],
  },
  {
    name: "map-in-parallel-in-map",
    about:
      "Scopes within scopes: the inner Map's iterations end the branch, the branches the iteration, the iterations the Map.",
    definition: only({
      Type: "Map",
      ItemProcessor: chain({
        Both: {
          Type: "Parallel",
          Branches: [
            chain({ Each: { Type: "Map", ItemsPath: "$.in", ItemProcessor: leaf } }),
            chain({ Nap: wait(10) }),
          ],
        },
      }),
    }),
    play: [
      start([{ in: [1, 2] }, { in: [3] }]),
      succeed(["Leaf", 0], "1"),
      succeed(["Leaf", 1], "3"),
      wake,
      succeed("Leaf", "2"),
    ],
  },
  {
    name: "map-jsonata",
    about:
      "JSONata: Items, ItemSelector, MaxConcurrency by an expression, Assign and Output of a Map and of a Parallel.",
    definition: chain(
      {
        Each: {
          Type: "Map",
          Items: "{% $states.input.list[$ > 1] %}",
          MaxConcurrency: "{% 1 %}",
          ItemSelector: { v: "{% $states.context.Map.Item.Value %}", i: "{% $states.context.Map.Item.Index %}" },
          ItemProcessor: chain({
            Leaf: { ...call, Arguments: "{% $states.input %}", Assign: { seen: "{% $states.result %}" } },
          }),
          Assign: { results: "{% $states.result %}" },
        },
        Both: {
          Type: "Parallel",
          Arguments: { r: "{% $results %}" },
          Branches: [chain({ A: { Type: "Pass" } }), chain({ B: { Type: "Pass", Output: "{% $results[0] %}" } })],
          Output: "{% $states.result[1] %}",
        },
      },
      jsonata,
    ),
    play: [start({ list: [1, 2, 3] }), succeed("Leaf", { two: 2 }), succeed("Leaf", { three: 3 })],
  },
];

/** Text that is too large with another of its kind. */
const large: JsonObject = { Type: "Pass", Output: "{% $pad('', 140000, 'x') %}" };

const redrives: readonly Scenario[] = [
  {
    name: "redrive-task",
    about: "A task that failed begins again with its retries anew, twice, by a client's token and without one.",
    definition: chain({
      Kept: call,
      Again: { ...call, Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 1, MaxAttempts: 1 }] },
    }),
    play: [
      start(),
      succeed("Kept", 1),
      fail("Again", "E"),
      wake,
      fail("Again", "E"),
      later(86_400_000, redrive("token-of-client")),
      fail("Again", "E"),
      wake,
      fail("Again", "Other"),
      redrive(),
      succeed("Again", { count: 2 }),
      redrive(),
    ],
  },
  {
    name: "redrive-map",
    about: "Of a Map that failed, what succeeded stays; what failed, was aborted or had not begun goes on.",
    definition: only({ Type: "Map", MaxConcurrency: 3, ItemProcessor: chain({ Leaf: call, Nap: wait(2) }) }),
    play: [
      start([1, 2, 3, 4, 5]),
      succeed(["Leaf", 0], "a"),
      wake,
      succeed(["Leaf", 0], "b"),
      fail(["Leaf", 0], "E", "c"),
      redrive("m"),
      succeed(["Leaf", 0], "c"),
      succeed(["Leaf", 0], "d"),
      wake,
      succeed(["Leaf", 0], "e"),
      wake,
      wake,
      wake,
    ],
  },
  {
    name: "redrive-parallel",
    about: "Of a Parallel that failed, branches that ended stay, the others begin again at the state they were in.",
    definition: only(everyKind),
    play: [
      start({ items: [1, 2, 3] }),
      take(["Item", 0], "w"),
      succeed(["Item", 0], "one"),
      fail("Leaf", "Broken", "inside"),
      redrive(),
      succeed("Ask", 1),
      succeed("Leaf", 2),
      succeed("Again", 3),
      wake,
      wake,
      take("Item"),
      succeed("Item", "two"),
      succeed("Item", "three"),
    ],
  },
  {
    name: "redrive-after-stop",
    about: "Stopped in the midst of everything and redriven: timers, tasks, iterations and branches begin again.",
    definition: only(everyKind),
    play: [
      start({ items: [1, 2] }),
      succeed("Ask", 1),
      fail("Again", "Soon"),
      stop(),
      redrive("s"),
      stop("Twice"),
      redrive(),
      succeed("Leaf", 2),
      succeed(["Item", 1], "b"),
      succeed("Item", "a"),
      succeed("Again", 3),
      wake,
      wake,
    ],
  },
  {
    name: "redrive-after-too-much-data",
    about: "A Map whose results were too large has succeeded below; a redrive begins it again as a whole.",
    definition: chain(
      {
        Each: { Type: "Map", Items: [1, 2], ItemProcessor: chain({ Ask: call, Large: large }) },
        Small: { Type: "Pass", Output: "small" },
      },
      jsonata,
    ),
    play: [start(), succeed(["Ask", 0], 1), succeed("Ask", 2), redrive(), succeed("Ask", 1), stop("Enough")],
  },
  {
    name: "redrive-after-too-much-data-of-branches",
    about:
      "A Parallel whose results were too large together has succeeded below; a redrive begins it again as a whole.",
    definition: chain(
      { Both: { Type: "Parallel", Branches: [chain({ A: large }), chain({ Ask: call, B: large })] }, Small: Caught },
      jsonata,
    ),
    play: [start(), succeed("Ask", 1), redrive(), fail("Ask", "Enough")],
  },
  {
    name: "redrive-after-results-fail",
    about:
      "All succeeded below a Map and then a Parallel whose result could not be taken: each begins again as a whole.",
    definition: chain({
      Each: { Type: "Map", ItemProcessor: leaf, ResultSelector: { "a.$": "$[1].a" } },
      Both: { Type: "Parallel", Branches: [leaf, chain({ Side: call })], ResultSelector: { "b.$": "$[0].b" } },
    }),
    play: [
      start([1, 2]),
      succeed(["Leaf", 1], 2),
      succeed("Leaf", 1),
      redrive(),
      succeed("Leaf", { a: 1 }),
      succeed("Leaf", { a: 2 }),
      succeed("Side", 1),
      succeed("Leaf", 2),
      redrive(),
      succeed("Leaf", { b: 1 }),
      succeed("Side", 2),
    ],
  },
  {
    name: "redrive-after-too-much-data-below",
    about:
      "A branch failed of too large data: a redrive begins the Parallel again as a whole, and a Map elsewhere goes on.",
    definition: chain(
      {
        Both: {
          Type: "Parallel",
          Branches: [
            chain({ Ask: call, Far: { ...large, Output: "{% $pad('', 300000, 'x') %}" } }),
            chain({ Each: { Type: "Map", Items: [1, 2], ItemProcessor: leaf } }),
          ],
        },
      },
      jsonata,
    ),
    play: [
      start(),
      succeed(["Leaf", 0], 1),
      succeed("Ask", 1),
      redrive(),
      succeed(["Leaf", 0], 1),
      succeed("Leaf", 2),
      stop(),
    ],
  },
  {
    name: "redrive-after-execution-timeout",
    about: "The time limit of the execution counts from its redrive.",
    definition: chain({ A: wait(20), B: call }, { TimeoutSeconds: 30 }),
    settings: { timeoutSeconds: 30 },
    play: [start(), wake, wake, later(600_000, redrive()), wake, later(600_000, redrive()), succeed("B", "in time")],
  },
  {
    name: "redrive-of-an-iteration-aborted-below",
    about: "Iterations with a Parallel inside are aborted with their sibling and resumed where they were.",
    definition: only({
      Type: "Map",
      ItemProcessor: chain({ Both: { Type: "Parallel", Branches: [leaf, chain({ Side: call })] } }),
    }),
    play: [
      start([1, 2]),
      succeed(["Side", 0], "s1"),
      succeed(["Leaf", 1], "l2"),
      fail("Leaf", "E"),
      redrive(),
      succeed("Leaf", "l1"),
      succeed("Side", "s2"),
    ],
  },
];

const mapRuns: readonly Scenario[] = [
  {
    name: "map-run",
    about: "Map Runs: one that succeeds, one that fails and is tried again and then caught, and one over an object.",
    definition: chain({
      First: distributed({
        Label: "First",
        MaxConcurrency: 5,
        ToleratedFailureCount: 1,
        ResultPath: "$.first",
        ItemsPath: "$.list",
      }),
      Again: distributed({
        ToleratedFailurePercentagePath: "$.part",
        ItemsPath: "$.list",
        Retry: [{ ErrorEquals: ["States.ExceedToleratedFailureThreshold"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Members", ResultPath: "$.error" }],
      }),
      Members: distributed({ ItemsPath: "$.object" }),
    }),
    play: [
      start({ list: [1, 2, 3], object: { a: 1 }, part: 12.5 }),
      runSucceeds([1, 2, 3]),
      runFails,
      wake,
      runFails,
      runSucceeds([]),
    ],
  },
  {
    name: "map-run-redriven",
    about:
      "A Map Run is stopped, goes on by a redrive, fails, goes on again, succeeds with a result that cannot be taken, and is another one then.",
    definition: only(distributed({ ResultSelector: { "one.$": "$[0].one" } })),
    play: [
      start([1, 2]),
      stop("Why", "because"),
      redrive(),
      runFails,
      redrive(),
      runSucceeds([1]),
      redrive(),
      runSucceeds([{ one: 1 }]),
    ],
  },
  {
    name: "map-run-beside-others",
    about:
      "A Map Run in a branch is aborted with its sibling, begins anew after too much data, and is told of too late.",
    definition: only({
      Type: "Parallel",
      Branches: [
        chain({ Sleep: wait(10), Which: { Type: "Task", Resource: lambda } }),
        chain({ Each: distributed({}) }),
        chain({ Other: distributed({}) }),
      ],
    }),
    play: [
      start([1]),
      wake,
      fail("Which", "Broken"),
      redrive(),
      goOn,
      runSucceeds(["other"]),
      endRun({ kind: "failed", error: "States.DataLimitExceeded", cause: "too much" }),
      redrive(),
      stop(),
      runSucceeds(["late"]),
    ],
  },
  {
    name: "map-run-beside-a-timeout",
    about: "The time of an execution is over while a Map Run goes on; another fails before it has begun.",
    definition: chain(
      { Runs: distributed({}), Refused: distributed({ ToleratedFailureCountPath: "$[0]" }) },
      { TimeoutSeconds: 30 },
    ),
    settings: { timeoutSeconds: 30 },
    play: [start([1]), wake, redrive(), runSucceeds(["a"]), redrive()],
  },
];

const ends: readonly Scenario[] = [
  {
    name: "stopped",
    about: "Stopped with error and cause while a task runs; what comes afterwards comes too late.",
    definition: only(call),
    play: [
      start(),
      stop("Why", "because"),
      tell({ kind: "TaskOutcome", scheduledEventId: 3, outcome: { kind: "succeeded", output: payload("late") } }),
      stop("Again"),
    ],
  },
  {
    name: "execution-times-out",
    about: "The execution's own time is over while a job runs and a branch sleeps.",
    definition: chain(
      { Both: { Type: "Parallel", Branches: [chain({ Job: job }), chain({ Sleep: wait(100) })] } },
      { TimeoutSeconds: 12 },
    ),
    settings: { timeoutSeconds: 12 },
    play: [start(), submit("Job", { JobId: "1" }), wake],
  },
  {
    name: "history-full",
    about: "The history is full: the last event is the failure, and there is no room for a redrive.",
    definition: only({ Type: "Map", ItemProcessor: chain({ A: { Type: "Pass" }, B: call }) }),
    settings: { limits: { maxHistoryEvents: 16 } },
    play: [start([1, 2]), succeed("B", 1), redrive()],
  },
  {
    name: "long-decisions-are-cut",
    about:
      "Decisions of four events: the execution goes on, is stopped in the midst and redriven, and a task comes back between.",
    definition: chain({
      A: { Type: "Pass" },
      B: { Type: "Pass" },
      Each: { Type: "Map", ItemProcessor: chain({ C: { Type: "Pass" }, D: call }) },
    }),
    settings: { limits: { maxDecisionEvents: 4 } },
    play: [
      start([1, 2]),
      goOn,
      goOn,
      goOn,
      succeed("D", 1),
      stop(),
      redrive(),
      goOn,
      goOn,
      goOn,
      succeed("D", 2),
      goOn,
      goOn,
      goOn,
    ],
  },
  {
    name: "map-starts-in-parts",
    about:
      "A decision ends in the midst of starting the iterations: the next one starts the others, before anything else.",
    definition: chain({ Each: { Type: "Map", MaxConcurrency: 3, ItemProcessor: chain({ D: call }) } }),
    settings: { limits: { maxDecisionEvents: 4 } },
    play: [start([1, 2, 3, 4]), goOn, goOn, goOn, succeed("D", 1), goOn, succeed("D", 2), succeed("D", 3), goOn, goOn],
  },
  {
    name: "decisions-of-one-event",
    about:
      "Decisions as short as can be, through a Parallel with a Map and variables: what is ready between two of them is kept.",
    definition: chain({
      Set: { Type: "Pass", Assign: { "v.$": "$" } },
      Both: {
        Type: "Parallel",
        Branches: [
          chain({ P: { Type: "Pass" } }),
          chain({ Each: { Type: "Map", ItemProcessor: chain({ Q: { Type: "Pass" } }) } }),
        ],
      },
      End: { Type: "Succeed" },
    }),
    settings: { limits: { maxDecisionEvents: 1 } },
    play: [start([1, 2]), ...Array.from({ length: 16 }, () => goOn)],
  },
  {
    name: "express",
    about: "An Express execution, asynchronous: its time limit is that of its type.",
    definition: chain({ A: call, B: wait(5), C: { Type: "Pass", Parameters: { "name.$": "$$.Execution.Name" } } }),
    settings: { type: "EXPRESS", timeoutSeconds: 300 },
    play: [start({ n: 1 }), succeed("A", {}), wake],
  },
  {
    name: "express-times-out",
    about: "An Express execution that takes too long, and is not redriven.",
    definition: only(call),
    settings: { type: "EXPRESS", isSynchronous: true, timeoutSeconds: 300 },
    play: [start(), wake, redrive()],
  },
  {
    name: "express-synchronous",
    about: "A synchronous Express execution: its context object shows no redrives.",
    definition: only({ Type: "Pass", Parameters: { "execution.$": "$$.Execution" } }),
    settings: { type: "EXPRESS", isSynchronous: true, timeoutSeconds: 300 },
    play: [start()],
  },
];

export const scenarios: readonly Scenario[] = [...pure, ...tasks, ...containers, ...redrives, ...mapRuns, ...ends];
