import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Durability, ExecutionChange } from "../../store/journal.ts";
import { encodeChange } from "../../store/encoded-row.ts";
import { started } from "../../store/contract-fixtures.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { CommitError, Committer, type CommitterOptions } from "./committer.ts";

interface Fixture {
  readonly committer: Committer;
  readonly clock: SimulatedClock;
  /** The ids of every batch that was written. */
  readonly batches: number[][];
  /** How durable each of them was asked to be. */
  readonly durabilities: (Durability | undefined)[];
  /** Goes on as long as something happens by itself. */
  settle(): Promise<void>;
}

function fixture(append = (): Promise<void> => Promise.resolve(), options: Partial<CommitterOptions> = {}): Fixture {
  const clock = new SimulatedClock();
  const batches: number[][] = [];
  const durabilities: (Durability | undefined)[] = [];
  const journal = {
    encode: encodeChange,
    append(changes: readonly ExecutionChange[], durability?: Durability) {
      durabilities.push(durability);
      batches.push(changes.map(({ record }) => record.id));
      return append();
    },
  };
  const committer = new Committer({
    journal,
    clock,
    listeners: [],
    onRoom: () => undefined,
    log: assert.fail,
    ...options,
  });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await turn();
  };
  return { committer, clock, batches, durabilities, settle };
}

const change = (id: number): ExecutionChange => started({ id });

test("what arrives in one turn of the event loop is one batch, and what arrives while it is written the next", async () => {
  const writing = Promise.withResolvers<void>();
  const { committer, batches, settle } = fixture(() => writing.promise);
  const first = [committer.commit(change(1)), committer.commit(change(2))];
  await settle();
  const second = [committer.commit(change(3)), committer.commitBehind(change(4))];
  await settle();
  assert.deepEqual(batches, [[1, 2]]);
  writing.resolve();
  await Promise.all([...first, ...second]);
  assert.deepEqual(batches, [
    [1, 2],
    [3, 4],
  ]);
});

test("an act between batches waits for the one that is written, keeps the next waiting, and sees what is in it", async () => {
  const writings = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let writes = 0;
  const { committer, batches, settle } = fixture(async () => writings[writes++]?.promise);
  const first = committer.commit(change(1));
  await settle();
  const acting = Promise.withResolvers<void>();
  let seen: readonly number[] | undefined;
  const act = committer.betweenBatches(async (waiting) => {
    await acting.promise;
    seen = waiting().map(({ record }) => record.id);
  });
  const second = committer.commit(change(2));
  await settle();
  acting.resolve();
  await settle();
  assert.equal(seen, undefined, "the first batch is still being written");
  writings[0]?.resolve();
  await Promise.all([first, act]);
  assert.deepEqual(seen, [2]);
  writings[1]?.resolve();
  await second;
  assert.deepEqual(batches, [[1], [2]]);
});

test("an act between batches that fails fails alone, and there is none after the end", async () => {
  const { committer, batches } = fixture();
  const act = committer.betweenBatches(() => Promise.reject(new Error("unreadable")));
  const commit = committer.commit(change(1));
  await assert.rejects(act, /unreadable/);
  await commit;
  assert.deepEqual(batches, [[1]]);
  await committer.betweenBatches(async () => undefined);
  assert.equal(batches.length, 1, "nothing was written where nothing waited");
  await committer.close();
  await assert.rejects(
    committer.betweenBatches(async () => undefined),
    CommitError,
  );
});

test("a change that nobody waits for goes with the next batch, or after a while alone", async () => {
  const { committer, clock, batches, durabilities, settle } = fixture();
  void committer.commitBehind(change(1));
  await settle();
  assert.deepEqual(batches, []);
  await committer.commit(change(2));
  assert.deepEqual(batches, [[1, 2]]);
  assert.equal(clock.nextAt, undefined);

  void committer.commitBehind(change(3));
  void committer.commitBehind(change(4));
  clock.advance(1_000);
  await settle();
  assert.deepEqual(batches, [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(durabilities, ["atOnce", "soon"], "only where somebody waits must the disk have it at once");
});

test("so many changes that nobody waits for are written without waiting for more", async () => {
  const { committer, batches, settle } = fixture();
  for (let id = 1; id <= 1_000; id++) void committer.commitBehind(change(id));
  await settle();
  assert.equal(batches[0]?.length, 1_000);
});

test("closing writes what still waits, and takes nothing more", async () => {
  const { committer, batches } = fixture();
  void committer.commitBehind(change(1));
  await committer.close();
  await assert.rejects(committer.commit(change(2)), CommitError);
  assert.deepEqual(batches, [[1]]);
});

test("a batch that cannot be written fails what was decided on top of it too, and what comes later is written", async () => {
  const disk = new Error("full");
  const writing = Promise.withResolvers<void>();
  const { committer, batches, settle } = fixture(() => (batches.length === 1 ? writing.promise : Promise.resolve()));
  const isFailure = (error: unknown): boolean => error instanceof CommitError && error.cause === disk;
  const failures = [assert.rejects(committer.commit(change(1)), isFailure)];
  await settle();
  failures.push(assert.rejects(committer.commitBehind(change(2)), isFailure));
  writing.reject(disk);
  await Promise.all(failures);
  await committer.commit(change(3));
  assert.deepEqual(batches, [[1], [3]]);
});

test("a listener that throws keeps no change from being written, and no batch that fails from being told", async () => {
  const logged: string[] = [];
  const fail = (): never => {
    throw new TypeError("a bug");
  };
  const heard: string[] = [];
  const listeners = [
    { handedOver: fail, undone: fail },
    { handedOver: () => void heard.push("handed over"), undone: () => void heard.push("undone") },
  ];
  let isFull = true;
  const append = (): Promise<void> => (isFull ? Promise.reject(new Error("the disk is full")) : Promise.resolve());
  const { committer, settle } = fixture(append, { listeners, log: (message) => logged.push(message) });
  await assert.rejects(committer.commit(change(1)), CommitError);
  isFull = false;
  await committer.commit(change(2));
  await settle();
  assert.deepEqual(heard, ["handed over", "undone", "handed over"]);
  assert.equal(logged.length, 3);
});
