// Lanes: which batches are made of what waits, and how many are under way at a time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as pass } from "node:timers/promises";
import { encodeChange } from "../encoded-row.ts";
import { started } from "../contract-fixtures.ts";
import { NotOwnerError } from "../errors.ts";
import type { Owner } from "./batch.ts";
import type { Entry } from "./lane.ts";
import { Lanes } from "./lanes.ts";

/** So long more may come that goes into one batch, and for what follows from it. */
async function turn(): Promise<void> {
  for (let passed = 0; passed < 4; passed++) await pass();
}

/** A lane of which the test says when a batch is written. */
class Lane {
  readonly batches: (readonly number[])[] = [];
  #end: (() => void) | undefined;

  commit(entries: readonly Entry[]): Promise<void> {
    this.batches.push(entries.map(({ owner }) => owner.lease.partition));
    return new Promise((resolve) => {
      this.#end = () => {
        for (const entry of entries) entry.resolve();
        resolve();
      };
    });
  }

  async end(): Promise<void> {
    this.#end?.();
    await turn();
  }

  async close(): Promise<void> {}
}

const owner = (partition: number): Owner => ({
  lease: { partition, epoch: 1 },
  mayHaveOffers: false,
  isClosed: false,
});
const changes = (count: number) => Array.from({ length: count }, (_, i) => encodeChange(started({ id: i + 1 })));

function begin() {
  const [first, second] = [new Lane(), new Lane()];
  const lanes = new Lanes([first, second]);
  const append = (partition: number, count = 1) => lanes.append(owner(partition), changes(count), "atOnce");
  return { first, second, lanes, append };
}

test("what one turn brings in is one batch, and what arrives while it is written the next one", async () => {
  const { first, second, lanes, append } = begin();
  const appended = [append(1), append(2)];
  await turn();
  appended.push(append(3), append(4));
  await turn();
  assert.deepEqual(first.batches, [[1, 2]]);
  await first.end();
  assert.deepEqual(first.batches, [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(second.batches, [], "little does not begin a second one");
  await first.end();
  await Promise.all(appended);
  await lanes.close();
});

test("much does not wait for the lane that is under way", async () => {
  const { first, second, append } = begin();
  void append(1);
  await turn();
  void append(2);
  void append(3, 40);
  await turn();
  assert.deepEqual([first.batches, second.batches], [[[1]], [[2, 3]]]);
});

test("little does not wait for one that stands still", async () => {
  const { second, append } = begin();
  void append(1);
  await turn();
  const appended = append(2);
  while (second.batches.length === 0) await turn();
  await second.end();
  await appended;
});

test("what a partition appends comes behind what it has under way", async () => {
  const { first, second, append } = begin();
  void append(1, 40);
  await turn();
  void append(1, 40);
  await turn();
  assert.deepEqual(second.batches, []);
  void append(2, 40);
  await turn();
  assert.deepEqual(second.batches, [[2]]);
  await first.end();
  assert.deepEqual(first.batches, [[1], [1]]);
});

test("what an owner appended that was closed meanwhile is refused", async () => {
  const { first, lanes, append } = begin();
  void append(1);
  await turn();
  const closed = owner(2);
  const refused = assert.rejects(lanes.append(closed, changes(1), "atOnce"), NotOwnerError);
  closed.isClosed = true;
  await first.end();
  await refused;
});

test("a partition is settled when nothing of it is waiting or under way", async () => {
  const { first, lanes, append } = begin();
  void append(1);
  await turn();
  void append(2);
  let isSettled = false;
  const settled = lanes.settled(2).then(() => (isSettled = true));
  await first.end();
  assert.equal(isSettled, false);
  await first.end();
  await settled;
  await lanes.settled(2);
});
