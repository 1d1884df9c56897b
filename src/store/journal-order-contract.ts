// The part of the store contract that concerns the journal in the order of its commits.
import assert from "node:assert/strict";
import { allEvents, continued, passed, type Prove, readable, started } from "./contract-fixtures.ts";
import { eventsPerBlock } from "./event-blocks.ts";
import type { JournalRow } from "./journal.ts";
import type { Store } from "./store.ts";

async function allRows({ journal }: Store, limit: number): Promise<readonly JournalRow[]> {
  const rows: JournalRow[] = [];
  for (;;) {
    const page = await journal.readRows({ limit, after: rows.at(-1)?.id });
    if (page.length === 0) return rows;
    assert.ok(page.length <= limit);
    rows.push(...page);
  }
}

/** As text, one row a line: the execution and the ids of its events. */
const shown = (rows: readonly JournalRow[]): readonly string[] =>
  rows.map(({ executionId, events }) => `${executionId}: ${events.map(({ id }) => id).join(" ")}`);

export function journalOrderContract(prove: Prove): void {
  prove("the rows of all executions are read in the order of their commits, in pages", async ({ store, reopen }) => {
    assert.deepEqual(await store.journal.readRows({ limit: 9 }), []);
    assert.equal(await store.journal.newestRowId(), 0);
    await store.journal.append([started({ id: 2 }), started({ id: 1 })]);
    await assert.rejects(store.journal.append([continued({ id: 1 }, [passed(2, "{}")]), continued({ id: 99 })]));
    await store.journal.append([continued({ id: 1 }, [passed(2, "{}"), passed(3, "{}")]), continued({ id: 2 })]);
    await store.journal.append([continued({ id: 2 }, [passed(2, '"the last"')])]);
    const expected = ["2: 1", "1: 1", "1: 2 3", "2: 2"];
    for (const again of [async () => store, reopen]) {
      const kept = await again();
      for (const limit of [1, 3, 99]) assert.deepEqual(shown(await allRows(kept, limit)), expected);
      const rows = await allRows(kept, 99);
      assert.equal(await kept.journal.newestRowId(), rows.at(-1)?.id);
      assert.deepEqual(readable(rows.at(-1)?.events), readable([passed(2, '"the last"')]));
      assert.deepEqual(
        rows,
        rows.toSorted((a, b) => a.id - b.id),
      );
    }
    const reopened = await reopen();
    const before = await reopened.journal.newestRowId();
    await reopened.journal.append([started({ id: 3 })]);
    assert.deepEqual(shown(await reopened.journal.readRows({ limit: 9, after: before })), ["3: 1"]);
  });

  prove(
    "a reader that follows the journal while it grows misses nothing and reads nothing twice",
    async ({ store }) => {
      const executions = 5;
      const commits = 40;
      await store.journal.append(Array.from({ length: executions }, (_, i) => started({ id: i + 1 })));
      const write = async (): Promise<void> => {
        for (let n = 0; n < commits; n++) {
          const ids = Array.from({ length: executions }, (_, i) => i + 1).filter((id) => (id * 7 + n) % 3 !== 0);
          const events = (id: number) => [passed(2 + 2 * n, `${id}`), passed(3 + 2 * n, `${n}`)];
          await Promise.all(ids.map((id) => store.journal.append([continued({ id }, events(id))])));
        }
      };
      const read: JournalRow[] = [];
      let isWritten = false;
      const writing = write().finally(() => (isWritten = true));
      for (let isOver = false; !isOver;) {
        isOver = isWritten;
        const page = await store.journal.readRows({ limit: 3, after: read.at(-1)?.id });
        read.push(...page);
        isOver &&= page.length === 0;
      }
      await writing;
      assert.equal(read.at(-1)?.id, await store.journal.newestRowId());
      for (let id = 1; id <= executions; id++) {
        const followed = read.filter(({ executionId }) => executionId === id).flatMap(({ events }) => events);
        assert.deepEqual(readable(followed), readable(await allEvents(store.journal, id)));
      }
    },
  );

  prove("a commit of many events is read as several rows that follow each other", async ({ store, reopen }) => {
    const events = Array.from({ length: 3 * eventsPerBlock }, (_, i) => passed(i + 1, `${i}`));
    await store.journal.append([started({ id: 1 }, { events }), started({ id: 2 })]);
    const rows = await allRows(await reopen(), 2);
    assert.deepEqual(readable(rows.flatMap((row) => row.events).slice(0, -1)), readable(events));
    assert.ok(rows.length > 3);
    assert.ok(rows.slice(0, -1).every(({ executionId }) => executionId === 1));
  });
}
