// The part of the store contract that concerns the jobs of other services.
import assert from "node:assert/strict";
import { continued, type Prove, started } from "./contract-fixtures.ts";
import type { Job } from "./jobs.ts";

function job(executionId: number, lookAt: number, scheduledEventId = 3): Job {
  return { executionId, scheduledEventId, submittedEventId: 5, isAbandoned: false, since: 1_000, lookAt };
}

export function jobsContract(prove: Prove): void {
  prove("jobs are looked at in the order of their times, from the commit that submits them on", async (opened) => {
    const { store, reopen } = opened;
    await store.journal.append([
      started({ id: 1 }, { jobs: [job(1, 3_000), job(1, 1_000, 7)] }),
      started({ id: 2 }, { jobs: [job(2, 2_000)] }),
    ]);
    const { jobs } = await reopen();
    assert.deepEqual(await jobs.due(999, 9), []);
    assert.deepEqual(await jobs.due(2_000, 9), [job(1, 1_000, 7), job(2, 2_000)]);
    assert.deepEqual(await jobs.due(Number.MAX_SAFE_INTEGER, 2), [job(1, 1_000, 7), job(2, 2_000)]);
  });

  prove("a job goes with the commit that settles it, and with no other", async ({ store, reopen }) => {
    await store.journal.append([started({ id: 1 }, { jobs: [job(1, 1_000), job(1, 2_000, 7)] })]);
    const settled = continued({ id: 1 }, [], { settledJobs: [job(1, 1_000)] });
    await assert.rejects(store.journal.append([settled, continued({ id: 99 })]));
    assert.deepEqual(await store.jobs.due(9_000, 9), [job(1, 1_000), job(1, 2_000, 7)]);
    await store.journal.append([settled]);
    assert.deepEqual(await (await reopen()).jobs.due(9_000, 9), [job(1, 2_000, 7)]);
  });

  prove("a job is postponed, unless it was settled or abandoned since it was read", async ({ store, reopen }) => {
    await store.journal.append([started({ id: 1 }, { jobs: [job(1, 1_000), job(1, 1_000, 7), job(1, 1_000, 9)] })]);
    const abandoned: Job = { ...job(1, 1_500, 7), isAbandoned: true, since: 1_500 };
    await store.journal.append([continued({ id: 1 }, [], { jobs: [abandoned], settledJobs: [job(1, 1_000, 9)] })]);
    await store.jobs.postpone([job(1, 8_000), job(1, 8_000, 7), job(1, 8_000, 9)]);
    const kept = await reopen();
    assert.deepEqual(await kept.jobs.due(9_000, 9), [abandoned, job(1, 8_000)]);
    await kept.jobs.postpone([{ ...abandoned, lookAt: 9_000 }]);
    await kept.jobs.settle([job(1, 0), job(5, 0)]);
    assert.deepEqual(await (await reopen()).jobs.due(9_000, 9), [{ ...abandoned, lookAt: 9_000 }]);
  });
}
