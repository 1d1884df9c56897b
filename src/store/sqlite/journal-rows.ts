// The rows of the journal. It grows at its end only; an execution finds its rows by a chain from the newest to the first,
// and those of a range of events from a mark, which a row leaves that begins a block of events or holds much.
import { isUnlisted, type JournalEvent } from "../../engine/journal/event.ts";
import type { DecodedRow, EncodedRow } from "../encoded-row.ts";
import type { EventRange, JournalPart } from "../journal.ts";
import { type Connection, readNumber, type Row } from "./connection.ts";
import type { EventCells } from "./event-cells.ts";

export interface JournalRowsOptions {
  /** Hears the approximate number of bytes of every row. */
  readonly wrote: (bytes: number) => void;
  readonly cells: EventCells;
}

/** Ids of the first and the last row that a commit wrote. */
export interface WrittenRows {
  readonly first: number;
  readonly last: number;
}

export interface JournalRowWriter {
  /** Writes rows of one execution within the transaction that runs; answers `undefined` where there are none. */
  write(executionId: number, rows: readonly EncodedRow[]): WrittenRows | undefined;
}

export function prepareJournalWriter(connection: Connection, options: JournalRowsOptions): JournalRowWriter {
  const { cells, wrote } = options;
  const insert = connection.prepare(
    `INSERT INTO journal (id, execution_id, previous_id, ${cells.columns.join(", ")})
     VALUES (?1, ?2, coalesce(?3, (SELECT last_journal_id FROM execution WHERE id = ?2)),
       ${cells.columns.map((_, i) => `?${i + 4}`).join(", ")})`,
  );
  const insertMark = connection.prepare(
    "INSERT INTO journal_mark (execution_id, event_id, journal_id) VALUES (?, ?, ?)",
  );
  // Ids are counted here and not by SQLite: none is given twice, whatever was deleted or undone.
  let nextId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM journal");
  return {
    write(executionId, rows) {
      if (rows.length === 0) return undefined;
      const first = nextId;
      for (const row of rows) {
        const id = nextId++;
        // The first row of a commit follows the newest that is stored, the others each the one before.
        insert.run(id, executionId, id === first ? null : id - 1, ...cells.write(row, id, executionId));
        wrote(row.content.length);
        if (row.mark !== undefined) insertMark.run(executionId, row.mark, id);
      }
      return { first, last: nextId - 1 };
    },
  };
}

export interface JournalRowReader {
  read(executionId: number, part: JournalPart): readonly JournalEvent[];
  /** The events of the rows, one row after the other, in order. */
  rows(executionId: number): Iterable<readonly JournalEvent[]>;
}

/** A row that was met and not yet decoded, by its id where it would take too much room. */
type Met = Row | number;

/** As much of an execution's rows is kept undecoded, while the way to the first one is looked for. */
const mostMetLength = 4 * 1024 * 1024;

