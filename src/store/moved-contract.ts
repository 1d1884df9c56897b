// The contract of stores that nodes share, where executions were moved in from a store of one process: these keep their ids, and have
// one owner, whatever their keys say.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { OpenedCluster } from "./cluster-contract.ts";
import type { ClusterStore } from "./cluster-store.ts";
import { allEvents, continued, idsOf, passed, started } from "./contract-fixtures.ts";
import type { MapRunRecord } from "./map-run-row.ts";
import { movedPartition } from "./partitions.ts";
import type { Store } from "./store.ts";

/** Opens a database of four partitions into which was moved what `fill` writes; all ids are below 100. */
export type OpenMoved = (fill: (store: Store) => Promise<void>) => Promise<OpenedCluster>;

const count = 12;
const ids = Array.from({ length: count }, (_, i) => i + 1);
const page = { limit: 99 };
const described = { createdAt: 1, definition: "{}", roleArn: "role" };

const run: MapRunRecord = {
  id: 1,
  uuid: "uuid-1",
  label: "Label",
  stateMachineId: 1,
  executionId: 2,
  startedEventId: 4,
  status: "RUNNING",
  isOpen: true,
  startedAt: 1,
  state: { stateName: "M", childType: "STANDARD", total: 9 },
};
const child = (index: number) => ({ id: run.id, index, itemCount: 1, redrive: 0 });

async function createMachine({ catalogue }: Pick<Store, "catalogue">): Promise<number> {
  const machine = await catalogue.createStateMachine(
    { name: "m", type: "STANDARD", createdAt: 1, tags: {} },
    described,
  );
  return machine?.id ?? 0;
}

async function fill(store: Store): Promise<void> {
  await createMachine(store);
  for (const id of ids) await store.journal.append([started({ id, wakeAt: 5 })]);
  await store.journal.append([
    continued({ id: 2, lastEventId: 4, wakeAt: 5 }, [], { mapRuns: [{ kind: "begin", run }] }),
  ]);
  for (const index of [0, 1]) await store.journal.append([started({ id: count + 1 + index, mapRun: child(index) })]);
}

/** @returns the store, and the partition of moved executions as a node owns it. */
async function owned(opened: OpenedCluster): Promise<readonly [ClusterStore, Store]> {
  const store = await opened.node();
  const node = { id: randomUUID(), version: "1.2.3" };
  const { held } = await store.ownership.beat(node, { take: [movedPartition], release: [], openExecutions: 0 });
  const [lease] = held;
  assert.ok(lease);
  return [store, await store.own(lease)];
}

type ProveMoved = (sentence: string, body: (store: ClusterStore, moved: Store) => Promise<void>) => void;

/** Runs the suite. `name` stands before every sentence. */
export function movedContract(name: string, open: OpenMoved): void {
  const prove: ProveMoved = (sentence, body) => {
    void test(`${name}: ${sentence}`, async () => {
      const opened = await open(fill);
      try {
        await body(...(await owned(opened)));
      } finally {
        await opened.dispose();
      }
    });
  };

  placeContract(prove);
  laterContract(prove);
}

function placeContract(prove: ProveMoved): void {
  prove("executions that were moved in keep their ids, and are all in one partition", async (store, { journal }) => {
    for (const id of ids) assert.equal(store.partitions.ofExecution(id), movedPartition);
    assert.deepEqual(idsOf(await journal.dueRecords(9, 99)), ids);
    await journal.append([continued({ id: 7, lastEventId: 2 }, [passed(2, "{}")])]);
    assert.equal((await allEvents(store.shared.journal, 7)).length, 2);
  });

  prove("they are found by their keys, which say other partitions", async ({ partitions, shared, isMoved }) => {
    const said = new Set<number>();
    for (const id of ids) {
      said.add(partitions.of("m", `key-${id}`));
      assert.equal((await shared.journal.findRecord("m", `key-${id}`))?.id, id);
      assert.equal(await isMoved?.("m", `key-${id}`), true);
    }
    assert.ok(said.size > 1);
    assert.equal(await isMoved?.("m", "another"), false);
    assert.equal(await isMoved?.("another", "key-1"), false);
    assert.equal(await shared.journal.findRecord("m", "another"), undefined);
  });
}

function laterContract(prove: ProveMoved): void {
  prove("new ids are above theirs, and say their partitions again", async (store, moved) => {
    const { held } = await store.ownership.beat(
      { id: randomUUID(), version: "1" },
      { take: [1, 2, 3], release: [], openExecutions: 0 },
    );
    const owners: readonly (readonly [number, Store])[] = [
      [movedPartition, moved],
      ...(await Promise.all(held.map(async (lease) => [lease.partition, await store.own(lease)] as const))),
    ];
    assert.equal(owners.length, 4);
    for (const [partition, { journal, mapRuns }] of owners) {
      for (const id of [journal.newExecutionId(), mapRuns.newMapRunId()]) {
        assert.ok(id >= 100, `${id} is above all that were moved in`);
        assert.equal(store.partitions.ofExecution(id), partition);
      }
      const key = store.partitions.drawKey("m", "", new Set([partition]));
      const id = journal.newExecutionId();
      await journal.append([started({ id, key })]);
      assert.equal((await store.shared.journal.findRecord("m", key))?.id, id);
      assert.equal(await store.isMoved?.("m", key), partition === movedPartition);
    }
  });

  prove(
    "an execution of a new machine that takes such a key is there as well, and the one that is found",
    async (store, moved) => {
      const { catalogue } = store.shared;
      await catalogue.updateStateMachine(1, { status: "DELETED" });
      const stateMachineId = await createMachine(store.shared);
      const elsewhere = ids.find((id) => store.partitions.of("m", `key-${id}`) !== movedPartition) ?? 0;
      const id = moved.journal.newExecutionId();
      await moved.journal.append([started({ id, stateMachineId, key: `key-${elsewhere}` })]);
      assert.equal((await store.shared.journal.findRecord("m", `key-${elsewhere}`))?.id, id);
      assert.equal(await store.isMoved?.("m", `key-${elsewhere}`), true);
    },
  );

  prove("the children of a Map Run that was moved in are with it, those that begin later too", async (store, moved) => {
    const id = moved.journal.newExecutionId();
    await moved.journal.append([started({ id, mapRun: child(2) })]);
    const progress = await moved.mapRuns.progressOf(run.id);
    assert.equal(progress.nextIndex, 3);
    assert.deepEqual(
      progress.running.map(({ executionId }) => executionId).toSorted((a, b) => a - b),
      [count + 1, count + 2, id],
    );
    await assert.rejects(
      moved.journal.append([started({ id: moved.journal.newExecutionId(), mapRun: child(1) })]),
      "an index has one child",
    );
    assert.deepEqual(idsOf(await moved.mapRuns.openMapRuns(page)), [run.id]);
    assert.equal((await store.shared.mapRuns.findMapRun("uuid-1"))?.id, run.id);
  });
}
