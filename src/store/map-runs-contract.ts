// The part of the store contract that concerns Map Runs and their children.
import assert from "node:assert/strict";
import { continued, idsOf, type Prove, started } from "./contract-fixtures.ts";
import type { ExecutionChange, ExecutionRecord } from "./journal.ts";
import type { MapRunChild, MapRunRecord, MapRunState } from "./map-run-row.ts";
import type { Store } from "./store.ts";

export function mapRunsContract(prove: Prove): void {
  runsContract(prove);
  childrenContract(prove);
  replacedContract(prove);
  listsContract(prove);
  limitsContract(prove);
}

const state: MapRunState = { stateName: "M", childType: "STANDARD", maxConcurrency: 7, toleratedPercentage: 12.5 };

function run(change: Partial<MapRunRecord> & Pick<MapRunRecord, "id">): MapRunRecord {
  return {
    uuid: `uuid-${change.id}`,
    label: "Label",
    stateMachineId: 1,
    executionId: 1,
    startedEventId: 4,
    status: "RUNNING",
    isOpen: true,
    startedAt: 1_763_826_531_000,
    state,
    ...change,
  };
}

const begin = (one: MapRunRecord): Partial<ExecutionChange> => ({ mapRuns: [{ kind: "begin", run: one }] });

function child(
  id: number,
  mapRun: Partial<MapRunChild> & Pick<MapRunChild, "id">,
  change: Partial<ExecutionRecord> = {},
  extra: Partial<ExecutionChange> = {},
): ExecutionChange {
  return started({ id, mapRun: { index: id, itemCount: 1, redrive: 0, ...mapRun }, ...change }, extra);
}