export function prepareJournalReader(connection: Connection, cells: EventCells): JournalRowReader {
  const columns = `j.id, j.execution_id, j.previous_id, ${cells.columns.map((column) => `j.${column}`).join(", ")}`;
  const first = connection.prepare(
    `SELECT ${columns} FROM execution e JOIN journal j ON j.id = e.first_journal_id WHERE e.id = ?`,
  );
  const ends = connection.prepare(
    `SELECT ${columns} FROM execution e JOIN journal j ON j.id IN (e.first_journal_id, e.last_journal_id)
     WHERE e.id = ? ORDER BY j.id`,
  );
  const byId = connection.prepare(`SELECT ${columns} FROM journal j WHERE j.id = ?`);
  const previousOf = connection.prepare("SELECT previous_id FROM journal WHERE id = ?");
  const newest = connection.prepare("SELECT last_journal_id AS id FROM execution WHERE id = ?");
  const markBehind = connection.prepare(
    `SELECT m.event_id, j.previous_id FROM journal_mark m JOIN journal j ON j.id = m.journal_id
     WHERE m.execution_id = ? AND m.event_id > ? ORDER BY m.event_id LIMIT 1`,
  );
  const rowOf = (id: number): Row => {
    const row = byId.first(id);
    if (row === undefined) throw new Error(`the store is damaged: journal row ${id} is missing`);
    return row;
  };
  const newestOf = (executionId: number): number | null => (newest.first(executionId)?.["id"] ?? null) as number | null;

  /** Follows the chain from a row to the first, or to where `isEnough` says that no more is wanted; the newest first. */
  const chain = (executionId: number, from: number | null, isEnough: (row: DecodedRow) => boolean): DecodedRow[] => {
    const found: DecodedRow[] = [];
    for (let id = from; id !== null;) {
      const row = rowOf(id);
      const decoded = cells.read(row, executionId);
      found.push(decoded);
      id = isEnough(decoded) ? null : (row["previous_id"] as number | null);
    }
    return found;
  };

  /** Rows that were written before there were marks have none: the chain is followed from the next mark that there is. */
  const segmentFrom = (executionId: number, from: number): { rows: DecodedRow[]; next: number | undefined } => {
    const mark = markBehind.first(executionId, from);
    const last = mark === undefined ? newestOf(executionId) : (mark["previous_id"] as number | null);
    const rows = chain(executionId, last, ({ events }) => isBeginningOf(from, events)).toReversed();
    return { rows, next: mark?.["event_id"] as number | undefined };
  };

  const readOldestFirst = (executionId: number, range: EventRange): readonly JournalEvent[] => {
    const events: JournalEvent[] = [];
    let characters = 0;
    for (let from: number | undefined = range.from; from !== undefined && from <= range.to;) {
      const segment = segmentFrom(executionId, from);
      for (const row of segment.rows) {
        events.push(...row.events.filter(isWithin(range)));
        characters += row.characters;
        if (events.length > 0 && characters >= (range.mostCharacters ?? Infinity)) return events;
      }
      from = segment.next;
    }
    return events;
  };

  const readNewestFirst = (executionId: number, range: EventRange): readonly JournalEvent[] => {
    const mark = markBehind.first(executionId, range.to);
    const last = mark === undefined ? newestOf(executionId) : (mark["previous_id"] as number | null);
    let characters = 0;
    const rows = chain(executionId, last, (row) => {
      if (row.events.some(isWithin(range))) characters += row.characters;
      return isBeginningOf(range.from, row.events) || characters >= (range.mostCharacters ?? Infinity);
    });
    return rows.toReversed().flatMap(({ events }) => events.filter(isWithin(range)));
  };

  const meetAll = (executionId: number): Met[] => {
    const met: Met[] = [];
    let length = 0;
    for (let id = newestOf(executionId); id !== null;) {
      const isRoom = length < mostMetLength;
      const row: Row | undefined = isRoom ? rowOf(id) : previousOf.first(id);
      if (row === undefined) throw new Error(`the store is damaged: journal row ${id} is missing`);
      met.push(isRoom ? row : id);
      if (isRoom) for (const column of cells.columns) length += lengthOf(row[column]);
      id = row["previous_id"] as number | null;
    }
    return met.toReversed();
  };

  function* rows(executionId: number): Iterable<readonly JournalEvent[]> {
    for (const met of meetAll(executionId))
      yield cells.read(typeof met === "number" ? rowOf(met) : met, executionId).events;
  }

  return {
    rows,
    read(executionId, part) {
      if (part === "first") return first.all(executionId).flatMap((row) => cells.read(row, executionId).events);
      if (part === "ends") return ends.all(executionId).flatMap((row) => cells.read(row, executionId).events);
      return part.isNewestFirst === true ? readNewestFirst(executionId, part) : readOldestFirst(executionId, part);
    },
  };
}

function isWithin({ from, to }: EventRange): (event: JournalEvent) => boolean {
  return ({ id }) => id >= from && id <= to;
}

/** Says whether no row before this one holds anything from an event on. An unlisted event may have followed others of its id. */
function isBeginningOf(from: number, [first]: readonly JournalEvent[]): boolean {
  return first !== undefined && (first.id < from || (first.id === from && !isUnlisted(first)));
}

function lengthOf(cell: unknown): number {
  return typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 0;
}
