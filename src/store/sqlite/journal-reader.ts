// The rows of the journal, as they are read: an execution finds its rows by a chain from the newest to the first, and those
// of a range of events from a mark, which a row leaves that begins a block of events or holds much.
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { DecodedRow } from "../encoded-row.ts";
import { beginsAnId, isBeginningOf, isWithin } from "../event-ranges.ts";
import type { EventRange, JournalPart, JournalRow, JournalRows, RowsBehind } from "../journal.ts";
import type { Connection, Row, Statement } from "./connection.ts";
import type { EventCells } from "./event-cells.ts";

/** A row that was met and not yet decoded, by its id where it would take too much room. */
type Met = Row | number;

/** As much of an execution's rows is kept undecoded, while the way to the first one is looked for. */
const mostMetLength = 4 * 1024 * 1024;

/** Some rows of an execution in order, and the event with which the next ones begin. */
interface Segment {
  readonly rows: readonly DecodedRow[];
  readonly next: number | undefined;
}

export class JournalReader {
  readonly #cells: EventCells;
  readonly #first: Statement;
  readonly #ends: Statement;
  readonly #byId: Statement;
  readonly #previousOf: Statement;
  readonly #newest: Statement;
  readonly #markBehind: Statement;
  readonly #marksBehindRow: Statement;

