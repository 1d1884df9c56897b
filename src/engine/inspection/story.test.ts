import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
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

function eachOf(states: Json, options: Json = {}): Json {
  const processor = { StartAt: "Look", States: states };
  return {
    StartAt: "Each",
    States: { Each: { Type: "Map", ItemProcessor: processor, End: true, ...(options as object) } },
  };
}

/** The standing of `Look` whenever it changes. */
function standingsOf(events: readonly JournalEvent[]): readonly string[] {
  const standings = new Standings();
  standings.readOn(storyOf(events).changes);
  const shown = events.map((_event, index) => standings.at(index + 1).get("/States/Each/0/States/Look"));
  const texts = shown.map((one) => (one === undefined ? "not entered" : `${one.status} ${one.count}`));
  return texts.filter((text, index) => text !== texts[index - 1]);
}

test("of parallel visits that which asks for the most attention shows", () => {
  const { events } = play(eachOf({ Look: { Type: "Wait", SecondsPath: "$", End: true } }), { input: [5, 1] });
  assert.deepEqual(standingsOf(events), [
    "not entered",
    "running 1",
    "waiting 1",
    "running 2",
    "waiting 2",
    "succeeded 2",
  ]);
});

test("of a loop the last visit shows, until the state is visited elsewhere, too", () => {
  let calls = 0;
  const definition = eachOf(
    {
      Look: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Catch: [{ ErrorEquals: ["Lost"], Next: "Again" }],
        End: true,
      },
      Again: { Type: "Pass", Next: "Look" },
    },
    { MaxConcurrency: 1 },
  );
  const { events } = play(definition, {
    input: [1, 2],
    perform: () =>
      calls++ === 0 ? { kind: "failed", error: "Lost" } : { kind: "succeeded", output: Payload.ofText("1") },
  });
  assert.deepEqual(standingsOf(events), [
    "not entered",
    "running 1",
    "failed 1",
    "caught 1",
    "running 2",
    "succeeded 2",
    "running 3",
    "caught 3",
  ]);
});

test("a visit is the same object until something happens to it", () => {
  const { events } = play(eachOf({ Look: { Type: "Pass", End: true } }), { input: [1, 2] });
  const story = storyOf(events);
  const [map] = story.visits;
  assert.ok(map !== undefined);
  const last = story.tell(map, events.length);
  assert.equal(last?.status, "succeeded");
  assert.equal(story.tell(map, events.length), last);
  assert.notEqual(story.tell(map, 3), last);
  assert.equal(story.tell(map, 3)?.status, "running");
});
