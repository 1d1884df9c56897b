// The PostgreSQL store when the way to the database is cut: a batch is written once or not at all, and whoever appended it
// hears which, or that nobody can say.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type DatabaseProxy, databaseProxy } from "../../testing/postgres/proxy.ts";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import type { ClusterStore } from "../cluster-store.ts";
import { allEvents, continued, passed, readable, started } from "../contract-fixtures.ts";
import { OutcomeUnknownError, StoreAwayError } from "../errors.ts";
import type { Store } from "../store.ts";
import { Link } from "./link.ts";
import { placeOf } from "./place.ts";
import { openPostgresStore } from "./postgres-store.ts";
import { asked } from "./store-fixtures.ts";

const databases = testDatabases();

interface Cut {
  readonly store: Store;
  readonly cluster: ClusterStore;
  readonly proxy: DatabaseProxy;
  /** The direct way. */
  readonly url: string;
}

function prove(sentence: string, patienceMs: number, body: (cut: Cut) => Promise<void>): void {
  test(sentence, { skip: databases === undefined ? noPostgres : false }, async () => {
    const database = await databases?.create();
    assert.ok(database);
    const proxy = await databaseProxy(database.url);
    const cluster = await openPostgresStore(proxy.url, { partitions: 2, patienceMs });
    const node = { id: randomUUID(), version: "1" };
    const { held } = await cluster.ownership.beat(node, { take: [0], release: [], openExecutions: 0 });
    const [lease] = held;
    assert.ok(lease);
    try {
      await body({ store: await cluster.own(lease), cluster, proxy, url: database.url });
    } finally {
      await cluster.close();
      await proxy.end();
      await database.drop();
    }
  });
}

for (const where of ["before", "after"] as const) {
  prove(`a batch is written once where the way is cut ${where} the commit`, 30_000, async ({ store, proxy }) => {
    const id = store.journal.newExecutionId();
    await store.journal.append([started({ id })]);
    proxy.cutNextCommit(where);
    await Promise.all([
      store.journal.append([continued({ id, lastEventId: 2 }, [passed(2, "{}")])]),
      store.journal.append([continued({ id, lastEventId: 3 }, [passed(3, "{}")])]),
    ]);
    await store.journal.append([continued({ id, lastEventId: 4 }, [passed(4, "{}")])]);
    const events = await allEvents(store.journal, id);
    assert.deepEqual(readable(events.slice(1)), readable([passed(2, "{}"), passed(3, "{}"), passed(4, "{}")]));
    assert.equal((await store.journal.readRows({ limit: 9 })).length, 4);
  });
}

prove("an append fails where the database stays away, and has written nothing", 100, async ({ store, proxy }) => {
  const id = store.journal.newExecutionId();
  await store.journal.append([started({ id })]);
  proxy.close();
  await assert.rejects(store.journal.append([continued({ id, lastEventId: 2 }, [passed(2, "{}")])]), StoreAwayError);
  await assert.rejects(store.journal.readRecord(id), StoreAwayError);
  proxy.open();
  assert.equal((await store.journal.readRecord(id))?.lastEventId, 1);
  await store.journal.append([continued({ id, lastEventId: 2 }, [passed(2, '"again"')])]);
  assert.deepEqual(readable((await allEvents(store.journal, id)).at(-1)), readable(passed(2, '"again"')));
});

prove("nobody says whether a batch was written where the database stays away", 100, async ({ store, proxy }) => {
  const id = store.journal.newExecutionId();
  await store.journal.append([started({ id })]);
  proxy.closeAtNextCommit();
  await assert.rejects(
    store.journal.append([continued({ id, lastEventId: 2 }, [passed(2, "{}")])]),
    OutcomeUnknownError,
  );
  proxy.open();
  await store.journal.append([started({ id: id + 2 })]);
  assert.equal((await store.journal.readRecord(id + 2))?.id, id + 2, "the next append goes on");
});

prove("a partition that is being written is left for the next beat, which nobody waits with", 5_000, async (cut) => {
  const { cluster, url } = cut;
  const other = { id: randomUUID(), version: "1" };
  const beat = () => cluster.ownership.beat(other, { take: [0, 1], release: [], openExecutions: 0 });
  const writer = new Link({ place: placeOf(url), preparesStatements: false, silenceMs: 60_000 });
  await writer.run({ text: "BEGIN; UPDATE pawl.node SET renewed_at = renewed_at - interval '1 day'" });
  await writer.run({ text: "COMMIT" });
  await writer.run({ text: "BEGIN; SELECT FROM pawl.partition WHERE id = 0 FOR SHARE" });
  assert.deepEqual((await beat()).held, [{ partition: 1, epoch: 1 }]);
  await writer.run({ text: "COMMIT" });
  assert.deepEqual((await beat()).held, [
    { partition: 0, epoch: 2 },
    { partition: 1, epoch: 1 },
  ]);
  await writer.close();
});

prove("an append that somebody cancels at the server is tried again", 30_000, async ({ store, url }) => {
  const id = store.journal.newExecutionId();
  await store.journal.append([started({ id })]);
  const other = new Link({ place: placeOf(url), preparesStatements: false, silenceMs: 60_000 });
  await other.run({ text: "BEGIN; UPDATE pawl.partition SET epoch = epoch WHERE id = 0" });
  const appended = store.journal.append([continued({ id, lastEventId: 2 }, [passed(2, "{}")])]);
  const cancel =
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR SHARE%'";
  while ((await asked(url, cancel)).length === 0) await pause(10);
  await other.run({ text: "ROLLBACK" });
  await appended;
  assert.equal((await store.journal.readRows({ limit: 9 })).length, 2);
  await other.close();
});
