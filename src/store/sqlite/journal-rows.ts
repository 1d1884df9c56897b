// The rows of the journal. It grows at its end only; an execution finds its rows by a chain from the newest to the first,
// and those of a range of events from a mark, which the row that begins a block of events leaves.
import { decodeEvents, encodeEvents } from "../../engine/journal/event-codec.ts";
import { isUnlisted, type JournalEvent } from "../../engine/journal/event.ts";
import { cutIntoRows, isBeginningOfBlock } from "../event-blocks.ts";
import type { EventRange, JournalPart } from "../journal.ts";
import { type Cell, type Connection, readNumber, type Row, type Statement } from "./connection.ts";
import { cellName, type Sealing } from "./sealing.ts";

export interface JournalRowsOptions {
  /** Hears the approximate number of bytes of every row. */
  readonly wrote: (bytes: number) => void;
  /** Absent for a store that is not encrypted. */
  readonly sealing: Sealing | undefined;
}

/** Ids of the first and the last row that a commit wrote. */
export interface WrittenRows {
  readonly first: number;
  readonly last: number;
}

export interface JournalRowWriter {
  /** Writes the events of one execution within the transaction that runs; answers `undefined` where there are none. */
  write(executionId: number, events: readonly JournalEvent[]): WrittenRows | undefined;
}

export function prepareJournalWriter(connection: Connection, options: JournalRowsOptions): JournalRowWriter {
  const insert = prepareInsert(connection, options);
  const mark = connection.prepare("INSERT INTO journal_mark (execution_id, event_id, journal_id) VALUES (?, ?, ?)");
  // Ids are counted here and not by SQLite: none is given twice, whatever was deleted or undone.
  let nextId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM journal");
  return {
    write(executionId, events) {
      const rows = cutIntoRows(events);
      if (rows.length === 0) return undefined;
      const first = nextId;
      for (const row of rows) {
        const id = nextId++;
        insert({ id, executionId, previousId: id === first ? null : id - 1 }, encodeEvents(row));
        const [begun] = row;
        if (begun !== undefined && isBeginningOfBlock(begun)) mark.run(executionId, begun.id, id);
      }
      return { first, last: nextId - 1 };
    },
  };
}

interface RowHead {
  readonly id: number;
  readonly executionId: number;
  /** The row before it in the same commit; `null` for the first of a commit, which follows the newest row that is stored. */
  readonly previousId: number | null;
}

function prepareInsert(
  connection: Connection,
  { sealing, wrote }: JournalRowsOptions,
): (head: RowHead, text: string) => void {
  const insertInto = (columns: string, values: string): Statement =>
    connection.prepare(
      `INSERT INTO journal (id, execution_id, previous_id, ${columns})
       VALUES (?1, ?2, coalesce(?3, (SELECT last_journal_id FROM execution WHERE id = ?2)), ${values})`,
    );
  const insert = sealing === undefined ? insertInto("events", "?4") : insertInto("events, sealed_events", "'', ?4");
  const cellOf = ({ id, executionId }: RowHead, text: string): Cell =>
    sealing === undefined ? text : sealing.seal(cellName.events(id, executionId), text);
  return (head, text) => {
    insert.run(head.id, head.executionId, head.previousId, cellOf(head, text));
    wrote(text.length);
  };
}

export interface JournalRowReader {
  read(executionId: number, part: JournalPart): readonly JournalEvent[];
}

export function prepareJournalReader(connection: Connection, sealing: Sealing | undefined): JournalRowReader {
  const events = sealing === undefined ? "events" : "sealed_events AS events";
  const first = connection.prepare(
    `SELECT j.id, ${events} FROM execution e JOIN journal j ON j.id = e.first_journal_id WHERE e.id = ?`,
  );
  const ends = connection.prepare(
    `SELECT j.id, ${events} FROM execution e JOIN journal j ON j.id IN (e.first_journal_id, e.last_journal_id)
     WHERE e.id = ? ORDER BY j.id`,
  );
  const byId = connection.prepare(`SELECT id, previous_id, ${events} FROM journal WHERE id = ?`);
  const newest = connection.prepare("SELECT last_journal_id AS id FROM execution WHERE id = ?");
  // The row before the first block that begins behind an event.
  const beforeBlockBehind = connection.prepare(
    `SELECT j.previous_id AS id FROM journal_mark m JOIN journal j ON j.id = m.journal_id
     WHERE m.execution_id = ? AND m.event_id > ? ORDER BY m.event_id LIMIT 1`,
  );

  const decoded = (row: Row, executionId: number): readonly JournalEvent[] => {
    if (sealing === undefined) return decodeEvents(row["events"] as string);
    return decodeEvents(sealing.open(cellName.events(row["id"] as number, executionId), row["events"]));
  };
  /** Follows the chain from a row to the first, or to where `isEnough` of a row says that no more is wanted. */
  const chain = (
    from: Row | undefined,
    executionId: number,
    isEnough: (row: readonly JournalEvent[]) => boolean,
  ): readonly JournalEvent[] => {
    const rows: (readonly JournalEvent[])[] = [];
    for (let id = from?.["id"] ?? null; id !== null;) {
      const row = byId.first(id);
      if (row === undefined) throw new Error(`the store is damaged: journal row ${id} is missing`);
      const found = decoded(row, executionId);
      rows.push(found);
      id = isEnough(found) ? null : (row["previous_id"] ?? null);
    }
    return rows.toReversed().flat();
  };

  return {
    read(executionId, part) {
      if (part === "first") return first.all(executionId).flatMap((row) => decoded(row, executionId));
      if (part === "ends") return ends.all(executionId).flatMap((row) => decoded(row, executionId));
      if (part === "all") return chain(newest.first(executionId), executionId, () => false);
      // Rows that were written before there were marks have none: the chain is followed from the next block that has.
      const start = beforeBlockBehind.first(executionId, part.to) ?? newest.first(executionId);
      return chain(start, executionId, (row) => isBeginningOf(part, row)).filter(
        ({ id }) => id >= part.from && id <= part.to,
      );
    },
  };
}

/** Says whether no row before this one holds anything of the range. An unlisted event may have followed others of its id. */
function isBeginningOf({ from }: EventRange, [first]: readonly JournalEvent[]): boolean {
  return first !== undefined && (first.id < from || (first.id === from && !isUnlisted(first)));
}
