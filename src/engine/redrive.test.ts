import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { environmentAt, historyText, play, playedIdentity, type PlayOptions } from "../testing/play.ts";
import { decide } from "./decide.ts";
import type { PerformTask, TaskOutcome } from "./effect.ts";
import type { JournalEvent } from "./journal/event.ts";
import { newExecution } from "./execution.ts";
import type { Command } from "./turn.ts";

const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke" };
const only = (state: Record<string, Json>): Json => ({ StartAt: "S", States: { S: { ...state, End: true } } });
const each = (scope: Json): Json => ({ Type: "Map", ItemsPath: "$$.Execution.Input", ItemProcessor: scope, End: true });

/** The calls whose numbers are given, counted from 1, fail; the others give their parameters back. */
function failing(...calls: readonly number[]): (performed: PerformTask) => TaskOutcome {
  let call = 0;
  return ({ parameters }) =>
    calls.includes(++call)
      ? { kind: "failed", error: "E", cause: `call ${call}` }
      : { kind: "succeeded", output: parameters };
}

const large = "x".repeat(200_000);

/** A definition, how it is played, how it ends, and what its history lists from the first redrive on. */
type Row = readonly [what: string, definition: Json, options: PlayOptions, status: string, after: string];

const rows: readonly Row[] = [
  [
    "a Task is scheduled again, with its retries anew",
    only({ ...task, Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }] }),
    { perform: failing(1, 2, 3) },
    "SUCCEEDED",
    "10<9 ExecutionRedriven, 11<8 TaskScheduled, 12<11 TaskStarted, 13<12 TaskFailed, " +
      "14<13 TaskScheduled, 15<14 TaskStarted, 16<15 TaskSucceeded, 17<16 TaskStateExited, 18<17 ExecutionSucceeded",
  ],
  [
    "a Task that cannot be scheduled fails again",
    only({ ...task, InputPath: "$.no" }),
    {},
    "FAILED",
    "4<3 ExecutionRedriven, 5<2 ExecutionFailed",
  ],
  ["a Fail fails again", only({ Type: "Fail" }), {}, "FAILED", "4<3 ExecutionRedriven, 5<2 ExecutionFailed"],
  [
    "a Choice chooses again",
    only({ Type: "Choice", Choices: [{ Variable: "$", IsNull: true, Next: "S" }] }),
    {},
    "FAILED",
    "4<3 ExecutionRedriven, 5<2 ExecutionFailed",
  ],
  [
    "of a Parallel, the branches that failed or were aborted go on",
    only({ Type: "Parallel", Branches: [only(task), only(task), only({ Type: "Wait", Seconds: 9 })] }),
    { perform: failing(2) },
    "SUCCEEDED",
    "18<17 ExecutionRedriven, 19<13 TaskScheduled, 20<19 TaskStarted, 21<20 TaskSucceeded, 22<21 TaskStateExited, " +
      "23<8 WaitStateExited, 24<23 ParallelStateSucceeded, 25<23 ParallelStateExited, 26<25 ExecutionSucceeded",
  ],
  [
    "of a Map, the iterations that failed go on and those that had no turn start",
    only({ Type: "Map", MaxConcurrency: 1, ItemProcessor: only(task) }),
    { input: [1, 2, 3], perform: failing(2) },
    "SUCCEEDED",
    "20<19 ExecutionRedriven, 21<15 TaskScheduled, 22<21 TaskStarted, 23<22 TaskSucceeded, 24<23 TaskStateExited, " +
      "25<24 MapIterationSucceeded, 26<24 MapIterationStarted, 27<26 TaskStateEntered, 28<27 TaskScheduled, " +
      "29<28 TaskStarted, 30<29 TaskSucceeded, 31<30 TaskStateExited, 32<31 MapIterationSucceeded, " +
      "33<32 MapStateSucceeded, 34<32 MapStateExited, 35<34 ExecutionSucceeded",
  ],
  [
    "of a Map in a Parallel, what succeeded in both stays",
    only({ Type: "Parallel", Branches: [only(task), { StartAt: "M", States: { M: each(only(task)) } }] }),
    { input: [1, 2], perform: failing(3) },
    "SUCCEEDED",
    "29<28 ExecutionRedriven, 30<22 TaskScheduled, 31<30 TaskStarted, 32<31 TaskSucceeded, 33<32 TaskStateExited, " +
      "34<33 MapIterationSucceeded, 35<34 MapStateSucceeded, 36<34 MapStateExited, 37<36 ParallelStateSucceeded, " +
      "38<36 ParallelStateExited, 39<38 ExecutionSucceeded",
  ],
  [
    "a Parallel whose branches together gave too much begins again as a whole",
    only({
      Type: "Parallel",
      Branches: [only({ Type: "Pass", Result: large }), only({ Type: "Pass", Result: large })],
    }),
    {},
    "FAILED",
    "11<10 ExecutionRedriven, 12<9 ParallelStateStarted, 13<12 PassStateEntered, 14<13 PassStateExited, " +
      "15<12 PassStateEntered, 16<15 PassStateExited, 17<16 ParallelStateSucceeded, 18<16 ParallelStateFailed, 19<18 ExecutionFailed",
  ],
  [
    "the time of the machine begins anew",
    { TimeoutSeconds: 10, ...(only({ Type: "Wait", Seconds: 15 }) as object) },
    {},
    "TIMED_OUT",
    "4<3 ExecutionRedriven, 5<0 ExecutionTimedOut",
  ],
  [
    "a Wait until a time that has passed is over at once",
    { TimeoutSeconds: 10, ...(only({ Type: "Wait", Timestamp: "2026-01-01T00:00:10Z" }) as object) },
    {},
    "SUCCEEDED",
    "4<3 ExecutionRedriven, 5<2 WaitStateExited, 6<5 ExecutionSucceeded",
  ],
];

