// A crash of the machine leaves what the disk has: nothing that was acknowledged or told is missing from it. The disk here is slow, and
// each sync takes a picture of the files as they would be found after a crash right behind it.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { continued, idsOf, passed, started } from "../contract-fixtures.ts";
import { DiskFailedError } from "../errors.ts";
import type { Store } from "../store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const machine = { name: "m", type: "STANDARD", createdAt: 1, tags: {} } as const;
const revision = { createdAt: 1, definition: "{}", roleArn: "role" } as const;

interface Fixture {
  readonly store: Store;
  /** The state of the slow disk: syncs that are under way. */
  readonly behind: ((error: Error | null) => void)[];
  /** Ends the sync that is under way, and lets its waiters go on. */
  endSync(error?: Error): Promise<void>;
  /** Opens what a crash of the machine would leave now. */
  crashed(): Promise<Store>;
  readonly lost: Error[];
}

async function fixture(t: TestContext): Promise<Fixture> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-durable-"));
  const file = join(directory, "pawl.db");
  const picture = join(directory, "picture.db");
  const behind: Fixture["behind"] = [];
  const lost: Error[] = [];
  const take = (): void => {
    for (const suffix of ["", "-wal"]) {
      if (existsSync(`${file}${suffix}`)) cpSync(`${file}${suffix}`, `${picture}${suffix}`);
    }
  };
  const disk = {
    // Long enough to be done in the background from then on.
    sync() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      take();
    },
    syncBehind(_descriptor: number, done: (error: Error | null) => void) {
      behind.push((error) => {
        if (error === null) take();
        done(error);
      });
    },
  };
  const store = await openSqliteStore(file, {
    disk,
    onLost: (problem) => lost.push(problem),
    checkpointBytes: Infinity,
  });
  for (let i = 0; i < 2; i++) await store.verifyWritable();
  const opened: Store[] = [store];
  let crashes = 0;
  t.after(async () => {
    for (const end of behind.splice(0)) end(null);
    for (const each of opened) await each.close();
    rmSync(directory, { recursive: true });
  });
  return {
    store,
    behind,
    lost,
    async endSync(error) {
      behind.shift()?.(error ?? null);
      await setImmediate();
    },
    async crashed() {
      const left = join(directory, `left-${(crashes += 1)}.db`);
      for (const suffix of ["", "-wal"]) cpSync(`${picture}${suffix}`, `${left}${suffix}`);
      const found = await openSqliteStore(left);
      opened.push(found);
      return found;
    },
  };
}

/** Whether a promise has settled by the end of this turn of the event loop. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  promise.then(
    () => (is = true),
    () => (is = true),
  );
  await setImmediate();
  return is;
}

test("a change is acknowledged when it is on the disk, and not before", async (t) => {
  const { store, behind, endSync, crashed } = await fixture(t);
  const acknowledged = store.journal.append([started({ id: 1 })]);
  assert.equal(await isSettled(acknowledged), false);
  assert.equal(behind.length, 1);
  assert.equal(await (await crashed()).journal.readRecord(1), undefined, "the disk does not have it yet");
  await endSync();
  assert.equal(await isSettled(acknowledged), true);
  assert.equal((await (await crashed()).journal.readRecord(1))?.key, "key-1");
});

test("changes that are made while a sync is under way are acknowledged with the next", async (t) => {
  const { store, endSync, crashed } = await fixture(t);
  const first = store.journal.append([started({ id: 1 })]);
  const second = store.journal.append([started({ id: 2 })]);
  await endSync();
  assert.deepEqual([await isSettled(first), await isSettled(second)], [true, false]);
  await endSync();
  assert.equal(await isSettled(second), true);
  const found = await crashed();
  assert.deepEqual(idsOf(await found.journal.readRows({ limit: 9 })).length, 2);
});

test("nobody is told of a commit that the disk does not have; the engine reads on", async (t) => {
  const { store, endSync } = await fixture(t);
  const creating = store.catalogue.createStateMachine(machine, revision);
  const found = store.catalogue.findStateMachine("m");
  const none = store.catalogue.findStateMachine("n");
  assert.deepEqual([await isSettled(creating), await isSettled(found), await isSettled(none)], [false, false, true]);
  await endSync();
  assert.equal((await found)?.name, "m");

  const appending = store.journal.append([started({ id: 1 }), started({ id: 2 })]);
  const told = [
    store.journal.findRecord("m", "key-1"),
    store.journal.readEvents(1, "first"),
    store.journal.listRecords({ stateMachineId: 1 }, { limit: 9 }),
    store.journal.readRows({ limit: 9 }),
    store.journal.newestRowId(),
  ];
  for (const read of told) assert.equal(await isSettled(read), false);
  assert.equal(await isSettled(store.catalogue.findStateMachine("m")), true, "the catalogue is on the disk");
  assert.equal((await store.journal.readRecord(1))?.key, "key-1");
  await endSync();
  for (const read of told) assert.equal(await isSettled(read), true);
  await appending;
});

test("a disk that fails ends all writing; what waited hears of it, and what was acknowledged is there", async (t) => {
  const { store, endSync, lost, crashed } = await fixture(t);
  const first = store.journal.append([started({ id: 1 })]);
  await endSync();
  await first;
  const waiting = [
    store.journal.append([continued({ id: 1, lastEventId: 2 }, [passed(2, "{}")])]),
    store.journal.readEvents(1, "ends"),
  ];
  const refused = waiting.map((each: Promise<unknown>) => assert.rejects(each, DiskFailedError));
  await endSync(new Error("EIO"));
  await Promise.all(refused);
  await assert.rejects(store.journal.append([started({ id: 3 })]), DiskFailedError);
  await assert.rejects(store.verifyWritable(), DiskFailedError);
  assert.deepEqual(
    lost.map(({ name }) => name),
    ["DiskFailedError"],
  );
  assert.equal((await (await crashed()).journal.readRecord(1))?.lastEventId, 1);
});
