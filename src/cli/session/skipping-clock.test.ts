// Time that leaps over waits: when it may, how far, and what it wakes.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { copyExecution } from "../../engine/copy-execution.ts";
import type { Execution } from "../../engine/execution.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { Payload } from "../../asl/payload.ts";
import type { WatchedExecution } from "../../runtime/executions/watch.ts";
import { play } from "../../testing/play.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { endOfWait, SkippingClock } from "./skipping-clock.ts";

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const lambda = "arn:aws:states:::lambda:invoke";
const call = (more: { readonly [name: string]: Json } = {}): Json => ({
  Type: "Task",
  Resource: lambda,
  Parameters: { FunctionName: "f" },
  End: true,
  ...more,
});
const callback = { Resource: `${lambda}.waitForTaskToken`, TimeoutSeconds: 7_200 };
const job = { Resource: "arn:aws:states:::batch:submitJob.sync", Parameters: { JobName: "j" }, TimeoutSeconds: 7_200 };
const wait: Json = { Type: "Wait", Seconds: 3_600, End: true };
const beside = (state: Json): Json => ({
  Type: "Parallel",
  Branches: [wait, state].map((one) => ({ StartAt: "A", States: { A: one } })),
  End: true,
});
const submitted: TaskOutcome = { kind: "submitted", output: Payload.ofText("{}") };
const busy: TaskOutcome = { kind: "failed", error: "Busy" };
const retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 60, MaxAttempts: 1 }];

const rows: readonly (readonly [
  name: string,
  state: Json,
  outcome: TaskOutcome | undefined,
  end: number | undefined,
])[] = [
  ["a Wait state", wait, undefined, start + hour],
  ["a function at work", call({ TimeoutSeconds: 7_200 }), undefined, undefined],
  ["a Wait state beside a function at work", beside(call()), undefined, undefined],
  ["a retry", call({ Retry: retry }), busy, start + 60_000],
  ["a callback that was handed out", call(callback), submitted, start + 2 * hour],
  ["a callback that is being handed out", call(callback), undefined, undefined],
  ["a Wait state beside a callback", beside(call(callback)), submitted, start + hour],
  ["a job of another service", call(job), submitted, undefined],
  [
    "an activity without a time limit",
    { Type: "Task", Resource: "arn:aws:states:us-east-1:123456789012:activity:a", End: true },
    undefined,
    undefined,
  ],
];

/** Looks at an execution before any time passes, when all has happened that does by itself. */
function beforeTimePasses(
  definition: Json,
  perform: () => TaskOutcome | undefined,
  look: (execution: Execution) => void,
): void {
  let seen = 0;
  play(definition, {
    start,
    input: [],
    perform,
    mapRunOutcome: () => undefined,
    onDecision(execution, _events, { environment: { now } }) {
      if (now !== start) return;
      seen += 1;
      look(execution);
    },
  });
  assert.ok(seen > 0);
}

for (const [name, state, outcome, end] of rows) {
  test(`${name} is awaited until ${end === undefined ? "something happens" : `${(end - start) / 60_000} minutes later`}`, () => {
    let found: number | undefined;
    const look = (execution: Execution): void => void (found = endOfWait([execution]));
    beforeTimePasses({ StartAt: "S", States: { S: state } }, () => outcome, look);
    assert.equal(found, end);
  });
}

test("no time limit of a machine comes while a Map Run reads its items, but the waits of its children end", () => {
  const mode = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };
  const processor = { ...mode, StartAt: "A", States: { A: wait } };
  const States = { Each: { Type: "Map", ItemProcessor: processor, End: true } };
  const ends: (number | undefined)[] = [];
  beforeTimePasses({ StartAt: "Each", TimeoutSeconds: 60, States }, nothing, (parent) => {
    if (parent.scopes.get(0)?.state?.work?.kind !== "mapRun") return;
    ends.push(endOfWait([parent]));
    beforeTimePasses({ StartAt: "A", States: { A: wait } }, nothing, (child) => ends.push(endOfWait([parent, child])));
  });
  assert.deepEqual(ends.slice(0, 2), [undefined, start + hour]);
});

test("a leap wakes what is due then, and nothing that was called off or comes later", async () => {
  const system = new SimulatedClock(start);
  const clock = new SkippingClock(system);
  const woken: string[] = [];
  clock.callAt(start + hour, () => woken.push("due"));
  clock.callAt(start + hour, () => woken.push("called off"))();
  clock.callAt(start + hour + 1, () => woken.push("later"));
  let looks = Promise.resolve();
  beforeTimePasses({ StartAt: "S", States: { S: wait } }, nothing, (execution) => {
    clock.watch({ record: { id: 1 }, execution: copyExecution(execution) } as WatchedExecution)?.(
      {} as JournalEvent,
      execution,
    )?.();
    looks = new Promise((resolve) => setImmediate(resolve));
  });
  await looks;
  system.advance(0);
  assert.deepEqual([clock.now(), woken], [start + hour, ["due"]]);
  system.advance(1);
  assert.deepEqual([clock.now(), woken], [start + hour + 1, ["due", "later"]]);
  clock.close();
});

const nothing = (): undefined => undefined;