for (const [what, definition, options, status, after] of rows) {
  test(`redriven, ${what}`, () => {
    const { execution, events } = play(definition, { input: {}, ...options, redrives: 1 });
    assert.equal(execution.status, status);
    const lines = historyText(events)
      .split("\n")
      .map((line) => line.split(" ", 2).join(" "));
    const from = lines.findIndex((line) => line.includes("ExecutionRedriven"));
    assert.equal(from === -1 ? "" : lines.slice(from).join(", "), after);
  });
}

test("the context object tells of the redrive, and a Map's items stay those that it started with", () => {
  const perform = failing(2);
  const { execution } = play(
    {
      QueryLanguage: "JSONata",
      StartAt: "M",
      States: {
        M: {
          Type: "Map",
          MaxConcurrency: 1,
          Items: "{% [1..3].($random() & '/' & $states.context.Execution.RedriveCount) %}",
          ItemProcessor: only({ ...task, Arguments: { item: "{% $states.context.Map.Item.Value %}" } }),
          Next: "C",
        },
        C: {
          Type: "Pass",
          Output: { items: "{% $states.input.item %}", execution: "{% $states.context.Execution %}" },
          End: true,
        },
      },
    },
    { perform, redrives: 1 },
  );
  const output = execution.output?.value as {
    readonly items: readonly string[];
    readonly execution: Readonly<Record<string, Json>>;
  };
  assert.equal(new Set(output.items).size, 3);
  assert.ok(output.items.every((item) => item.endsWith("/0")));
  assert.equal(output.execution["RedriveCount"], 1);
  assert.equal(output.execution["RedriveTime"], "2026-01-01T00:00:00.000Z");
});

