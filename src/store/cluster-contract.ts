// The contract of every store that nodes share, as one test suite: who owns what, what an owner of yesterday is refused, and
// what all see.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Beat, ClusterNode, ClusterStore, PartitionLease } from "./cluster-store.ts";
import { allEvents, continued, idsOf, passed, readable, started } from "./contract-fixtures.ts";
import { NotOwnerError } from "./errors.ts";
import type { JournalRow } from "./journal.ts";
import type { Store } from "./store.ts";

/** A database of four partitions. */
export interface OpenedCluster {
  /** The store as one more node has it. */
  node(): Promise<ClusterStore>;
  /** The database's clock goes on by so much. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

/** A node of a proof. */
class Node {
  readonly store: ClusterStore;
  readonly self: ClusterNode = { id: randomUUID(), url: "http://node", version: "1.2.3" };

  constructor(store: ClusterStore) {
    this.store = store;
  }

  beat(take: readonly number[] = [], release: readonly number[] = [], openExecutions = 0): Promise<Beat> {
    return this.store.ownership.beat(this.self, { take, release, openExecutions });
  }

  /** Takes a partition, and owns it. */
  async own(partition: number): Promise<Store> {
    return this.store.own(await this.lease(partition));
  }

  async lease(partition: number): Promise<PartitionLease> {
    const { held } = await this.beat([partition]);
    const lease = held.find((one) => one.partition === partition);
    assert.ok(lease, `partition ${partition} is not free`);
    return lease;
  }
}

interface World {
  readonly node: () => Promise<Node>;
  readonly pass: (ms: number) => Promise<void>;
}

type ProveCluster = (sentence: string, body: (world: World) => Promise<void>) => void;

/** Runs the suite. `name` stands before every sentence. */
export function clusterContract(name: string, open: () => Promise<OpenedCluster>): void {
  const prove = proving(name, open);
  ownershipContract(prove);
  fenceContract(prove);
  idsContract(prove);
  offersContract(prove);
  partitionContract(prove);
  sharedContract(prove);
  followingContract(prove);
}

/** The part of the contract that only stores keep whose nodes hear each other's hints. */
export function hintContract(name: string, open: () => Promise<OpenedCluster>): void {
  const prove = proving(name, open);
  prove("a hint comes to every node, that of its giver too, until it is no longer wanted", async ({ node }) => {
    const [first, second] = [await node(), await node()];
    const heard = new Set<string>();
    const ends = [first, second].map(({ store }, i) =>
      store.hints.subscribe((kind, key) => void heard.add(`${i} ${kind} ${key}`)),
    );
    // Those that come before a node listens are lost.
    for (let tries = 0; tries < 600 && heard.size < 2; tries++) {
      first.store.hints.hint("signals", "3");
      await pause(20);
    }
    assert.deepEqual([...heard].toSorted(), ["0 signals 3", "1 signals 3"]);
    for (const end of ends) end();
    first.store.hints.hint("offers", "arn");
    await pause(20);
    assert.equal(heard.size, 2);
  });
}

function proving(name: string, open: () => Promise<OpenedCluster>): ProveCluster {
  return (sentence, body) => {
    void test(`${name}: ${sentence}`, async () => {
      const opened = await open();
      try {
        await body({ node: async () => new Node(await opened.node()), pass: opened.pass });
      } finally {
        await opened.dispose();
      }
    });
  };
}

const partitionsOf = ({ held }: Beat): readonly number[] => held.map(({ partition }) => partition);

function ownershipContract(prove: ProveCluster): void {
  prove("a partition that is free goes to the node that asks first, and all know whose it is", async ({ node }) => {
    const [first, second] = [await node(), await node()];
    assert.deepEqual(partitionsOf(await first.beat([0, 1], [], 3)), [0, 1]);
    const beat = await second.beat([1, 2], [], 4);
    assert.deepEqual(partitionsOf(beat), [2]);
    assert.deepEqual(
      [...beat.owners].map(([partition, { id }]) => [partition, id]),
      [
        [0, first.self.id],
        [1, first.self.id],
        [2, second.self.id],
      ],
    );
    assert.deepEqual(beat.owners.get(0), first.self);
    assert.deepEqual(beat.nodes.map(({ id }) => id).toSorted(), [first.self.id, second.self.id].toSorted());
    assert.equal(beat.openElsewhere, 3);
    assert.equal((await first.beat()).openElsewhere, 4);
    assert.deepEqual(partitionsOf(await first.beat()), [0, 1]);
  });

  prove("a partition that is given back goes to another node, with a higher epoch", async ({ node }) => {
    const [first, second] = [await node(), await node()];
    const before = await first.lease(0);
    assert.deepEqual(await first.lease(0), before, "its own is not taken again");
    assert.deepEqual(partitionsOf(await first.beat([], [0, 3])), []);
    const after = await second.lease(0);
    assert.ok(after.epoch > before.epoch);
    await second.store.ownership.leave(second.self);
    const beat = await first.beat([0]);
    assert.deepEqual(partitionsOf(beat), [0]);
    assert.ok((beat.held[0]?.epoch ?? 0) > after.epoch);
    assert.deepEqual(
      beat.nodes.map(({ id }) => id),
      [first.self.id],
    );
  });

  prove("the partitions of a node that is silent for longer than its lease are free", async ({ node, pass }) => {
    const [first, second] = [await node(), await node()];
    const { leaseMs } = first.store.ownership;
    await first.beat([0, 1], [], 5);
    await pass(leaseMs / 2);
    await first.beat();
    await pass(leaseMs / 2 + 10);
    assert.deepEqual(partitionsOf(await second.beat([0])), [], "it lives since its last beat");
    await pass(leaseMs / 2);
    const beat = await second.beat([0]);
    assert.deepEqual(partitionsOf(beat), [0]);
    assert.deepEqual([...beat.owners.keys()], [0], "a node that does not live owns nothing that could be asked for");
    assert.equal(beat.openElsewhere, 0);
    assert.deepEqual(partitionsOf(await first.beat([0, 1])), [1], "what nobody took is still its own");
  });
}

function fenceContract(prove: ProveCluster): void {
  prove("an owner of yesterday is refused, and the next one has all that was committed", async ({ node, pass }) => {
    const [first, second] = [await node(), await node()];
    const old = await first.own(1);
    const id = old.journal.newExecutionId();
    await old.journal.append([started({ id })]);
    await pass(first.store.ownership.leaseMs + 10);
    await old.journal.append([continued({ id, lastEventId: 2 }, [passed(2, "{}")])]);
    const young = await second.own(1);
    assert.equal((await allEvents(young.journal, id)).length, 2, "nobody had taken it when that was written");
    await assert.rejects(old.journal.append([continued({ id, lastEventId: 3 }, [passed(3, "{}")])]), NotOwnerError);
    await assert.rejects(old.journal.append([started({ id: id + 4 })]), NotOwnerError);
    await assert.rejects(old.quarantines.add({ executionId: id, since: 1, version: "1" }), NotOwnerError);
    await young.journal.append([continued({ id, lastEventId: 3 }, [passed(3, '"young"')])]);
    assert.deepEqual(readable((await allEvents(young.journal, id)).at(-1)), readable(passed(3, '"young"')));
    assert.equal(await young.journal.readRecord(id + 4), undefined);
    assert.deepEqual(await young.quarantines.list({ limit: 9 }), []);
  });

  prove("a partition that was given back is not written any more, nor executions of another one", async ({ node }) => {
    const first = await node();
    const [zero, one] = [await first.own(0), await first.own(1)];
    const id = zero.journal.newExecutionId();
    await assert.rejects(one.journal.append([started({ id })]), /another partition/);
    await first.beat([], [0]);
    await assert.rejects(zero.journal.append([started({ id })]), NotOwnerError);
    assert.equal(await one.journal.readRecord(id), undefined);
  });

  prove("what a node appends to its other partitions stands, whichever it has lost", async ({ node, pass }) => {
    const [first, second] = [await node(), await node()];
    const stores = [await first.own(0), await first.own(1), await first.own(2), await first.own(3)];
    await pass(first.store.ownership.leaseMs + 10);
    await second.own(1);
    const append = (store: Store): Promise<void> =>
      store.journal.append([started({ id: store.journal.newExecutionId() })]);
    const ends = await Promise.allSettled(stores.map(append));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled", "fulfilled"],
    );
    const { journal } = first.store.shared;
    const found = idsOf(await journal.listRecords({ stateMachineId: 1 }, { limit: 9 }));
    assert.deepEqual(found.map((id) => first.store.partitions.ofExecution(id)).toSorted(), [0, 2, 3]);
  });

