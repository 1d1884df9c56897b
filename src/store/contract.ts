// The contract of every store, as one test suite that each implementation runs. Ranges, the order of commits, lists, Map Runs, the queues, the catalogue and
// versions have files of their own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogueContract } from "./catalogue-contract.ts";
import {
  allEvents,
  continued,
  idsOf,
  type OpenedStore,
  type OpenStore,
  passed,
  type Prove,
  readable,
  record,
  started,
  startedEvent,
} from "./contract-fixtures.ts";
import { jobsContract } from "./jobs-contract.ts";
import { journalOrderContract } from "./journal-order-contract.ts";
import { listingContract } from "./listing-contract.ts";
import { mapRunsContract } from "./map-runs-contract.ts";
import { queueContract } from "./queue-contract.ts";
import { rangesContract } from "./ranges-contract.ts";
import type { ExecutionChange, ExecutionRecord } from "./journal.ts";
import type { Store } from "./store.ts";
import { versionsContract } from "./versions-contract.ts";

/** Runs the suite. `name` stands before every sentence. */
export function storeContract(name: string, open: OpenStore): void {
  const prove = (sentence: string, body: (opened: OpenedStore) => Promise<void>): void => {
    void test(`${name}: ${sentence}`, async () => {
      const opened = await open();
      try {
        await body(opened);
      } finally {
        await opened.dispose();
      }
    });
  };
  appendContract(prove);
  identityContract(prove);
  orderContract(prove);
  rangesContract(prove);
  journalOrderContract(prove);
  listingContract(prove);
  wakingContract(prove);
  mapRunsContract(prove);
  queueContract(prove);
  jobsContract(prove);
  catalogueContract(prove);
  versionsContract(prove);
}

async function machine(store: Store, name: string): Promise<number> {
  const created = await store.catalogue.createStateMachine(
    { name, type: "STANDARD", createdAt: 1, tags: {} },
    { createdAt: 1, definition: "{}", roleArn: "role" },
  );
  assert.ok(created);
  return created.id;
}

function appendContract(prove: Prove): void {
  prove(
    "a record is read back as it was written, with every optional member and with none",
    async ({ store, reopen }) => {
      const full = record({
        id: 7,
        key: "name:uuid",
        type: "EXPRESS",
        status: "TIMED_OUT",
        stoppedAt: 1_763_826_539_999,
        versionNumber: 3,
        aliasName: "live",
        traceHeader: "Root=1",
        isInFlight: true,
        redrive: { count: 2, at: 1_763_826_535_000 },
        parent: { executionId: 0, scheduledEventId: 5 },
        mapRun: { id: 3, index: 4, itemCount: 5, redrive: 2 },
      });
      const bare = record({ id: 8 });
      await store.journal.append([started(full), started(bare)]);
      const reopened = await reopen();
      assert.deepEqual(await reopened.journal.readRecord(7), full);
      assert.deepEqual(await reopened.journal.readRecord(8), bare);
      assert.equal(await reopened.journal.readRecord(9), undefined);
    },
  );

  prove("a later change replaces the record, and an execution may run again after its end", async ({ store }) => {
    const steps: readonly ExecutionRecord[] = [
      record({ id: 1, wakeAt: 9, isInFlight: true }),
      record({ id: 1, lastEventId: 4 }),
      record({ id: 1, status: "FAILED", stoppedAt: 77, lastEventId: 5 }),
      record({ id: 1, lastEventId: 6, wakeAt: 10, redrive: { count: 1, at: 78 } }),
      record({ id: 1, lastEventId: 7, redrive: { count: 1, at: 78 } }),
      record({ id: 1, status: "SUCCEEDED", stoppedAt: 99, lastEventId: 9, redrive: { count: 1, at: 78 } }),
    ];
    for (const [i, step] of steps.entries()) {
      await store.journal.append([i === 0 ? started(step) : continued(step)]);
      assert.deepEqual(await store.journal.readRecord(1), step);
    }
  });

  prove("a batch that may be durable soon can be read at once, and is there after reopening", async (opened) => {
    const { store } = opened;
    await store.journal.append([started({ id: 1 })], "soon");
    assert.equal((await store.journal.readRecord(1))?.id, 1);
    await store.journal.append([started({ id: 2 })], "atOnce");
    await store.journal.append([started({ id: 3 }), continued({ id: 1, lastEventId: 2 }, [passed(2, "{}")])], "soon");
    const reopened = await opened.reopen();
    assert.equal((await allEvents(reopened.journal, 1)).length, 2);
    assert.deepEqual(idsOf(await reopened.journal.listRecords({ stateMachineId: 1 }, { limit: 9 })), [3, 2, 1]);
  });

  prove("a batch is appended as a whole or not at all", async ({ store, reopen }) => {
    await store.journal.append([started({ id: 1, key: "taken" })]);
    const signals = [{ executionId: 1, scheduledEventId: 2, childExecutionId: 2 }];
    const offers = [{ activityArn: "a", executionId: 2, scheduledEventId: 2 }];
    const good = [started({ id: 2 }, { signals, offers }), continued({ id: 1, lastEventId: 2 }, [passed(2, "{}")])];
    const refused: readonly (readonly [string, ExecutionChange])[] = [
      ["the key is taken", started({ id: 3, key: "taken" })],
      ["the id is taken", started({ id: 1, key: "other" })],
      ["the key is given twice in the batch", started({ id: 3, key: "key-2" })],
      ["there is no such execution", continued({ id: 99 })],
    ];
    for (const [why, bad] of refused) {
      await assert.rejects(store.journal.append([...good, bad]), why);
      assert.equal(await store.journal.readRecord(2), undefined, why);
      assert.equal((await store.journal.readRecord(1))?.lastEventId, 1, why);
      assert.equal((await allEvents(store.journal, 1)).length, 1, why);
      assert.deepEqual(await store.signals.list({ limit: 9 }), [], why);
      assert.equal(await store.offers.take("a"), undefined, why);
    }
    await store.journal.append(good);
    const reopened = await reopen();
    assert.equal((await allEvents(reopened.journal, 1)).length, 2);
    assert.deepEqual(idsOf(await reopened.journal.listRecords({ stateMachineId: 1 }, { limit: 9 })), [2, 1]);
  });
}