  constructor(connection: Connection, cells: EventCells) {
    const columns = `j.id, j.execution_id, j.previous_id, ${cells.columns.map((column) => `j.${column}`).join(", ")}`;
    this.#cells = cells;
    this.#first = connection.prepare(
      `SELECT ${columns} FROM execution e JOIN journal j ON j.id = e.first_journal_id WHERE e.id = ?`,
    );
    this.#ends = connection.prepare(
      `SELECT ${columns} FROM execution e JOIN journal j ON j.id IN (e.first_journal_id, e.last_journal_id)
       WHERE e.id = ? ORDER BY j.id`,
    );
    this.#byId = connection.prepare(`SELECT ${columns} FROM journal j WHERE j.id = ?`);
    this.#previousOf = connection.prepare("SELECT previous_id FROM journal WHERE id = ?");
    this.#newest = connection.prepare("SELECT last_journal_id AS id FROM execution WHERE id = ?");
    this.#markBehind = connection.prepare(
      `SELECT m.event_id, j.previous_id FROM journal_mark m JOIN journal j ON j.id = m.journal_id
       WHERE m.execution_id = ? AND m.event_id > ? ORDER BY m.event_id LIMIT 1`,
    );
    this.#marksBehindRow = connection.prepare(
      `SELECT j.previous_id FROM journal_mark m JOIN journal j ON j.id = m.journal_id
       WHERE m.execution_id = ? AND m.journal_id > ? ORDER BY m.event_id LIMIT 2`,
    );
  }

  read(executionId: number, part: JournalPart): readonly JournalEvent[] {
    if (typeof part !== "string") {
      return part.isNewestFirst === true
        ? this.#readNewestFirst(executionId, part)
        : this.#readOldestFirst(executionId, part);
    }
    const rows = (part === "first" ? this.#first : this.#ends).all(executionId);
    return rows.flatMap((row) => this.#cells.read(row, executionId).events);
  }

  /** The events of all rows, one row after the other, in order. */
  *rows(executionId: number): Iterable<readonly JournalEvent[]> {
    for (const met of this.#meetAll(executionId)) {
      yield this.#cells.read(typeof met === "number" ? this.#rowOf(met) : met, executionId).events;
    }
  }

  rowsBehind(executionId: number, { after, mostCharacters }: RowsBehind): JournalRows {
    const rows: JournalRow[] = [];
    const newest = this.#newestOf(executionId) ?? 0;
    let characters = 0;
    for (let last = after; last < newest;) {
      for (const id of this.#idsBehind(executionId, last, newest)) {
        const row = this.#cells.read(this.#rowOf(id), executionId);
        rows.push({ id, executionId, events: row.events });
        characters += row.characters;
        last = id;
        if (characters >= mostCharacters) return { rows, isLast: last === newest };
      }
    }
    return { rows, isLast: true };
  }

  /** The ids of the rows behind one in order, up to a mark: at least one of them. */
  #idsBehind(executionId: number, after: number, newest: number): readonly number[] {
    const marks = this.#marksBehindRow.all(executionId, after).map((mark) => mark["previous_id"] as number | null);
    // The next row may itself be the marked one: then those up to the next mark are wanted.
    const from = marks.find((previousId) => previousId !== null && previousId > after) ?? newest;
    const ids: number[] = [];
    for (let id: number | null = from; id !== null && id > after;) {
      ids.push(id);
      id = this.#found(this.#previousOf, id)["previous_id"] as number | null;
    }
    return ids.toReversed();
  }

  #readOldestFirst(executionId: number, range: EventRange): readonly JournalEvent[] {
    const { mostCharacters = Infinity, mostEvents = Infinity } = range;
    const events: JournalEvent[] = [];
    let characters = 0;
    for (let from: number | undefined = range.from; from !== undefined && from <= range.to;) {
      const segment = this.#segmentFrom(executionId, from);
      for (const [i, row] of segment.rows.entries()) {
        events.push(...row.events.filter(isWithin(range)));
        characters += row.characters;
        const isEnough = events.length >= mostEvents || (events.length > 0 && characters >= mostCharacters);
        // A mark is left by a listed event.
        if (isEnough && beginsAnId(segment.rows[i + 1]?.events ?? [])) return events;
      }
      from = segment.next;
    }
    return events;
  }

  #readNewestFirst(executionId: number, range: EventRange): readonly JournalEvent[] {
    const { from, to, mostCharacters = Infinity, mostEvents = Infinity } = range;
    let characters = 0;
    let count = 0;
    const rows = this.#chain(executionId, this.#lastBeforeMarkBehind(executionId, to).last, (row) => {
      const found = row.events.filter(isWithin(range)).length;
      count += found;
      if (found > 0) characters += row.characters;
      const isEnough = characters >= mostCharacters || count >= mostEvents;
      return isBeginningOf(from, row.events) || (isEnough && beginsAnId(row.events));
    });
    return rows.toReversed().flatMap(({ events }) => events.filter(isWithin(range)));
  }

  /** The rows that hold the events from one on, up to the next mark. */
  #segmentFrom(executionId: number, from: number): Segment {
    const { last, mark } = this.#lastBeforeMarkBehind(executionId, from);
    const rows = this.#chain(executionId, last, ({ events }) => isBeginningOf(from, events)).toReversed();
    return { rows, next: mark };
  }

  /**
   * The next mark behind an event, and the row before it. Rows that were written before there were marks have none: the next
   * one that there is counts, or the end.
   */
  #lastBeforeMarkBehind(executionId: number, eventId: number): { last: number | null; mark: number | undefined } {
    const mark = this.#markBehind.first(executionId, eventId);
    if (mark === undefined) return { last: this.#newestOf(executionId), mark: undefined };
    return { last: mark["previous_id"] as number | null, mark: mark["event_id"] as number };
  }

  /** Follows the chain from a row to the first, or to where `isEnough` says that no more is wanted; the newest first. */
  #chain(executionId: number, from: number | null, isEnough: (row: DecodedRow) => boolean): DecodedRow[] {
    const found: DecodedRow[] = [];
    for (let id = from; id !== null;) {
      const row = this.#rowOf(id);
      const decoded = this.#cells.read(row, executionId);
      found.push(decoded);
      id = isEnough(decoded) ? null : (row["previous_id"] as number | null);
    }
    return found;
  }

  /** All rows of an execution in order. */
  #meetAll(executionId: number): Met[] {
    const met: Met[] = [];
    let length = 0;
    for (let id = this.#newestOf(executionId); id !== null;) {
      const isRoom = length < mostMetLength;
      const row = isRoom ? this.#rowOf(id) : this.#found(this.#previousOf, id);
      met.push(isRoom ? row : id);
      if (isRoom) for (const column of this.#cells.columns) length += lengthOf(row[column]);
      id = row["previous_id"] as number | null;
    }
    return met.toReversed();
  }

  #newestOf(executionId: number): number | null {
    return (this.#newest.first(executionId)?.["id"] ?? null) as number | null;
  }

  #rowOf(id: number): Row {
    return this.#found(this.#byId, id);
  }

  #found(statement: Statement, id: number): Row {
    const row = statement.first(id);
    if (row === undefined) throw new Error(`the store is damaged: journal row ${id} is missing`);
    return row;
  }
}

function lengthOf(cell: unknown): number {
  return typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 0;
}