  prove("a fault of one append is not one of another that is under way", async ({ node }) => {
    const first = await node();
    const [zero, one] = [await first.own(0), await first.own(1)];
    const id = zero.journal.newExecutionId();
    const ends = await Promise.allSettled([
      zero.journal.append([started({ id })]),
      one.journal.append([continued({ id: 4_001 })]),
      zero.journal.append([continued({ id, lastEventId: 2 }, [passed(2, "{}")])]),
    ]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.equal((await allEvents(zero.journal, id)).length, 2);
  });
}

function idsContract(prove: ProveCluster): void {
  prove("new ids fall on the partition, and no owner is given those of another", async ({ node, pass }) => {
    const given = new Set<number>();
    const nodes = [await node(), await node()];
    let count = 0;
    for (const owner of [...nodes, ...nodes]) {
      await pass(owner.store.ownership.leaseMs + 10);
      const { journal, mapRuns } = await owner.own(2);
      for (let i = 0; i < 20; i++, count += 2) {
        for (const id of [journal.newExecutionId(), mapRuns.newMapRunId()]) {
          assert.equal(owner.store.partitions.ofExecution(id), 2);
          given.add(id);
        }
      }
    }
    assert.equal(given.size, count);
  });
}

function offersContract(prove: ProveCluster): void {
  const ofOffer = { activityArn: "a", scheduledEventId: 2 };

  prove("an offer goes to one of the nodes that want it, and again when it was not settled", async (world) => {
    const [first, second] = [await world.node(), await world.node()];
    const [zero, one] = [await first.own(0), await second.own(1)];
    for (const store of [zero, one, zero, one]) {
      const id = store.journal.newExecutionId();
      await store.journal.append([started({ id }, { offers: [{ ...ofOffer, executionId: id }] })]);
    }
    const takers = [first, second, first, second, first, second];
    const taken = await Promise.all(takers.map(({ store }) => store.shared.offers.take("a")));
    const found = taken.filter((offer) => offer !== undefined);
    assert.equal(new Set(found.map(({ executionId }) => executionId)).size, 4);
    assert.equal(found.length, 4);
    assert.equal(await first.store.shared.offers.count("a", 9), 0);
    const [settled, returned, ...others] = found;
    assert.ok(settled && returned);
    await second.store.shared.offers.settle([settled]);
    await second.store.shared.offers.putBack(returned);
    assert.deepEqual(await first.store.shared.offers.take("a"), returned);
    await world.pass(10 * 60_000);
    const again = [];
    for (let i = 0; i < 3; i++) again.push((await second.store.shared.offers.take("a"))?.executionId);
    assert.deepEqual(
      again.toSorted(),
      [returned, ...others].map(({ executionId }) => executionId).toSorted(),
      "those of a node that said nothing for long",
    );
    assert.equal(await second.store.shared.offers.take("a"), undefined);
  });
}

function partitionContract(prove: ProveCluster): void {
  prove("an owner's work lists are of its partition, and signals find the one they are for", async ({ node }) => {
    const [first, second] = [await node(), await node()];
    const [zero, one] = [await first.own(0), await second.own(1)];
    const ids = [zero, one].map(({ journal }) => journal.newExecutionId()) as [number, number];
    const job = { scheduledEventId: 3, submittedEventId: 5, isAbandoned: false, since: 1, lookAt: 1 };
    for (const [i, store] of [zero, one].entries()) {
      const id = ids[i] as number;
      const signals = [{ executionId: ids[1], scheduledEventId: 4, childExecutionId: id }];
      const jobs = [{ ...job, executionId: id }];
      await store.journal.append([started({ id, wakeAt: 5, isInFlight: true }, { signals, jobs })]);
      await store.quarantines.add({ executionId: id, since: 1, version: "1" });
    }
    for (const [i, { journal, jobs, quarantines }] of [zero, one].entries()) {
      const own = [ids[i]];
      assert.deepEqual(idsOf(await journal.dueRecords(9, 9)), own);
      assert.deepEqual(idsOf(await journal.inFlightRecords({ limit: 9 })), own);
      assert.equal(await journal.countOpen(), 1);
      const of = (rows: readonly { readonly executionId: number }[]) => rows.map(({ executionId }) => executionId);
      assert.deepEqual(of(await jobs.due(9, 9)), own);
      assert.deepEqual(of(await quarantines.list({ limit: 9 })), own);
      assert.equal((await journal.readRecord(ids[1 - i] as number))?.id, ids[1 - i], "reads are of everything");
    }
    const { quarantines: all } = first.store.shared;
    assert.equal((await all.list({ limit: 9 })).length, 2);
    assert.deepEqual((await all.among([...ids, ids[0] + 4])).toSorted(), ids.toSorted());
    assert.equal(await all.count(9), 2);
    const { signals } = first.store.shared;
    assert.deepEqual(await signals.partitionsAmong([0, 1, 2]), [1]);
    assert.deepEqual(await signals.partitionsAmong([0, 2]), []);
    assert.deepEqual(await zero.signals.list({ limit: 9 }), []);
    const waiting = await one.signals.list({ limit: 9 });
    assert.deepEqual(waiting.map(({ childExecutionId }) => childExecutionId).toSorted(), ids.toSorted());
    await one.journal.append([continued({ id: ids[1] }, [], { consumedSignalIds: idsOf(waiting) })]);
    assert.deepEqual(await one.signals.of(ids[1]), []);
    assert.deepEqual(await signals.partitionsAmong([0, 1, 2]), []);
  });
}

function sharedContract(prove: ProveCluster): void {
  prove("a change of the catalogue is known to every node with its next beat", async ({ node }) => {
    const [first, second] = [await node(), await node()];
    const before = (await second.beat()).catalogueChange;
    const machine = await first.store.shared.catalogue.createStateMachine(
      { name: "m", type: "STANDARD", createdAt: 1, tags: {} },
      { createdAt: 1, definition: "{}", roleArn: "role" },
    );
    assert.ok(machine);
    const after = (await second.beat()).catalogueChange;
    assert.ok(after > before);
    assert.deepEqual(await second.store.shared.catalogue.findStateMachine("m"), machine);
    await first.store.shared.catalogue.updateStateMachine(machine.id, { status: "DELETING" });
    assert.ok((await second.beat()).catalogueChange > after);
    assert.equal((await second.store.shared.catalogue.findStateMachine("m"))?.status, "DELETING");
    assert.equal((await second.store.shared.catalogue.readStateMachine(machine.id))?.status, "DELETING");
    assert.equal(first.store.shared.secret, second.store.shared.secret);
  });

  prove(
    "acts for one resource do not overlap, whichever nodes do them, and a failed one ends too",
    async ({ node }) => {
      const nodes = [await node(), await node()];
      let acting = 0;
      let acts = 0;
      const act = async (): Promise<number> => {
        acting += 1;
        assert.equal(acting, 1);
        await new Promise((resolve) => setImmediate(resolve));
        acting -= 1;
        acts += 1;
        if (acts === 3) throw new Error("the third");
        return acts;
      };
      const all = Array.from({ length: 8 }, (_, i) => nodes[i % 2]?.store.shared.exclusively("resource", act));
      const ends = await Promise.allSettled(all);
      assert.equal(acts, 8);
      assert.equal(ends.filter(({ status }) => status === "rejected").length, 1);
      assert.equal(await nodes[0]?.store.shared.exclusively("other", async () => "answer"), "answer");
    },
  );
}

function followingContract(prove: ProveCluster): void {
  prove("a reader that follows the journal while several nodes write it misses nothing", async ({ node }) => {
    const nodes = [await node(), await node()];
    const stores: Store[] = [];
    for (let partition = 0; partition < 4; partition++)
      stores.push(await (nodes[partition % 2] as Node).own(partition));
    const written = new Map<number, number>();
    const write = async ({ journal }: Store): Promise<void> => {
      const id = journal.newExecutionId();
      await journal.append([started({ id })]);
      for (let n = 2; n <= 25; n++) {
        await journal.append([continued({ id, lastEventId: n }, [passed(n, "{}")])]);
        written.set(id, n);
      }
    };
    let isWritten = false;
    const writing = Promise.all(stores.flatMap((store) => [write(store), write(store)])).finally(
      () => (isWritten = true),
    );
    const { journal } = (nodes[0] as Node).store.shared;
    const read: JournalRow[] = [];
    for (let isOver = false; !isOver;) {
      isOver = isWritten;
      const page = await journal.readRows({ limit: 7, after: read.at(-1)?.id });
      read.push(...page);
      isOver &&= page.length === 0;
    }
    await writing;
    assert.equal(read.length, 8 * 25);
    for (const [id, last] of written) {
      const events = read.filter(({ executionId }) => executionId === id).flatMap((row) => row.events);
      assert.deepEqual(
        idsOf(events),
        Array.from({ length: last }, (_, i) => i + 1),
      );
    }
    assert.equal(read.at(-1)?.id, await journal.newestRowId());
  });
}