function runsContract(prove: Prove): void {
  prove("a Map Run begins, ends and is redriven with the execution that waits for it", async ({ store, reopen }) => {
    const full = run({ id: 5, startedEventId: 9, status: "ABORTED", stoppedAt: 7, redrive: { count: 2, at: 6 } });
    await store.journal.append([started({ id: 1 }, { mapRuns: [{ kind: "begin", run: run({ id: 2 }) }] })]);
    await store.journal.append([continued({ id: 1 }, [], begin(full))]);
    const reopened = await reopen();
    assert.deepEqual(await reopened.mapRuns.readMapRun(2), run({ id: 2 }));
    assert.deepEqual(await reopened.mapRuns.readMapRun(5), full);
    assert.deepEqual(await reopened.mapRuns.findMapRun("uuid-5"), full);
    assert.equal(await reopened.mapRuns.findMapRun("uuid"), undefined);
    assert.deepEqual(await reopened.mapRuns.mapRunOf(1, 9), full);
    assert.equal(await reopened.mapRuns.mapRunOf(1, 8), undefined);
    assert.ok(reopened.mapRuns.newMapRunId() > 5);
    const end = { kind: "end", startedEventId: 4, status: "ABORTED", isOpen: true, at: 99 } as const;
    await reopened.journal.append([continued({ id: 1 }, [], { mapRuns: [end] })]);
    const ended = run({ id: 2, status: "ABORTED", stoppedAt: 99 });
    assert.deepEqual(await reopened.mapRuns.readMapRun(2), ended);
    const redrive = { count: 1, at: 100 };
    await reopened.journal.append([
      continued({ id: 1 }, [], { mapRuns: [{ kind: "redrive", startedEventId: 4, redrive }] }),
    ]);
    assert.deepEqual(await reopened.mapRuns.readMapRun(2), run({ id: 2, redrive }));
    assert.deepEqual(await reopened.mapRuns.readMapRun(5), full);
  });

  prove("a step of a Map Run that there is not refuses the batch", async ({ store }) => {
    await store.journal.append([started({ id: 1 }, begin(run({ id: 2 })))]);
    const end = { kind: "end", startedEventId: 5, status: "FAILED", isOpen: false, at: 99 } as const;
    await assert.rejects(
      store.journal.append([started({ id: 3 }), continued({ id: 1 }, [], { mapRuns: [end] })]),
      /has no/,
    );
    assert.equal((await store.mapRuns.readMapRun(2))?.status, "RUNNING");
  });

  prove("a Map Run changes by itself, and is closed once it has ended", async ({ store, reopen }) => {
    await store.journal.append([started({ id: 1 }, begin(run({ id: 1 })))]);
    await store.journal.append([started({ id: 2 }, begin(run({ id: 2, executionId: 2, status: "ABORTED" })))]);
    await store.journal.append([started({ id: 3 }, begin(run({ id: 3, executionId: 3, stateMachineId: 2 })))]);
    const other: MapRunState = { ...state, total: 40, pin: "etag", isRead: true };
    await store.mapRuns.updateMapRun(1, other);
    await store.mapRuns.closeMapRun(1);
    assert.deepEqual(idsOf(await store.mapRuns.openMapRuns({ limit: 9 })), [1, 2, 3]);
    assert.equal(await store.journal.countRunning(1), 5);
    await store.mapRuns.closeMapRun(2);
    const reopened = await reopen();
    assert.deepEqual((await reopened.mapRuns.readMapRun(1))?.state, other);
    assert.deepEqual(idsOf(await reopened.mapRuns.openMapRuns({ limit: 1 })), [1]);
    assert.deepEqual(idsOf(await reopened.mapRuns.openMapRuns({ limit: 9, after: 1 })), [3]);
    assert.equal(await reopened.journal.countRunning(1), 4, "three executions and a run");
    assert.equal((await reopened.mapRuns.readMapRun(2))?.isOpen, false);
  });

  prove("the Map Runs of an execution are listed by their age", async ({ store }) => {
    const runs = [1, 2, 3].map((id) => run({ id, startedEventId: 4 * id }));
    await store.journal.append([started({ id: 1 }, { mapRuns: runs.map((one) => ({ kind: "begin", run: one })) })]);
    await store.journal.append([started({ id: 2 }, begin(run({ id: 4, executionId: 2 })))]);
    assert.deepEqual(idsOf(await store.mapRuns.listMapRuns(1, { limit: 2 })), [3, 2]);
    assert.deepEqual(idsOf(await store.mapRuns.listMapRuns(1, { limit: 2, after: 2 })), [1]);
    assert.deepEqual(idsOf(await store.mapRuns.listMapRuns(9, { limit: 2 })), []);
  });
}

function childrenContract(prove: Prove): void {
  prove("the children of a Map Run say how far it has come", async ({ store, reopen }) => {
    assert.deepEqual(await store.mapRuns.progressOf(1), { counts: [], nextIndex: 0, running: [] });
    await store.journal.append([
      started({ id: 1 }, begin(run({ id: 1 }))),
      child(10, { id: 1, index: 0, itemCount: 3 }),
      child(11, { id: 1, index: 1, itemCount: 2 }, { status: "FAILED" }),
      child(12, { id: 1, index: 2, itemCount: 4 }),
      child(13, { id: 1, index: 3, itemCount: 5, redrive: 1 }, { status: "FAILED" }),
      child(14, { id: 2, index: 7 }),
    ]);
    const succeeded = { mapRun: { id: 1, index: 2, itemCount: 4, redrive: 0 }, status: "SUCCEEDED" } as const;
    await store.journal.append([continued({ id: 12, ...succeeded })]);
    const reopened = await reopen();
    const { counts, nextIndex, running } = await reopened.mapRuns.progressOf(1);
    const expected = [
      { status: "RUNNING", redrive: 0, children: 1, items: 3 },
      { status: "SUCCEEDED", redrive: 0, children: 1, items: 4 },
      { status: "FAILED", redrive: 0, children: 1, items: 2 },
      { status: "FAILED", redrive: 1, children: 1, items: 5 },
    ];
    const sorted = (rows: typeof counts) => rows.toSorted((a, b) => a.items - b.items);
    assert.deepEqual(sorted(counts), sorted(expected as typeof counts));
    assert.deepEqual(sorted(await reopened.mapRuns.countChildren(1)), sorted(expected as typeof counts));
    assert.equal(nextIndex, 4);
    assert.deepEqual(running, [{ executionId: 10, itemCount: 3, redrive: 0 }]);
    const byIndex = (after?: number) =>
      reopened.mapRuns.childrenByIndex(1, ["FAILED", "SUCCEEDED"], { limit: 2, after });
    assert.deepEqual(idsOf(await byIndex()), [11, 12]);
    assert.deepEqual(idsOf(await byIndex(2)), [13]);
    assert.deepEqual(idsOf(await reopened.mapRuns.childrenByIndex(1, ["RUNNING"], { limit: 9, after: 0 })), []);
  });

  prove("two children of a Map Run have never the same index", async ({ store }) => {
    await store.journal.append([child(1, { id: 1, index: 3 })]);
    await assert.rejects(store.journal.append([child(2, { id: 1, index: 3 })]));
    await assert.rejects(store.journal.append([child(3, { id: 1, index: 4 }), child(4, { id: 1, index: 4 })]));
    await store.journal.append([child(5, { id: 1, index: 4 }), child(6, { id: 2, index: 3 })]);
    assert.equal(await store.journal.readRecord(3), undefined);
  });
}

