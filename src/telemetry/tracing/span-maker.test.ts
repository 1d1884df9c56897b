// Laws of the spans of every workflow, however it fails, is redriven, or leaves memory in between.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, memberOf } from "../../asl/json.ts";
import { apply } from "../../engine/apply.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { newExecution } from "../../engine/execution.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play, playedIdentity, type PlayOptions } from "../../testing/play.ts";
import type { Span } from "./span.ts";
import { createSpanMaker } from "./span-maker.ts";

/** Drawn from the task itself: fails, gives its parameters back, or never answers. */
function outcomeOf({ parameters }: PerformTask): TaskOutcome | undefined {
  const kind = isJsonObject(parameters.value) ? memberOf(parameters.value, "kind") : 0;
  if (kind === 1) return { kind: "failed", error: "Drawn", cause: "as drawn" };
  return kind === 2 ? undefined : { kind: "succeeded", output: parameters };
}

const options: PlayOptions = { input: { items: [1, "two", { three: 3 }] }, perform: outcomeOf };
type Definition = Parameters<typeof play>[0];

/** @param decisions where the execution leaves memory: after each of so many events. */
function spansOf(
  definition: Definition,
  events: readonly JournalEvent[],
  decisions: readonly number[],
): readonly Span[] {
  const execution = newExecution(playedIdentity(definition));
  const spans: Span[] = [];
  let makeSpans = createSpanMaker();
  for (const [position, event] of events.entries()) {
    if (decisions.includes(position)) makeSpans = createSpanMaker();
    spans.push(...makeSpans(event, execution));
    apply(execution, event);
  }
  return spans;
}

function count(events: readonly JournalEvent[], kind: JournalEvent["kind"]): number {
  return events.filter((event) => event.kind === kind).length;
}

test("everything that began has one span, within that of what it belongs to", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { events } = play(definition, options);
      const spans = spansOf(definition, events, []);
      const [states, attempts, iterations] = ["pawl.state.type", "pawl.task.resource", "pawl.map.index"].map((name) =>
        spans.filter(({ attributes }) => Object.hasOwn(attributes, name)),
      );
      assert.equal(states?.length, count(events, "StateEntered"));
      assert.equal(attempts?.filter(({ kind }) => kind === "client").length, count(events, "TaskScheduled"));
      assert.equal(iterations?.length, count(events, "MapIterationStarted"));
      assert.equal(spans.filter(({ name }) => name === "Back-off").length, count(events, "RetryScheduled"));
      assertTree(spans);
    }),
    { numRuns: 300 },
  );
});

test("after a redrive the same holds, and leaving memory changes nothing", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const decisions: number[] = [];
      let position = 0;
      const { events } = play(definition, {
        ...options,
        redrives: 2,
        onDecision: (_, decided) => decisions.push((position += decided.length)),
      });
      const spans = spansOf(definition, events, []);
      assertTree(spans);
      assert.equal(spans.filter(({ kind }) => kind === "client").length, count(events, "TaskScheduled"));
      assert.equal(spans.filter(({ kind }) => kind === "server").length, count(events, "ExecutionRedriven") + 1);
      assert.deepEqual(spansOf(definition, events, decisions), spans);
    }),
    { numRuns: 300 },
  );
});

function assertTree(spans: readonly Span[]): void {
  const byId = new Map(spans.map((span) => [span.id, span]));
  assert.equal(byId.size, spans.length, "every id is given once");
  for (const { name, kind, parentId, startedAt, endedAt } of spans) {
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    assert.ok(startedAt <= endedAt, name);
    assert.equal(parent === undefined, parentId === undefined, `what ${name} belongs to has a span`);
    if (parent === undefined || kind === "server") continue;
    assert.ok(parent.startedAt <= startedAt && endedAt <= parent.endedAt, `${name} is within ${parent.name}`);
  }
  assert.equal(spans.filter(({ parentId }) => parentId === undefined).length, 1, "one span is the first");
}
