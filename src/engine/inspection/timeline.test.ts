import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play, type PlayOptions } from "../../testing/play.ts";
import type { Command } from "../turn.ts";
import { isUnlisted } from "../journal/event.ts";
import { timelineOf, type TimelineRow } from "./segments.ts";
import { placeOn, timeAxis } from "./time-axis.ts";

const start = Date.UTC(2026, 0, 1);

/** `Name end: kind from-until …`, in seconds after the start; `?` for what is open. */
function shown({ visit, end, segments }: TimelineRow): string {
  const seconds = (at: number | undefined): string => (at === undefined ? "?" : `${(at - start) / 1000}`);
  const parts = segments.map(({ kind, from, until, awaited }) => {
    return `${kind} ${seconds(from)}-${seconds(until)}${awaited === undefined ? "" : ` (${seconds(awaited)})`}`;
  });
  return `${visit.name} ${end ?? "open"}: ${parts.join(", ")}`;
}

function timeline(definition: Json, options: PlayOptions = {}): readonly string[] {
  return timelineOf(play(definition, { start, ...options }).events).map(shown);
}

const task = (more: { readonly [field: string]: Json }): Json => ({
  StartAt: "T",
  States: {
    T: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true, ...more },
    H: { Type: "Succeed" },
  },
});

test("a task runs, backs off for as long as its Retrier says, and is caught in the end", () => {
  const definition = task({
    Retry: [{ ErrorEquals: ["Lost"], IntervalSeconds: 4, MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ["Lost"], Next: "H" }],
  });
  const rows = timeline(definition, { stepMs: 1_000, perform: () => ({ kind: "failed", error: "Lost" }) });
  assert.deepEqual(rows, ["T caught: running 1-2, backingOff 2-7 (6), running 7-8", "H succeeded: running 8-8"]);
});

test("a callback waits for its token, a job for its end, and both are told apart", () => {
  const submitted = { kind: "submitted", output: Payload.ofText("{}") } as const;
  const resources = [
    ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", "waitingForToken"],
    ["arn:aws:states:::states:startExecution.sync:2", "waitingForJob"],
  ] as const;
  for (const [Resource, kind] of resources) {
    const rows = timeline(task({ Resource, TimeoutSeconds: 60 }), { stepMs: 1_000, perform: () => submitted });
    assert.deepEqual(rows, [`T failed: running 1-2, ${kind} 2-62`]);
  }
});

test("a task of an activity is queued until a worker has it", () => {
  const Resource = "arn:aws:states:us-east-1:123456789012:activity:a";
  const answer = (effect: { readonly kind: string }): readonly Command[] =>
    effect.kind === "OfferActivityTask" ? [{ kind: "ActivityTaskTaken", scheduledEventId: 3 }] : [];
  assert.deepEqual(timeline(task({ Resource }), { stepMs: 1_000, answer }), ["T open: queued 1-2, running 2-?"]);
});

test("a Wait sleeps until its time, with or without the event that tells it", () => {
  const definition = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 9, End: true } } };
  assert.deepEqual(timeline(definition), ["W succeeded: timer 0-9 (9)"]);
  const listed = play(definition, { start }).events.filter((event) => !isUnlisted(event));
  assert.deepEqual(timelineOf(listed).map(shown), ["W succeeded: timer 0-9"]);
});

test("an execution that was redriven had stopped in between", () => {
  let calls = 0;
  const perform = () =>
    calls++ === 0
      ? ({ kind: "failed", error: "Lost" } as const)
      : ({ kind: "succeeded", output: Payload.ofText("1") } as const);
  const rows = timeline(task({}), { stepMs: 1_000, perform, redrives: 1 });
  assert.deepEqual(rows, ["T succeeded: running 1-2, stopped 2-3, running 3-4"]);
});

test("segments of a visit follow each other without gaps, whatever the workflow", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { events } = play(definition, { input: { items: [1, 2, 3] }, redrives: 1, stepMs: 5 });
      for (const { from, until, segments, end } of timelineOf(events)) {
        assert.ok(end !== undefined);
        assert.equal(segments[0]?.from ?? from, from);
        for (const [i, segment] of segments.entries())
          assert.equal(segment.until, segments[i + 1]?.from ?? segment.until);
        if (segments.length > 0) assert.equal(segments.at(-1)?.until, until);
      }
    }),
    { numRuns: 100 },
  );
});

test("long times in which nothing runs are drawn short, and what runs keeps its proportions", () => {
  const definition = {
    StartAt: "A",
    States: {
      A: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "W" },
      W: { Type: "Wait", Seconds: 86_400, Next: "B" },
      B: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true },
    },
  };
  const { events, now } = play(definition, { start, stepMs: 1_000 });
  const from = events[0]?.at ?? 0;
  const rows = timelineOf(events);
  const axis = timeAxis(rows, { from, until: now });
  assert.deepEqual(
    axis.map(({ isIdle, share }) => [isIdle, Number(share.toFixed(3))]),
    [
      [false, 0.475],
      [true, 0.05],
      [false, 0.475],
    ],
  );
  assert.equal(placeOn(axis, from), 0);
  assert.equal(Number(placeOn(axis, now).toFixed(6)), 1);
  assert.ok(placeOn(axis, from + 500) > 0.2);
  const [, idle] = axis;
  const opened = timeAxis(rows, { from, until: now, opened: new Set([idle?.from ?? 0]) });
  assert.deepEqual(
    opened.map(({ isIdle }) => isIdle),
    [false],
  );
});

test("an execution that only waits is drawn as it is", () => {
  const { events, now } = play({ StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } }, { start });
  assert.deepEqual(timeAxis(timelineOf(events), { from: start, until: now }), [
    { from: start, until: now, isIdle: false, start: 0, share: 1 },
  ]);
});
