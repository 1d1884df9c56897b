import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../../asl/json.ts";
import { programShape } from "../../asl/program-shape.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play, playedIdentity } from "../../testing/play.ts";
import { snapshotOf } from "../../testing/snapshot.ts";
import { apply } from "../apply.ts";
import { newExecution } from "../execution.ts";
import type { JournalEvent } from "../journal/event.ts";
import { TimeTravel } from "./time-travel.ts";

function folded(definition: Json, events: readonly JournalEvent[]) {
  const execution = newExecution(playedIdentity(definition));
  for (const event of events) apply(execution, event);
  return execution;
}

const mapOf = (items: number): Json => ({
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      Parameters: { "n.$": "$$.Map.Item.Value" },
      ItemsPath: "$.items",
      ItemProcessor: { StartAt: "One", States: { One: { Type: "Pass", End: true } } },
      End: true,
    },
  },
  Comment: `${items} items`,
});

test("travelling to any event gives what folding the events up to it gives, in whatever order one travels", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, fc.array(fc.nat(), { maxLength: 8 }), (definition, drawn) => {
      const { events } = play(definition, { input: { items: [1, 2, 3] } });
      const travel = new TimeTravel(newExecution({ ...playedIdentity(definition), program: programShape(definition) }));
      travel.append(events);
      for (const number of drawn) {
        const position = number % (events.length + 1);
        assert.deepEqual(snapshotOf(travel.at(position)), snapshotOf(folded(definition, events.slice(0, position))));
      }
    }),
    { numRuns: 100 },
  );
});

test("a long history is folded from checkpoints, and goes on as events come", () => {
  const definition = mapOf(2_000);
  const items = Array.from({ length: 2_000 }, (_, i) => i);
  const { events } = play(definition, { input: { items }, limits: { maxInlineConcurrency: 500 } });
  const travel = new TimeTravel(newExecution(playedIdentity(definition)));
  travel.append(events.slice(0, 4_321));
  assert.equal(travel.at(5_000).lastEventId, events[4_320]?.id);
  travel.append(events.slice(4_321));
  for (const position of [0, 1, 999, 1_000, 1_001, 7_000, 4_000, events.length]) {
    assert.deepEqual(snapshotOf(travel.at(position)), snapshotOf(folded(definition, events.slice(0, position))));
  }
});

test("what a caller does with an execution is not seen by the next", () => {
  const definition = mapOf(3);
  const { events } = play(definition, { input: { items: [1, 2, 3] } });
  const travel = new TimeTravel(newExecution(playedIdentity(definition)));
  travel.append(events);
  const first = travel.at(5);
  const before = snapshotOf(travel.at(5));
  for (const event of events.slice(5)) apply(first, event);
  assert.deepEqual(snapshotOf(travel.at(5)), before);
});
