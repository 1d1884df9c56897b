import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { play, playedIdentity } from "../testing/play.ts";
import { apply } from "./apply.ts";
import { branchOf, branchScope, versionForBranches } from "./branch-scope.ts";
import type { EventBody, JournalEvent } from "./journal/event.ts";
import { newExecution } from "./execution.ts";

const pass: Json = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
const parallel = (branch: Json, count: number): Json => ({
  StartAt: "A",
  States: {
    A: { Type: "Parallel", Branches: Array.from({ length: count }, () => branch), ResultPath: null, End: true },
  },
});

const place = fc
  .record({ id: fc.integer({ min: 1, max: 2 ** 28 - 1 }), count: fc.constantFrom(1, 2, 4096, 4097, 8195, 2 ** 20) })
  .chain(({ id, count }) =>
    fc.nat({ max: count - 1 }).map((index) => ({ id, index, version: versionForBranches(count) })),
  );

test("a branch is found by the number of its scope", () => {
  fc.assert(
    fc.property(place, ({ id, index, version }) => {
      assert.deepEqual(branchOf(branchScope({ id, version }, index)), { startedEventId: id, index });
    }),
    { numRuns: 2_000 },
  );
});

test("branches of different events, or of different places, have different numbers, which are no event ids", () => {
  const near = fc.record({ event: fc.integer({ min: -3, max: 3 }), index: fc.integer({ min: -5_000, max: 5_000 }) });
  fc.assert(
    fc.property(place, place, near, (one, other, { event, index }) => {
      const neighbour = { ...one, id: one.id + event, index: one.index + index };
      const isPlace =
        neighbour.id > 0 && neighbour.index >= 0 && neighbour.index < (one.version === 2 ? 2 ** 20 : 4096);
      const places = [one, other, ...(isPlace ? [neighbour] : [])];
      const numbers = new Set(places.map((each) => branchScope(each, each.index)));
      assert.equal(numbers.size, new Set(places.map((each) => `${each.id}/${each.index}`)).size);
      for (const number of numbers) assert.ok(Number.isSafeInteger(number) && number < 0);
    }),
    { numRuns: 2_000 },
  );
});

test("the machine, iterations and what is before the first event are no branches", () => {
  for (const id of [0, 1, 4096, 2 ** 41, -1, -4096, -(2 ** 40) - 1]) assert.equal(branchOf(id), undefined, `${id}`);
});

test("a number that was stored means the same branch for ever", () => {
  const stored = [
    [-4097, { startedEventId: 1, index: 0 }],
    [-8192, { startedEventId: 1, index: 4095 }],
    [-12_290, { startedEventId: 3, index: 1 }],
    [-(2 ** 40) - 3 * 2 ** 20 - 8_195, { startedEventId: 3, index: 8_194 }],
  ] as const;
  for (const [id, branch] of stored) assert.deepEqual(branchOf(id), branch);
});

for (const count of [4_096, 8_190, 8_195]) {
  test(`a Parallel of ${count} branches with Parallels in them comes to its end`, () => {
    const { execution, events } = play(parallel(parallel(pass, 1), count), { limits: { maxHistoryEvents: 200_000 } });
    assert.equal(execution.status, "SUCCEEDED");
    const versions = events.filter(({ kind }) => kind === "ParallelStateStarted").map(({ version }) => version ?? 1);
    assert.deepEqual(versions, [count > 4_096 ? 2 : 1, ...Array.from({ length: count }, () => 1)]);
  });
}

test("an old journal whose branches met is still read, so that its execution can be stopped", () => {
  const execution = newExecution(playedIdentity(parallel(parallel(pass, 1), 8_195)));
  const input = Payload.ofText("{}");
  const branch = branchScope({ id: 3 }, 0);
  const bodies: readonly EventBody[] = [
    { kind: "ExecutionStarted", input, roleArn: "role" },
    { kind: "StateEntered", scope: 0, stateType: "Parallel", name: "A", input },
    { kind: "ParallelStateStarted", scope: 0, input },
    { kind: "StateEntered", scope: branch, stateType: "Parallel", name: "A", input },
    { kind: "ParallelStateStarted", scope: branch, input },
  ];
  const events = bodies.map((body, index): JournalEvent => ({ id: index + 1, previousEventId: index, at: 0, ...body }));
  for (const event of events) apply(execution, event);
  assert.equal(execution.scopes.get(branchScope({ id: 5 }, 0))?.parent?.id, branch);
  assert.throws(() => apply(execution, { ...events[2], id: 5 } as JournalEvent), /a number of its own/);
});
