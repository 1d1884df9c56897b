import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../../asl/json.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play } from "../../testing/play.ts";
import type { JournalEvent } from "../journal/event.ts";
import { Standings } from "./standings.ts";
import { type Places, statusAt, Story } from "./story.ts";

/** As the ids of a graph are made. */
const places: Places = {
  nodeId: (scope, name) => `${scope}/States/${name}`,
  innerScopes: (node) => Array.from({ length: 8 }, (_, index) => `${node}/${index}`),
};

function storyOf(events: Iterable<JournalEvent>): Story {
  const story = new Story(places);
  story.append(events);
  return story;
}

function told(story: Story, position: number): readonly unknown[] {
  return story.visits.flatMap((visit) =>
    statusAt(visit.statuses, position) === undefined ? [] : [story.tell(visit, position)],
  );
}

test("the story of a whole journal tells of every moment what the journal up to there tells", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, fc.integer({ min: 0, max: 1_000 }), (definition, permille) => {
      const { events } = play(definition, { input: { items: [1, 2, 3] }, redrives: 1, stepMs: 5 });
      const position = Math.round((permille / 1_000) * events.length);
      const [whole, cut] = [storyOf(events), storyOf(events.slice(0, position))];
      assert.deepEqual(told(whole, position), told(cut, position));
      const [standings, cutStandings] = [new Standings(), new Standings()];
      standings.readOn(whole.changes);
      cutStandings.readOn(cut.changes);
      assert.deepEqual(standings.at(position), cutStandings.at(Infinity));
    }),
    { numRuns: 200 },
  );
});

test("a story that grows event by event is the one that is told at once", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { events } = play(definition, { input: { items: [1, 2] }, redrives: 1 });
      const grown = new Story(places);
      const standings = new Standings();
      for (const [index, event] of events.entries()) {
        grown.append([event]);
        standings.readOn(grown.changes);
        for (const visit of grown.visits) grown.tell(visit, index + 1);
      }
      assert.deepEqual(told(grown, events.length), told(storyOf(events), events.length));
      const atOnce = new Standings();
      atOnce.readOn(grown.changes);
      assert.deepEqual(standings.at(events.length), atOnce.at(events.length));
    }),
    { numRuns: 50 },
  );
});

const each: Json = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemProcessor: { StartAt: "Look", States: { Look: { Type: "Pass", End: true } } },
      End: true,
    },
  },
};

test("of parallel visits that which asks for the most attention shows, of a loop the last one", () => {
  const { events } = play(each, { input: [1, 2] });
  const story = storyOf(events);
  const standings = new Standings();
  standings.readOn(story.changes);
  const look = "/States/Each/0/States/Look";
  const shown = events.map((_event, index) => standings.at(index + 1).get(look)).map((one) => one && { ...one });
  const entered = events.flatMap(({ kind }, index) => (kind === "StateEntered" ? [index] : [])).slice(1);
  assert.deepEqual(shown[entered[0] ?? 0], { status: "running", count: 1 });
  assert.deepEqual(shown[entered[1] ?? 0]?.count, 2);
  assert.deepEqual(shown.at(-1), { status: "succeeded", count: 2 });
  assert.equal(standings.at(1).size, 0);
});

test("a visit is the same object until something happens to it", () => {
  const { events } = play(each, { input: [1, 2] });
  const story = storyOf(events);
  const [map] = story.visits;
  assert.ok(map !== undefined);
  const last = story.tell(map, events.length);
  assert.equal(last?.status, "succeeded");
  assert.equal(story.tell(map, events.length), last);
  assert.notEqual(story.tell(map, 3), last);
  assert.equal(story.tell(map, 3)?.status, "running");
});
