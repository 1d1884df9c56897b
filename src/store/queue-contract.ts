// The part of the store contract that concerns the queues: offers to the workers of activities, and signals.
import assert from "node:assert/strict";
import type { JournalEvent } from "../engine/journal/event.ts";
import { continued, type Prove, started } from "./contract-fixtures.ts";
import type { ExecutionChange } from "./journal.ts";
import type { ActivityOffer } from "./offers.ts";
import type { Signal } from "./signals.ts";

export function queueContract(prove: Prove): void {
  offerContract(prove);
  countContract(prove);
  signalContract(prove);
  quarantineContract(prove);
}

function offer(executionId: number, activityArn = "a"): ActivityOffer {
  return { activityArn, executionId, scheduledEventId: 2 };
}

function offering(id: number, activityArn = "a"): ExecutionChange {
  return started({ id }, { offers: [offer(id, activityArn)] });
}

function taskStarted(scheduledEventId: number): JournalEvent {
  return { kind: "TaskStarted", id: 3, previousEventId: scheduledEventId, at: 3, scope: 0 };
}

function signal(executionId: number, childExecutionId: number): Omit<Signal, "id"> {
  return { executionId, scheduledEventId: 4, childExecutionId };
}

function countContract(prove: Prove): void {
  prove("the tasks of an activity that nobody has taken are counted", async ({ store }) => {
    const counts = async (most = 9): Promise<readonly number[]> => [
      await store.offers.count("a", most),
      await store.offers.count("b", most),
    ];
    assert.deepEqual(await counts(), [0, 0]);
    await store.journal.append([offering(1), offering(2, "b"), offering(3), offering(4)]);
    assert.deepEqual(await counts(), [3, 1]);
    assert.deepEqual(await counts(2), [2, 1]);
    for (const id of [1, 3]) assert.deepEqual(await store.offers.take("a"), offer(id));
    assert.deepEqual(await counts(), [1, 1]);
    await store.offers.putBack(offer(1));
    assert.deepEqual(await counts(), [2, 1]);
    assert.deepEqual(await counts(1), [1, 1]);
    await store.journal.append([continued({ id: 4, status: "ABORTED" })]);
    assert.deepEqual(await counts(), [1, 1]);
    assert.deepEqual(await store.offers.take("a"), offer(1));
    await store.offers.settle([offer(1), offer(3)]);
    assert.deepEqual(await counts(), [0, 1]);
  });
}

function offerContract(prove: Prove): void {
  prove("each activity hands out its offers in their order, and a returned one first", async ({ store, reopen }) => {
    assert.equal(await store.offers.take("a"), undefined);
    await store.journal.append([offering(1), offering(2, "b"), offering(3), offering(4)]);
    const kept = await reopen();
    assert.deepEqual(await kept.offers.take("a"), offer(1));
    assert.deepEqual(await kept.offers.take("a"), offer(3));
    await kept.offers.putBack(offer(1));
    await kept.journal.append([offering(5)]);
    assert.deepEqual(await kept.offers.take("a"), offer(1));
    assert.deepEqual(await kept.offers.take("a"), offer(4));
    assert.deepEqual(await kept.offers.take("a"), offer(5));
    assert.equal(await kept.offers.take("a"), undefined);
    assert.deepEqual(await kept.offers.take("b"), offer(2, "b"));
  });

  prove(
    "a settled offer is gone, whether it was returned before or is after, and others are not, also after reopening",
    async ({ store, reopen }) => {
      await store.journal.append([offering(1), offering(2), offering(3)]);
      for (const id of [1, 2, 3]) assert.deepEqual(await store.offers.take("a"), offer(id));
      await store.journal.append([continued({ id: 1 }, [taskStarted(2)]), continued({ id: 2 }, [taskStarted(2)])]);
      await store.offers.putBack(offer(3));
      await store.offers.putBack(offer(2));
      await store.offers.settle([offer(1), offer(2)]);
      await store.offers.putBack(offer(1));
      const reopened = await reopen();
      assert.deepEqual(await reopened.offers.take("a"), offer(3));
      assert.equal(await reopened.offers.take("a"), undefined);
      await reopened.offers.settle([offer(3), offer(9)]);
      await reopened.journal.append([offering(4)]);
      assert.deepEqual(await reopened.offers.take("a"), offer(4));
    },
  );

  prove("an attempt that is over has its offer withdrawn, in the queue or out of it", async ({ store, reopen }) => {
    await store.journal.append([offering(1), offering(2), offering(3)]);
    assert.deepEqual(await store.offers.take("a"), offer(1));
    await store.journal.append([
      continued({ id: 1 }, [], { withdrawnOffers: [offer(1)] }),
      continued({ id: 2 }, [], { withdrawnOffers: [offer(2)], offers: [{ ...offer(2), scheduledEventId: 5 }] }),
    ]);
    await store.offers.settle([offer(1)]);
    const reopened = await reopen();
    assert.deepEqual(await reopened.offers.take("a"), offer(3));
    assert.deepEqual(await reopened.offers.take("a"), { ...offer(2), scheduledEventId: 5 });
    assert.equal(await reopened.offers.take("a"), undefined);
  });

  prove("the end of an execution withdraws its offers", async ({ store, reopen }) => {
    await store.journal.append([offering(1), offering(2)]);
    await store.journal.append([continued({ id: 1, status: "ABORTED" })]);
    const reopened = await reopen();
    assert.deepEqual(await reopened.offers.take("a"), offer(2));
    assert.equal(await reopened.offers.take("a"), undefined);
  });
}