function identityContract(prove: Prove): void {
  prove("the same key may be used by another machine, and one machine's keys are its own", async ({ store }) => {
    await store.journal.append([started({ id: 1, key: "same" }), started({ id: 2, key: "same", stateMachineId: 2 })]);
    assert.equal((await store.journal.readRecord(2))?.stateMachineId, 2);
  });

  prove("a new execution id is above all that were ever given, also after reopening", async ({ store, reopen }) => {
    const first = store.journal.newExecutionId();
    const second = store.journal.newExecutionId();
    assert.ok(second > first);
    const far = second + 5 * (second - first);
    await store.journal.append([started({ id: far })]);
    await store.journal.append([started({ id: second })]);
    assert.ok(store.journal.newExecutionId() > far);
    const reopened = await reopen();
    const third = reopened.journal.newExecutionId();
    assert.ok(third > far);
    await reopened.journal.append([started({ id: third })]);
    assert.ok(reopened.journal.newExecutionId() > third);
  });
}

function orderContract(prove: Prove): void {
  prove(
    "events come back in order, whole or only those of the first commit or of the first and the last",
    async ({ store, reopen }) => {
      const events = Array.from({ length: 9 }, (_, i) => (i === 0 ? startedEvent("[1]") : passed(i + 1, `"${i}"`)));
      await store.journal.append([
        started({ id: 1 }, { events: events.slice(0, 2) }),
        started({ id: 2 }, { events: events.slice(0, 1) }),
        started({ id: 3 }, { events: events.slice(0, 2) }),
      ]);
      // Commits of another execution lie between, and one commit holds two changes of the same execution.
      await store.journal.append([continued({ id: 1 }, events.slice(2, 3)), continued({ id: 2 }, events.slice(1, 4))]);
      await store.journal.append([continued({ id: 1 }, events.slice(3, 4)), continued({ id: 1 }, events.slice(4, 6))]);
      await store.journal.append([continued({ id: 1 })]);
      await store.journal.append([continued({ id: 1 }, events.slice(6, 9))]);
      await store.journal.append([continued({ id: 1, isInFlight: true })]);
      const cases = [
        { id: 1, part: "all", expected: events },
        { id: 1, part: "first", expected: events.slice(0, 2) },
        { id: 1, part: "ends", expected: [...events.slice(0, 2), ...events.slice(6, 9)] },
        { id: 2, part: "all", expected: events.slice(0, 4) },
        { id: 2, part: "ends", expected: events.slice(0, 4) },
        { id: 3, part: "first", expected: events.slice(0, 2) },
        { id: 3, part: "ends", expected: events.slice(0, 2) },
        { id: 4, part: "all", expected: [] },
        { id: 4, part: "ends", expected: [] },
      ] as const;
      for (const again of [async () => store, reopen]) {
        const kept = await again();
        for (const { id, part, expected } of cases) {
          const read = part === "all" ? allEvents(kept.journal, id) : kept.journal.readEvents(id, part);
          assert.deepEqual(readable(await read), readable(expected), `${part} of ${id}`);
        }
      }
    },
  );

  prove("an execution is found by its machine's name, also when the machine is deleted", async ({ store, reopen }) => {
    const old = await machine(store, "m");
    await store.journal.append([
      started({ id: 1, stateMachineId: old, key: "k" }),
      started({ id: 2, stateMachineId: old, key: "old" }),
    ]);
    await store.catalogue.updateStateMachine(old, { status: "DELETED" });
    assert.equal((await store.journal.findRecord("m", "k"))?.id, 1);
    const young = await machine(store, "m");
    const other = await machine(store, "other");
    await store.journal.append([
      started({ id: 3, stateMachineId: young, key: "k" }),
      started({ id: 4, stateMachineId: other, key: "young" }),
    ]);
    for (const again of [async () => store, reopen]) {
      const kept = await again();
      assert.equal((await kept.journal.findRecord("m", "k"))?.id, 3, "of two machines of the name, the newer one's");
      assert.equal((await kept.journal.findRecord("m", "old"))?.id, 2);
      assert.equal(await kept.journal.findRecord("m", "young"), undefined);
      assert.equal(await kept.journal.findRecord("nobody", "k"), undefined);
    }
  });
}