test("stopped between the end of the last branch and its own, a Parallel goes on without a branch running again", () => {
  const execution = newExecution(playedIdentity(only({ Type: "Parallel", Branches: [only(task), only(task)] })));
  const events: JournalEvent[] = [];
  const tell = (command: Command, maxDecisionEvents = 5_000): void => {
    events.push(...decide(execution, command, environmentAt(0, { limits: { maxDecisionEvents } })).events);
  };
  const done = { kind: "succeeded", output: Payload.ofText("1") } as const;
  tell({ kind: "Start", input: Payload.ofText("{}"), roleArn: "role" });
  const [first = 0, second = 0] = execution.tasks.keys();
  tell({ kind: "TaskOutcome", scheduledEventId: first, outcome: done });
  tell({ kind: "TaskOutcome", scheduledEventId: second, outcome: done }, 1);
  tell({ kind: "Stop" });
  tell({ kind: "Redrive" });
  assert.deepEqual(
    events.slice(-5).map(({ kind }) => kind),
    ["ExecutionAborted", "ExecutionRedriven", "ParallelStateSucceeded", "StateExited", "ExecutionSucceeded"],
  );
});

test("a client token redrives once in fifteen minutes, as long as it is one of the last ten", () => {
  const minute = 60_000;
  const redrives: readonly (readonly [token: string | undefined, at: number, isTaken: boolean])[] = [
    ["a", 0, true],
    ["a", 15 * minute, false],
    [undefined, 15 * minute, true],
    [undefined, 15 * minute, true],
    ["a", 15 * minute, false],
    ["a", 15 * minute + 1, true],
    ["a", 16 * minute, false],
    ...Array.from({ length: 10 }, (_, index) => [`b${index}`, 17 * minute, true] as const),
    ["b0", 17 * minute, false],
    ["a", 17 * minute, true],
    ["b0", 17 * minute, true],
  ];
  const execution = newExecution(playedIdentity(only({ Type: "Fail" })));
  decide(execution, { kind: "Start", input: Payload.ofText("{}"), roleArn: "role" }, environmentAt(0));
  for (const [position, [clientToken, at, isTaken]] of redrives.entries()) {
    const { events } = decide(execution, { kind: "Redrive", clientToken }, environmentAt(at));
    assert.equal(events.length > 0, isTaken, `redrive ${position}`);
  }
});

test("a Map whose last iteration filled the history succeeds once there may be more events", () => {
  const execution = newExecution(playedIdentity(only({ Type: "Map", ItemProcessor: only({ Type: "Pass" }) })));
  const start = { kind: "Start", input: Payload.ofText("[1]"), roleArn: "role" } as const;
  const full = decide(execution, start, environmentAt(0, { limits: { maxHistoryEvents: 8 } }));
  assert.deepEqual(
    full.events.slice(-2).map(({ kind }) => kind),
    ["MapIterationSucceeded", "ExecutionFailed"],
  );
  assert.deepEqual(
    decide(execution, { kind: "Redrive" }, environmentAt(0)).events.map(({ kind }) => kind),
    ["ExecutionRedriven", "MapStateSucceeded", "StateExited", "ExecutionSucceeded"],
  );
});

test("what runs, has succeeded, is Express or has a full history is not redriven", () => {
  const environment = environmentAt(0);
  const start = { kind: "Start", input: Payload.ofText("{}"), roleArn: "role" } as const;
  const commands = [start, { kind: "Redrive" }] as const;
  const eventsOf = (definition: Json, type: "STANDARD" | "EXPRESS", maxHistoryEvents = 25_000): readonly string[] => {
    const execution = newExecution({ ...playedIdentity(definition), type });
    const limits = { ...environment.limits, maxHistoryEvents };
    return commands.flatMap((command) =>
      decide(execution, command, { ...environment, limits }).events.map(({ kind }) => kind),
    );
  };
  const fails = only({ Type: "Fail" });
  assert.ok(eventsOf(fails, "STANDARD").includes("ExecutionRedriven"));
  assert.ok(!eventsOf(fails, "EXPRESS").includes("ExecutionRedriven"));
  assert.ok(!eventsOf(fails, "STANDARD", 4).includes("ExecutionRedriven"));
  assert.ok(!eventsOf(only({ Type: "Pass" }), "STANDARD").includes("ExecutionRedriven"));
  assert.ok(!eventsOf(only(task), "STANDARD").includes("ExecutionRedriven"));
});
