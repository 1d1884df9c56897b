// The part of the store contract that concerns ranges of a history: each of them is what a whole read has of it.
import assert from "node:assert/strict";
import type { JournalEvent } from "../engine/journal/event.ts";
import { allEvents, continued, passed, type Prove, readable, started, startedEvent } from "./contract-fixtures.ts";
import { eventsPerBlock, rowCharacters } from "./event-blocks.ts";
import type { ExecutionChange, Journal, JournalRow } from "./journal.ts";

/** A journal in which every seventh event is followed by unlisted ones, so that commits begin and end with them too. */
function longJournal(length: number): readonly JournalEvent[] {
  const events: JournalEvent[] = [startedEvent("{}")];
  for (let id = 2; id <= length; id++) {
    events.push(passed(id, `${id}`));
    if (id % 7 !== 0) continue;
    for (const scope of [0, 1, 2]) events.push({ kind: "TaskHeartbeat", id, previousEventId: id, at: id, scope });
  }
  return events;
}

/** A journal with texts that differ and are long, and short ones between them. */
function largeJournal(length: number): readonly JournalEvent[] {
  const large = "x".repeat(100_000);
  const text = (id: number): string => (id % 3 === 0 ? `"${id}"` : `"${id} ${large}"`);
  const events: JournalEvent[] = [startedEvent("{}")];
  for (let id = 2; id <= length; id++) {
    events.push(passed(id, text(id)));
    if (id % 5 === 0) events.push({ kind: "TaskHeartbeat", id, previousEventId: id, at: id, scope: 0 });
  }
  return events;
}

/** One commit after the other, of few events and of many, with commits of another execution between them. */
function commitsOf(events: readonly JournalEvent[]): readonly (readonly ExecutionChange[])[] {
  const lengths = [3, 1, 5, 3 * eventsPerBlock + 11, 2, eventsPerBlock, 1, 40];
  const commits: (readonly ExecutionChange[])[] = [];
  for (let from = 0, i = 0; from < events.length; i++) {
    const part = events.slice(from, from + (lengths[i % lengths.length] ?? 1));
    const other = i === 0 ? started({ id: 2 }) : continued({ id: 2 }, [passed(i + 1, "{}")]);
    commits.push([i === 0 ? started({ id: 1 }, { events: part }) : continued({ id: 1 }, part), other]);
    from += part.length;
  }
  return commits;
}

/** The rows of execution 1, read page by page. */
async function rowsInPages({ readRowsOf }: Journal, mostCharacters: number): Promise<readonly JournalRow[]> {
  const read: JournalRow[] = [];
  for (;;) {
    const { rows, isLast } = await readRowsOf(1, { after: read.at(-1)?.id ?? 0, mostCharacters });
    read.push(...rows);
    if (isLast) return read;
    assert.ok(rows.length > 0);
  }
}

export function rangesContract(prove: Prove): void {
  rowsContract(prove);
  eventsContract(prove);
}

function rowsContract(prove: Prove): void {
  prove("the rows of one execution are read on from each of them, and are those of the whole order", async (opened) => {
    for (const commit of commitsOf(longJournal(12 * eventsPerBlock + 9))) await opened.store.journal.append(commit);
    for (const again of [async () => opened.store, opened.reopen]) {
      const { journal } = await again();
      const ordered = (await journal.readRows({ limit: 10_000 })).filter(({ executionId }) => executionId === 1);
      for (const mostCharacters of [1, 5_000, Infinity])
        assert.deepEqual(readable(await rowsInPages(journal, mostCharacters)), readable(ordered));
      for (const [i, { id }] of ordered.entries()) {
        const behind = await journal.readRowsOf(1, { after: id, mostCharacters: 1 });
        assert.deepEqual(readable(behind.rows), readable(ordered.slice(i + 1, i + 2)));
        assert.equal(behind.isLast, i >= ordered.length - 2, String(i));
      }
      const nothing = { rows: [], isLast: true };
      assert.deepEqual(await journal.readRowsOf(1, { after: 1e9, mostCharacters: 1 }), nothing);
      assert.deepEqual(await journal.readRowsOf(99, { after: 0, mostCharacters: 1 }), nothing);
    }
  });
}

function eventsContract(prove: Prove): void {
  prove("a range of a long history holds the events of its ids, unlisted ones too", async ({ store, reopen }) => {
    const events = longJournal(12 * eventsPerBlock + 9);
    const last = events.at(-1)?.id ?? 0;
    for (const commit of commitsOf(events)) await store.journal.append(commit);
    const around = (id: number): readonly number[] => [id - 1, id, id + 1];
    const blocks = Array.from({ length: 13 }, (_, i) => (i + 1) * eventsPerBlock);
    const bounds = [...around(1), 7, 8, ...blocks.flatMap(around), ...around(last)];
    for (const again of [async () => store, reopen]) {
      const { journal } = await again();
      assert.deepEqual(readable(await allEvents(journal, 1)), readable(events));
      for (const from of bounds) {
        for (const to of [from - 1, from, from + 1, from + eventsPerBlock, from + 500, last]) {
          const expected = events.filter(({ id }) => id >= from && id <= to);
          const found = await journal.readEvents(1, { from, to });
          assert.deepEqual(readable(found), readable(expected), `${from} to ${to}`);
        }
      }
      assert.deepEqual(await journal.readEvents(3, { from: 1, to: 9 }), []);
      assert.equal((await journal.readEvents(2, { from: 2, to: 3 })).length, 2);
    }
  });

  prove(
    "a commit of many events has its beginning and its end where they are read first",
    async ({ store, reopen }) => {
      const events = longJournal(5 * eventsPerBlock);
      await store.journal.append([started({ id: 1 }, { events })]);
      const { journal } = await reopen();
      assert.deepEqual(readable((await journal.readEvents(1, "first"))[0]), readable(events[0]));
      assert.deepEqual(readable((await journal.readEvents(1, "ends")).at(-1)), readable(events.at(-1)));
      assert.deepEqual(readable(await allEvents(journal, 1)), readable(events));
    },
  );

  prove("a range with much text is given in parts, from either end", async ({ store, reopen }) => {
    const events = largeJournal(3 * eventsPerBlock);
    const last = events.at(-1)?.id ?? 0;
    for (const commit of commitsOf(events)) await store.journal.append(commit);
    const { journal } = await reopen();
    for (const mostCharacters of [1, 300_000, 3_000_000]) {
      for (const isNewestFirst of [false, true]) {
        const parts: (readonly JournalEvent[])[] = [];
        for (let range = { from: 1, to: last }; range.from <= range.to;) {
          const part = await journal.readEvents(1, { ...range, mostCharacters, isNewestFirst });
          const [first, end] = [part[0]?.id ?? 0, part.at(-1)?.id ?? 0];
          assert.ok(isNewestFirst ? end === range.to : first === range.from, "no event is left out, and none is empty");
          // A row may stand on either side of the bound.
          const texts = new Set(part.map((event) => (event.kind === "StateExited" ? event.output.text : "")));
          const characters = [...texts].reduce((sum, text) => sum + text.length, 0);
          assert.ok(characters <= mostCharacters + 2 * rowCharacters, `${characters} for ${mostCharacters}`);
          range = isNewestFirst ? { ...range, to: first - 1 } : { ...range, from: end + 1 };
          parts.push(part);
        }
        const whole = isNewestFirst ? parts.toReversed().flat() : parts.flat();
        assert.ok(parts.length > 3, `${parts.length} parts`);
        assert.deepEqual(readable(whole), readable(events));
      }
    }
  });
}
