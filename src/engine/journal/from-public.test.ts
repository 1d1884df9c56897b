import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, memberOf } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { programShape } from "../../asl/program-shape.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play, playedIdentity } from "../../testing/play.ts";
import { snapshotOf } from "../../testing/snapshot.ts";
import { apply } from "../apply.ts";
import type { TaskOutcome } from "../effect.ts";
import { newExecution } from "../execution.ts";
import { isUnlisted, type JournalEvent } from "./event.ts";
import { HistoryFileError, parseHistory } from "./from-public.ts";
import { publicHistory } from "./history.ts";

const input = { items: [1, "two", { three: 3 }] };

function perform({ parameters: { value } }: { readonly parameters: Payload }): TaskOutcome {
  const kind = isJsonObject(value) ? memberOf(value, "kind") : 0;
  if (kind === 1) return { kind: "failed", error: "Drawn", cause: "as drawn" };
  return { kind: "succeeded", output: Payload.ofValue({ given: value }) };
}

/** The events with all that a history tells of them, by words; a state that was never entered is not told. */
function told(events: readonly JournalEvent[]): readonly string[] {
  const followed = new Set(events.map((event) => (event.kind === "StateEntered" ? event.previousEventId : 0)));
  const hidden = new Set([
    "token",
    "concurrency",
    "clientToken",
    "maxConcurrency",
    "toleratedCount",
    "toleratedPercentage",
  ]);
  return events.map((event) => {
    const members = Object.entries(event).filter(([name, value]) => {
      const isOfFollower = name === "next" || (name === "input" && event.kind.endsWith("Started") && event.id > 1);
      return value !== undefined && !hidden.has(name) && (!isOfFollower || followed.has(event.id));
    });
    const sorted = Object.fromEntries(members.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    return JSON.stringify(sorted, (_, value: unknown) => (value instanceof Payload ? value.text : value));
  });
}

test("a history that is read back gives the events that it was made of, but for those that it does not list", () => {
  let aborts = 0;
  fc.assert(
    fc.property(arbitraryWorkflow, fc.integer({ min: -1, max: 12 }), (definition, stopAfter) => {
      let decisions = 0;
      const { events } = play(definition, {
        input,
        perform,
        // Stopped while a state around waits for its next try, a redriven history does not say which of them goes on.
        redrives: stopAfter === -1 ? 1 : 0,
        stepMs: 3,
        isStopped: () => decisions++ === stopAfter,
      });
      const file = JSON.stringify({ events: publicHistory(events, { region: "us-east-1", isDataIncluded: true }) });
      const imported = parseHistory(file, programShape(definition));
      const listed = events.filter((event) => !isUnlisted(event));
      assert.deepEqual(told(imported.events), told(listed));
      assert.deepEqual(imported.leftOut, []);
      aborts += listed.filter(({ kind }) => kind === "StateAborted" || kind === "MapIterationAborted").length;
    }),
    { numRuns: 300 },
  );
  assert.ok(aborts > 20, `${aborts} aborts`);
});

test("the events that are read fold to the state that they were of", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { events, execution } = play(definition, { input, perform });
      const file = JSON.stringify(publicHistory(events, { region: "us-east-1", isDataIncluded: true }).toReversed());
      const folded = newExecution({ ...playedIdentity(definition), program: programShape(definition) });
      for (const event of parseHistory(file, programShape(definition)).events) apply(folded, event);
      const { status, output, error, cause } = folded;
      assert.deepEqual(
        [status, output?.text, error, cause],
        [execution.status, execution.output?.text, execution.error, execution.cause],
      );
      if (status === "SUCCEEDED") assert.deepEqual(snapshotOf(folded), snapshotOf(execution));
    }),
    { numRuns: 100 },
  );
});

const started = { id: 1, previousEventId: 0, type: "ExecutionStarted", timestamp: 1 };

test("times are read as the API, the AWS CLI and JavaScript write them", () => {
  for (const timestamp of [1767225600.125, "2026-01-01T00:00:00.125Z", "2026-01-01T01:00:00.125000+01:00"]) {
    const { events } = parseHistory(JSON.stringify({ events: [{ ...started, timestamp }] }));
    assert.equal(events[0]?.at, Date.UTC(2026, 0, 1) + 125);
  }
});

test("a page of a history, and one without its data, say so", () => {
  const details = { executionStartedEventDetails: { input: "{}" } };
  const whole = parseHistory(JSON.stringify({ events: [{ ...started, ...details }] }));
  assert.deepEqual([whole.isCut, whole.isDataIncluded], [false, true]);
  const page = parseHistory(JSON.stringify({ events: [started], nextToken: "more" }));
  assert.deepEqual([page.isCut, page.isDataIncluded], [true, false]);
});

test("types that are no part of a journal are left out by name, and what follows them is not", () => {
  const events = [
    started,
    { id: 2, previousEventId: 0, type: "TaskStateEntered", timestamp: 2, stateEnteredEventDetails: { name: "T" } },
    { id: 3, previousEventId: 2, type: "SomethingNew", timestamp: 3 },
    { id: 4, previousEventId: 3, type: "TaskStateExited", timestamp: 4, stateExitedEventDetails: { name: "T" } },
  ];
  const imported = parseHistory(JSON.stringify({ events }));
  assert.deepEqual(imported.leftOut, ["SomethingNew"]);
  assert.deepEqual(
    imported.events.map(({ kind }) => kind),
    ["ExecutionStarted", "StateEntered", "StateExited"],
  );
});

test("data that was cut off stays a text", () => {
  const details = { executionStartedEventDetails: { input: '{"a":1', inputDetails: { truncated: true } } };
  const { events } = parseHistory(JSON.stringify({ events: [{ ...started, ...details }] }));
  const [event] = events;
  assert.equal(event?.kind === "ExecutionStarted" ? event.input.value : undefined, '{"a":1');
});

const refused = [
  ["{", /It is no JSON/],
  ["{}", /holds no history/],
  ['{"events":[]}', /has no events/],
  ['{"events":[1]}', /Event 1 of the list is no object/],
  ['[{"type":"ExecutionStarted","timestamp":1}]', /Event 1 of the list has no id/],
  ['[{"id":1,"timestamp":1}]', /Event 1 of the list has no type/],
  ['[{"id":1,"type":"ExecutionStarted","timestamp":"soon"}]', /Event 1 of the list has no timestamp/],
  [
    '[{"id":51,"type":"PassStateEntered","timestamp":1}]',
    /does not begin with ExecutionStarted.*id 51.*all of its pages/,
  ],
  [JSON.stringify([started, started]), /two events with the id 1/],
  ["[".repeat(5_000), /cannot be read/],
] as const;

for (const [text, message] of refused) {
  test(`${text.slice(0, 60)} is refused`, () => {
    assert.throws(
      () => parseHistory(text),
      (error) => error instanceof HistoryFileError && message.test(error.message),
    );
  });
}