function quarantineContract(prove: Prove): void {
  prove("executions that a bug has stopped are known until they are let go", async ({ store, reopen }) => {
    const first = { executionId: 3, since: 5, version: "1.0.0" };
    const second = { executionId: 7, since: 6, version: "1.0.0" };
    await store.quarantines.add(second);
    await store.quarantines.add(first);
    await store.quarantines.add({ ...first, since: 9, version: "2.0.0" });
    const { quarantines } = await reopen();
    assert.deepEqual(await quarantines.list({ limit: 9 }), [first, second]);
    assert.deepEqual(await quarantines.list({ limit: 1, after: 3 }), [second]);
    assert.deepEqual((await quarantines.among([1, 2, 3, second.executionId])).toSorted(), [3, second.executionId]);
    assert.deepEqual(await quarantines.among([]), []);
    assert.deepEqual([await quarantines.count(9), await quarantines.count(1)], [2, 1]);
    await quarantines.remove(3);
    await quarantines.remove(4);
    assert.deepEqual(await quarantines.list({ limit: 9 }), [second]);
  });
}

function signalContract(prove: Prove): void {
  prove("a signal waits until the commit that consumes it", async ({ store, reopen }) => {
    await store.journal.append([started({ id: 1 }), started({ id: 2 })]);
    await store.journal.append([
      started({ id: 3 }, { signals: [signal(1, 3), signal(2, 3)] }),
      started({ id: 4 }, { signals: [signal(1, 4)] }),
    ]);
    const kept = await reopen();
    const [first, second, third, ...more] = await kept.signals.list({ limit: 9 });
    assert.ok(first && second && third);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [first, second, third],
      [
        { ...signal(1, 3), id: first.id },
        { ...signal(2, 3), id: second.id },
        { ...signal(1, 4), id: third.id },
      ],
    );
    assert.deepEqual(await kept.signals.list({ limit: 1, after: first.id }), [second]);
    assert.deepEqual(await kept.signals.of(1), [first, third]);

    await assert.rejects(
      kept.journal.append([continued({ id: 1 }, [], { consumedSignalIds: [first.id] }), continued({ id: 99 })]),
    );
    assert.deepEqual(await kept.signals.of(1), [first, third]);
    await kept.journal.append([continued({ id: 1 }, [], { consumedSignalIds: [first.id, third.id] })]);
    const reopened = await reopen();
    assert.deepEqual(await reopened.signals.of(1), []);
    assert.deepEqual(await reopened.signals.list({ limit: 9 }), [second]);
  });
}
