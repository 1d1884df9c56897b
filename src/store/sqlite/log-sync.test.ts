// When the log is synced, where, and what becomes of a store whose disk has failed to.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { DiskFailedError } from "../errors.ts";
import { LogSync } from "./log-sync.ts";

/** A disk whose syncs take the time that is said, and in the background end when they are told to. */
function fixture(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "pawl-log-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "data.db");
  writeFileSync(`${file}-wal`, "");
  const done: string[] = [];
  const behind: ((error: Error | null) => void)[] = [];
  const failures: DiskFailedError[] = [];
  let now = 0;
  const given = { tookMs: 0.1, error: undefined as Error | undefined };
  const disk = {
    sync() {
      if (given.error !== undefined) throw given.error;
      now += given.tookMs;
      done.push("on the spot");
    },
    syncBehind(_descriptor: number, end: (error: Error | null) => void) {
      behind.push((error) => {
        now += given.tookMs;
        done.push("behind");
        end(error);
      });
    },
  };
  const log = new LogSync({ file, disk, elapsed: () => now, onFailed: (problem) => failures.push(problem) });
  t.after(async () => {
    for (const end of behind.splice(0)) end(null);
    await log.close();
  });
  const endOne = async (problem: Error | null = null): Promise<void> => {
    behind.shift()?.(problem);
    await Promise.resolve();
    await Promise.resolve();
  };
  /** Whether each promise has settled. */
  const settled = (promise: Promise<void> | undefined): { is: boolean } => {
    const state = { is: false };
    promise?.then(() => (state.is = true));
    return state;
  };
  const beSlow = (): void => {
    given.tookMs = 20;
    for (let i = 0; i < 2; i++) log.committed("atOnce");
  };
  return { log, given, beSlow, done, behind, failures, endOne, settled };
}

test("on a quick disk a commit is synced on the spot; where it turns out to be slow, the next are synced in the background", async (t) => {
  const { log, given, done, endOne } = fixture(t);
  given.tookMs = 20;
  assert.equal(log.committed("atOnce"), undefined, "nobody knows ahead that it is slow");
  assert.equal(log.committed("atOnce"), undefined, "and one may have been slow by chance");
  const synced = log.committed("atOnce");
  assert.ok(synced !== undefined);
  assert.deepEqual(done, ["on the spot", "on the spot"]);
  await endOne();
  await synced;
  assert.deepEqual(done, ["on the spot", "on the spot", "behind"]);
});

test("a disk that may be quick again is tried on the spot now and then, and one that is slow never", async (t) => {
  const { log, given, done, endOne, beSlow } = fixture(t);
  beSlow();
  for (let i = 0; i < 200; i++) {
    void log.committed("atOnce");
    await endOne();
  }
  assert.equal(done.filter((how) => how === "on the spot").length, 2);
  given.tookMs = 1;
  for (let i = 0; i < 33; i++) {
    void log.committed("atOnce");
    await endOne();
  }
  assert.equal(done.filter((how) => how === "on the spot").length, 3);
});

test("a commit that is made while a sync is under way waits for the next one, together with all others of the time", async (t) => {
  const { log, behind, endOne, settled, beSlow } = fixture(t);
  beSlow();
  const first = settled(log.committed("atOnce"));
  const second = settled(log.committed("atOnce"));
  const third = settled(log.committed("atOnce"));
  assert.equal(behind.length, 1);
  await endOne();
  assert.deepEqual([first.is, second.is, third.is, behind.length], [true, false, false, 1]);
  await endOne();
  assert.deepEqual([second.is, third.is, behind.length], [true, true, 0]);
});

test("a commit that is durable soon is synced after a second, where no other has done it by then", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { log, done, behind } = fixture(t);
  assert.equal(log.committed("soon"), undefined);
  t.mock.timers.tick(500);
  log.committed("soon");
  assert.equal(behind.length, 0);
  t.mock.timers.tick(500);
  assert.equal(behind.length, 1);

  behind.shift()?.(null);
  log.committed("soon");
  log.committed("atOnce");
  t.mock.timers.tick(5_000);
  assert.deepEqual([done, behind.length], [["behind", "on the spot"], 0], "another has done it");
});

for (const where of ["on the spot", "in the background"]) {
  test(`a sync that fails ${where} is the end: nothing can be written any more, and that is told once`, async (t) => {
    const { log, given, failures, endOne, beSlow } = fixture(t);
    const broken = new Error("EIO");
    if (where === "on the spot") {
      given.error = broken;
      assert.throws(() => log.committed("atOnce"), DiskFailedError);
    } else {
      beSlow();
      const waiting = [log.committed("atOnce"), log.committed("atOnce")].map((synced) =>
        assert.rejects(synced ?? Promise.resolve(), DiskFailedError),
      );
      await endOne(broken);
      await Promise.all(waiting);
    }
    given.error = undefined;
    assert.throws(
      () => log.verify(),
      (error) => error instanceof DiskFailedError && error.cause === broken,
    );
    assert.equal(failures.length, 1);
    assert.match(
      failures[0]?.message ?? "",
      /data\.db-wal could not be synced to the disk.*: look at the disk, then start again/,
    );
  });
}