function replacedContract(prove: Prove): void {
  prove("a child that is started in the place of another takes its index", async ({ store, reopen }) => {
    await store.journal.append([child(1, { id: 1, index: 0, itemCount: 2 }, { status: "FAILED" })]);
    await store.journal.append([
      child(2, { id: 1, index: 0, itemCount: 2, redrive: 1 }, {}, { replacedChildId: 1 }),
      child(3, { id: 1, index: 1, itemCount: 2, redrive: 1 }),
    ]);
    const reopened = await reopen();
    const expected = [{ status: "RUNNING", redrive: 1, children: 2, items: 4 }];
    assert.deepEqual(await reopened.mapRuns.countChildren(1), expected);
    assert.deepEqual((await reopened.journal.readRecord(1))?.mapRun?.index, undefined);
    assert.deepEqual(idsOf(await reopened.mapRuns.childrenByIndex(1, ["FAILED", "RUNNING"], { limit: 9 })), [2, 3]);
    assert.deepEqual(idsOf(await reopened.mapRuns.listChildren({ mapRunId: 1 }, { limit: 9 })), [3, 2, 1]);
  });

  prove("a child that is redriven keeps its place, and says by which redrive of the run", async ({ store }) => {
    const mapRun = { id: 1, index: 0, itemCount: 2, redrive: 0 };
    await store.journal.append([started({ id: 1, mapRun, status: "FAILED", stoppedAt: 5 })]);
    const redriven = { mapRun: { ...mapRun, redrive: 3 }, redrive: { count: 1, at: 9 } };
    await store.journal.append([continued({ id: 1, ...redriven })]);
    assert.deepEqual((await store.journal.readRecord(1))?.mapRun, redriven.mapRun);
    assert.deepEqual(await store.mapRuns.countChildren(1), [{ status: "RUNNING", redrive: 3, children: 1, items: 2 }]);
  });
}

async function found(store: Store, key: string): Promise<number | undefined> {
  const machine = await store.catalogue.createStateMachine(
    { name: "m", type: "STANDARD", createdAt: 1, tags: {} },
    { createdAt: 1, definition: "{}", roleArn: "role" },
  );
  assert.equal(machine?.id, 1);
  return (await store.journal.findRecord("m", key))?.id;
}

