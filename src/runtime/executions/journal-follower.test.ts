// The rows that a follower of the journal gives its reader: everything, in order, whatever becomes of hints and of the
// reader.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { continued, passed, started } from "../../store/contract-fixtures.ts";
import type { JournalRow } from "../../store/journal.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { JournalFollower, type JournalFollowerOptions } from "./journal-follower.ts";

interface World {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly follower: JournalFollower;
  /** `id: cursor` of every page that was taken. */
  readonly taken: string[];
  readonly errors: unknown[];
  /** Commits so many rows. */
  commit(count: number): Promise<void>;
}

/** A follower that is at rest, before anything was committed. */
async function startWorld(options: Partial<JournalFollowerOptions> = {}): Promise<World> {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const taken: string[] = [];
  const errors: unknown[] = [];
  let committed = 0;
  const follower = new JournalFollower({
    journal: store.journal,
    clock,
    after: 0,
    take: async (rows, cursor) => void taken.push(shown(rows, cursor)),
    onError: (error) => errors.push(error),
    ...options,
  });
  const commit = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      committed += 1;
      const change = committed === 1 ? started({ id: 1 }) : continued({ id: 1 }, [passed(committed, "{}")]);
      await store.journal.append([change]);
    }
  };
  follower.hint();
  await turn();
  return { store, clock, follower, taken, errors, commit };
}

/** The ids of the first and the last row, and the cursor. */
function shown(rows: readonly JournalRow[], cursor: number): string {
  return `${rows[0]?.id}-${rows.at(-1)?.id}, ${cursor}`;
}

test("a hint has the rows of all commits taken at once, in pages", async () => {
  const { follower, taken, commit } = await startWorld();
  await commit(3);
  follower.hint();
  await turn();
  assert.deepEqual(taken, ["1-3, 3"]);
  await commit(450);
  follower.hint();
  await turn();
  assert.deepEqual(taken.slice(1), ["4-203, 203", "204-403, 403", "404-453, 453"]);
});

test("without a hint the rows are taken within a second", async () => {
  const { clock, taken, commit } = await startWorld();
  await commit(2);
  await turn();
  assert.deepEqual(taken, []);
  clock.advance(1_000);
  await turn();
  assert.deepEqual(taken, ["1-2, 2"]);
  await commit(1);
  clock.advance(1_000);
  await turn();
  assert.deepEqual(taken, ["1-2, 2", "3-3, 3"]);
});

test("rows that could not be taken are given again after a second, and hints do not hurry them", async () => {
  const given: string[] = [];
  let failures = 2;
  const take = async (rows: readonly JournalRow[], cursor: number): Promise<void> => {
    given.push(shown(rows, cursor));
    if (failures-- > 0) throw new Error("not now");
  };
  const { clock, follower, errors, commit } = await startWorld({ take });
  await commit(2);
  follower.hint();
  await turn();
  await commit(1);
  follower.hint();
  await turn();
  assert.deepEqual(given, ["1-2, 2"]);
  clock.advance(1_000);
  await turn();
  clock.advance(1_000);
  await turn();
  assert.deepEqual(given, ["1-2, 2", "1-3, 3", "1-3, 3"]);
  assert.deepEqual(errors.map(String), ["Error: not now", "Error: not now"]);
});

test("commits and hints during a taking are taken next, without a pause", async () => {
  const taken: string[] = [];
  const gate = Promise.withResolvers<void>();
  const take = async (rows: readonly JournalRow[], cursor: number): Promise<void> => {
    await gate.promise;
    taken.push(shown(rows, cursor));
  };
  const { follower, commit } = await startWorld({ take });
  await commit(1);
  follower.hint();
  await turn();
  await commit(2);
  follower.hint();
  gate.resolve();
  await turn();
  assert.deepEqual(taken, ["1-1, 1", "2-3, 3"]);
});

test("a follower goes on behind the cursor that its reader has kept", async () => {
  const { clock, taken, commit } = await startWorld({ after: 2 });
  await commit(4);
  clock.advance(1_000);
  await turn();
  assert.deepEqual(taken, ["3-4, 4"]);
});

test("a journal that cannot be read is read again after a second", async () => {
  let isDamaged = true;
  const { journal } = openMemoryStore();
  await journal.append([started({ id: 1 })]);
  const readRows: typeof journal.readRows = (page) =>
    isDamaged ? Promise.reject(new Error("cannot be read")) : journal.readRows(page);
  const { clock, taken, errors } = await startWorld({ journal: { readRows } });
  isDamaged = false;
  clock.advance(1_000);
  await turn();
  assert.deepEqual(errors.map(String), ["Error: cannot be read"]);
  assert.deepEqual(taken, ["1-1, 1"]);
});

test("after its stop a follower takes nothing more; the stop waits for what is being taken", async () => {
  const gate = Promise.withResolvers<void>();
  const taken: string[] = [];
  const take = async (rows: readonly JournalRow[], cursor: number): Promise<void> => {
    await gate.promise;
    taken.push(shown(rows, cursor));
  };
  const { clock, follower, commit } = await startWorld({ take });
  await commit(1);
  follower.hint();
  await turn();
  const stopped = follower.stop();
  await commit(1);
  follower.hint();
  gate.resolve();
  await stopped;
  assert.deepEqual(taken, ["1-1, 1"]);
  assert.equal(clock.nextAt, undefined);
});