function wakingContract(prove: Prove): void {
  prove("running executions are found by their wake-up time, earliest first", async ({ store, reopen }) => {
    await store.journal.append([
      started({ id: 1, wakeAt: 300 }),
      started({ id: 2, wakeAt: 100 }),
      started({ id: 3 }),
      started({ id: 4, wakeAt: 100 }),
      started({ id: 5, wakeAt: 50, status: "ABORTED" }),
      started({ id: 6, wakeAt: 200 }),
    ]);
    const reopened = await reopen();
    assert.deepEqual(idsOf(await reopened.journal.dueRecords(99, 9)), []);
    assert.deepEqual(idsOf(await reopened.journal.dueRecords(200, 9)), [2, 4, 6]);
    assert.deepEqual(idsOf(await reopened.journal.dueRecords(1000, 2)), [2, 4]);
    await reopened.journal.append([
      continued({ id: 2 }),
      continued({ id: 4, wakeAt: 400 }),
      continued({ id: 6, status: "FAILED" }),
    ]);
    assert.deepEqual(idsOf(await reopened.journal.dueRecords(1000, 9)), [1, 4]);
  });

  prove("a restart finds the executions in flight and no others", async ({ store, reopen }) => {
    await store.journal.append([
      started({ id: 1, isInFlight: true }),
      started({ id: 2 }),
      started({ id: 3, isInFlight: true }),
      started({ id: 4, isInFlight: true, status: "SUCCEEDED" }),
      started({ id: 5, isInFlight: true }),
    ]);
    await store.journal.append([continued({ id: 3 })]);
    const reopened = await reopen();
    assert.deepEqual(idsOf(await reopened.journal.inFlightRecords({ limit: 9 })), [1, 5]);
    assert.deepEqual(idsOf(await reopened.journal.inFlightRecords({ limit: 1 })), [1]);
    assert.deepEqual(idsOf(await reopened.journal.inFlightRecords({ limit: 1, after: 1 })), [5]);
  });
}