function listsContract(prove: Prove): void {
  prove(
    "children are listed by their run, found by their key, and left out of what a machine has",
    async ({ store }) => {
      await store.journal.append([
        started({ id: 1, startedAt: 1 }),
        child(2, { id: 1, index: 0 }, { startedAt: 2, key: "/Label:uuid" }),
        child(3, { id: 1, index: 1 }, { startedAt: 3, status: "SUCCEEDED", stoppedAt: 9 }),
        child(4, { id: 1, index: 2, redrive: 1 }, { startedAt: 4, status: "FAILED", redrive: { count: 1, at: 8 } }),
        child(5, { id: 1, index: 3 }, { startedAt: 5, status: "TIMED_OUT" }),
        child(6, { id: 2, index: 0 }, { startedAt: 6 }),
      ]);
      const children = async (filter: object, limit = 9, after?: { at: number; id: number }) =>
        idsOf(await store.mapRuns.listChildren({ mapRunId: 1, ...filter }, { limit, after }));
      assert.deepEqual(await children({}), [3, 4, 5, 2]);
      assert.deepEqual(await children({}, 2), [3, 4]);
      assert.deepEqual(await children({}, 2, { at: 8, id: 4 }), [5, 2]);
      assert.deepEqual(await children({ status: "RUNNING" }), [2]);
      assert.deepEqual(await children({ status: "FAILED" }), [4]);
      assert.deepEqual(await children({ isRedriven: true }), [4]);
      assert.deepEqual(await children({ isRedriven: false, status: "SUCCEEDED" }), [3]);
      assert.deepEqual(await children({ pendingRedrive: { redrive: 1 } }), [5]);
      assert.deepEqual(await children({ pendingRedrive: { redrive: 2 } }), [4, 5]);
      assert.deepEqual(idsOf(await store.journal.listRecords({ stateMachineId: 1 }, { limit: 9 })), [1]);
      assert.equal(await store.journal.countRunning(1), 1);
      const counts = { RUNNING: 1, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 };
      assert.deepEqual(await store.journal.countByStatus(1, 9), counts);
      assert.equal(await found(store, "/Label:uuid"), 2);
      assert.equal(await store.journal.countOpen(), 1);
    },
  );
}

function limitsContract(prove: Prove): void {
  prove("children beyond a limit of redrives are counted, and wait for none", async ({ store }) => {
    const ended = { status: "FAILED", startedAt: 100, stoppedAt: 200, lastEventId: 7 } as const;
    await store.journal.append([
      child(1, { id: 1, itemCount: 1 }, ended),
      child(2, { id: 1, itemCount: 2 }, { ...ended, lastEventId: 8 }),
      child(3, { id: 1, itemCount: 3, redrive: 1 }, { ...ended, status: "TIMED_OUT", startedAt: 99 }),
      child(4, { id: 1, itemCount: 4 }, { ...ended, stoppedAt: 199 }),
      child(5, { id: 1, itemCount: 5 }, { ...ended, status: "ABORTED", stoppedAt: 150, lastEventId: 9 }),
      child(6, { id: 1, itemCount: 6 }, { ...ended, status: "SUCCEEDED", lastEventId: 9 }),
      child(7, { id: 1, itemCount: 7 }, { startedAt: 1, lastEventId: 9 }),
      child(8, { id: 1, index: undefined }, { ...ended, lastEventId: 9 }),
      child(9, { id: 2 }, { ...ended, lastEventId: 9 }),
    ]);
    const limits = { lastEventId: 7, startedAt: 100, stoppedAt: 200 };
    const counts = await store.mapRuns.countUnredrivable(1, limits);
    assert.deepEqual(
      counts.toSorted((a, b) => a.items - b.items),
      [
        { status: "TIMED_OUT", redrive: 1, children: 1, items: 3 },
        { status: "ABORTED", redrive: 0, children: 1, items: 5 },
        { status: "FAILED", redrive: 0, children: 2, items: 6 },
      ],
    );
    assert.deepEqual(await store.mapRuns.countUnredrivable(3, limits), []);
    const pending = async (limit: typeof limits | undefined) =>
      idsOf(
        await store.mapRuns.listChildren({ mapRunId: 1, pendingRedrive: { redrive: 2, limits: limit } }, { limit: 9 }),
      );
    assert.deepEqual(await pending(limits), [1]);
    assert.deepEqual((await pending(undefined)).toSorted(), [1, 2, 3, 4, 5]);
  });
}
