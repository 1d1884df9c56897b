// The part of the store contract that concerns lists of executions: filters, order and pages.
import assert from "node:assert/strict";
import { continued, idsOf, type Prove, started } from "./contract-fixtures.ts";
import { type ExecutionFilter, type ExecutionRecord, listedAt, type ListingCursor } from "./journal.ts";
import type { Store } from "./store.ts";

export function listingContract(prove: Prove): void {
  filterContract(prove);
  listingOrderContract(prove);
}

type Row = readonly [filter: Omit<ExecutionFilter, "stateMachineId">, ids: readonly number[]];

/** Every page of a listing, one after the other. */
async function pages(store: Store, filter: ExecutionFilter, limit: number): Promise<readonly (readonly number[])[]> {
  const all: (readonly number[])[] = [];
  for (let after: ListingCursor | undefined; ;) {
    const page: readonly ExecutionRecord[] = await store.journal.listRecords(filter, { limit, after });
    const last = page.at(-1);
    if (last === undefined) return all;
    all.push(idsOf(page));
    after = { at: listedAt(last), id: last.id };
  }
}

function filterContract(prove: Prove): void {
  prove("executions are counted by machine and status, up to as many as are wanted", async ({ store, reopen }) => {
    const none = { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 };
    assert.deepEqual(await store.journal.countByStatus(1, 9), none);
    await store.journal.append([
      ...[1, 2, 3].map((id) => started({ id })),
      ...[4, 5].map((id) => started({ id, status: "FAILED" })),
      started({ id: 6, status: "ABORTED" }),
      started({ id: 7, stateMachineId: 2 }),
    ]);
    await store.journal.append([continued({ id: 3, status: "SUCCEEDED", stoppedAt: 1 })]);
    for (const again of [async () => store, reopen]) {
      const { journal } = await again();
      const counts = { ...none, RUNNING: 2, FAILED: 2, ABORTED: 1, SUCCEEDED: 1 };
      assert.deepEqual(await journal.countByStatus(1, 9), counts);
      assert.deepEqual(await journal.countByStatus(1, 1), { ...counts, RUNNING: 1, FAILED: 1 });
      assert.deepEqual(await journal.countByStatus(2, 9), { ...none, RUNNING: 1 });
    }
  });

  prove("executions are listed by machine, status, version, alias and redrives", async ({ store, reopen }) => {
    await store.journal.append([
      started({ id: 1, status: "SUCCEEDED" }),
      started({ id: 2, versionNumber: 1 }),
      started({ id: 3, stateMachineId: 2 }),
      started({ id: 4, status: "FAILED", versionNumber: 1, aliasName: "live" }),
      started({ id: 5, versionNumber: 2, aliasName: "live", redrive: { count: 1, at: 1_763_826_531_005 } }),
      started({ id: 6, status: "ABORTED" }),
      started({ id: 7, status: "TIMED_OUT" }),
      started({ id: 8 }),
    ]);
    await store.journal.append([continued({ id: 8, status: "SUCCEEDED", stoppedAt: 1_763_826_531_008 })]);
    const rows: readonly Row[] = [
      [{}, [8, 7, 6, 5, 4, 2, 1]],
      [{ status: "RUNNING" }, [5, 2]],
      [{ status: "SUCCEEDED" }, [8, 1]],
      [{ versionNumber: 1 }, [4, 2]],
      [{ versionNumber: 1, status: "FAILED" }, [4]],
      [{ aliasName: "live" }, [5, 4]],
      [{ aliasName: "live", status: "FAILED" }, [4]],
      [{ aliasName: "live", isRedriven: false }, [4]],
      [{ aliasName: "live", versionNumber: 2, status: "RUNNING" }, [5]],
      [{ isRedriven: true }, [5]],
      [{ isRedriven: true, status: "FAILED" }, []],
      [{ isRedriven: false }, [8, 7, 6, 4, 2, 1]],
      [{ isRedriven: false, status: "RUNNING" }, [2]],
    ];
    const reopened = await reopen();
    for (const [filter, ids] of rows) {
      for (const limit of [1, 2, 3, 99]) {
        const found = await pages(reopened, { stateMachineId: 1, ...filter }, limit);
        const expected = Array.from({ length: Math.ceil(ids.length / limit) }, (_, i) =>
          ids.slice(i * limit, (i + 1) * limit),
        );
        assert.deepEqual(found, expected, JSON.stringify({ filter, limit }));
      }
    }
    assert.deepEqual(await pages(reopened, { stateMachineId: 2 }, 9), [[3]]);
    assert.equal(await reopened.journal.countRunning(1), 2);
    assert.equal(await reopened.journal.countRunning(3), 0);
  });
}

function listingOrderContract(prove: Prove): void {
  prove("running executions are listed by start or redrive, ended ones by their end", async ({ store, reopen }) => {
    await store.journal.append([
      started({ id: 1, startedAt: 100 }),
      started({ id: 2, startedAt: 200 }),
      started({ id: 3, startedAt: 200 }),
      started({ id: 4, startedAt: 250 }),
      started({ id: 5, startedAt: 150 }),
    ]);
    assert.deepEqual(await pages(store, { stateMachineId: 1 }, 2), [[4, 3], [2, 5], [1]]);
    await store.journal.append([continued({ id: 1, startedAt: 100, status: "SUCCEEDED", stoppedAt: 300 })]);
    await store.journal.append([continued({ id: 5, startedAt: 150, status: "FAILED", stoppedAt: 220 })]);
    const reopened = await reopen();
    assert.deepEqual(await pages(reopened, { stateMachineId: 1 }, 2), [[1, 4], [5, 3], [2]]);
    const redrive = { count: 1, at: 400 };
    await reopened.journal.append([continued({ id: 5, startedAt: 150, redrive })]);
    assert.deepEqual(await pages(reopened, { stateMachineId: 1 }, 9), [[5, 1, 4, 3, 2]]);
    assert.deepEqual(await pages(reopened, { stateMachineId: 1, status: "RUNNING" }, 1), [[5], [4], [3], [2]]);
    await reopened.journal.append([continued({ id: 5, startedAt: 150, status: "SUCCEEDED", stoppedAt: 500, redrive })]);
    assert.deepEqual(await pages(await reopen(), { stateMachineId: 1 }, 9), [[5, 1, 4, 3, 2]]);
  });
}
