import assert from "node:assert/strict";
import { test } from "node:test";
import { historyFaults, type HistoryEvent } from "./history-check.ts";
import { Ledger } from "./ledger.ts";
import { killRun } from "./run.ts";

const record = new Ledger().open({ arn: "arn:aws:states:us-east-1:123456789012:execution:m:e", scenario: "m" });

function history(...types: readonly string[]): HistoryEvent[] {
  return types.map((type, index) => ({ id: index + 1, previousEventId: index, timestamp: 1, type }));
}

test("a server that is killed three times under all kinds of work loses nothing, repeats nothing else and ends all", async (t) => {
  const options = { kills: 3, seed: 7, clients: 1, endSignal: "SIGKILL", mostLifeMs: 1_500, drainSeconds: 60 } as const;
  const { isGood, kills, acknowledged, ...found } = await killRun(options, (text) => t.diagnostic(text));
  assert.ok(isGood, JSON.stringify(found, undefined, 2));
  assert.equal(kills, 3);
  assert.ok(acknowledged > 50, "there was work");
});

test("a history with a gap, a step back in time, two ends, or an iteration twice is found out", () => {
  const whole = history("ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded");
  assert.deepEqual(historyFaults(whole, record), []);
  assert.deepEqual(historyFaults(whole.toSpliced(1, 1), record), ["event 2 has the id 3"]);
  const late = whole.with(1, { ...history("PassStateEntered", "PassStateEntered")[1], timestamp: 2 } as HistoryEvent);
  assert.deepEqual(historyFaults(late, record), ["event 3 goes back in time"]);
  const twice = history("ExecutionStarted", "ExecutionSucceeded", "ExecutionSucceeded");
  assert.deepEqual(historyFaults(twice, record), [
    "event 3, ExecutionSucceeded, comes after the end",
    "it has 2 ends and 0 redrives",
  ]);
  const started = { mapIterationStartedEventDetails: { name: "Map", index: 1 } };
  const iterations = history("ExecutionStarted", "MapIterationStarted", "MapIterationStarted", "ExecutionSucceeded");
  const again = iterations.map((event) => ({ ...event, ...started }));
  assert.deepEqual(historyFaults(again, record), ["MapIterationStarted Map 1 is there twice"]);
});

test("an attempt that one life makes twice is told apart from one that the next life makes again", () => {
  const ledger = new Ledger();
  const attempt = { execution: "e", state: "Call", retry: 0 };
  ledger.noteAttempt(1, attempt);
  ledger.noteAttempt(2, attempt);
  assert.deepEqual(ledger.repeated(), { all: 1, unexplained: [] });
  ledger.noteAttempt(2, attempt);
  const { all, unexplained } = ledger.repeated();
  assert.equal(all, 2);
  assert.match(unexplained.join(), /^e Call retry 0 was made by the lives 1 at [\d:.]+, 2 at [\d:.]+, 2 at [\d:.]+$/);
});
