// The rows of the journal, as they are read: an execution finds its rows by a chain from the newest to the first, several of
// them with one statement, and those of a range of events from a mark, which a row leaves that begins a block of events or
// holds much.
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { DecodedRow } from "../encoded-row.ts";
import { beginsAnId, isBeginningOf, isWithin } from "../event-ranges.ts";
import type { EventRange, JournalPart, JournalRow, JournalRows, RowsBehind } from "../journal.ts";
import { type EventCells, eventColumns } from "./event-cells.ts";
import type { Row, Runs, Statement } from "./link.ts";
import { one } from "./transact.ts";

/** One statement reads so many rows of a chain, and ends when they are longer in bytes. */
const chainRows = 128;
const chainBytes = 1024 * 1024;
/** Rows of a whole execution are read so many characters at a time. */
const wholeCharacters = 1024 * 1024;

const contents = eventColumns.map((column) => `j.${column}`).join(", ");
const length = "octet_length(j.events) + coalesce(octet_length(j.packed_events), octet_length(j.sealed_events), 0)";
const columns = `j.id, j.execution_id, j.previous_id, ${contents}`;

const tables = "pawl.execution e LEFT JOIN pawl.live l ON l.partition = e.partition AND l.execution_id = e.id";
const newestId = "coalesce(l.last_journal_id, e.last_journal_id)";

const first: Statement = {
  name: "pawl-first",
  text: `SELECT ${columns} FROM pawl.execution e
    JOIN pawl.journal j ON j.partition = e.partition AND j.id = e.first_journal_id WHERE e.partition = $1 AND e.id = $2`,
};
const ends: Statement = {
  name: "pawl-ends",
  text: `SELECT ${columns} FROM ${tables}
    JOIN pawl.journal j ON j.partition = e.partition AND j.id IN (e.first_journal_id, ${newestId})
    WHERE e.partition = $1 AND e.id = $2 ORDER BY j.id`,
};
const newest: Statement = {
  name: "pawl-newest",
  text: `SELECT ${newestId} AS id FROM ${tables} WHERE e.partition = $1 AND e.id = $2`,
};
const chain: Statement = {
  name: "pawl-chain",
  text: `WITH RECURSIVE chain AS (
      SELECT ${columns}, 1 AS place, ${length} AS bytes FROM pawl.journal j WHERE j.partition = $1 AND j.id = $2
      UNION ALL
      SELECT ${columns}, c.place + 1, c.bytes + ${length} FROM chain c
        JOIN pawl.journal j ON j.partition = $1 AND j.id = c.previous_id
        WHERE c.place < ${chainRows} AND c.bytes < ${chainBytes})
    SELECT * FROM chain ORDER BY place`,
};
/** Ids from one back to the last behind $3. */
const idsBack: Statement = {
  name: "pawl-ids-back",
  text: `WITH RECURSIVE chain AS (
      SELECT j.id, j.previous_id FROM pawl.journal j WHERE j.partition = $1 AND j.id = $2 AND j.id > $3
      UNION ALL
      SELECT j.id, j.previous_id FROM chain c
        JOIN pawl.journal j ON j.partition = $1 AND j.id = c.previous_id WHERE c.previous_id > $3)
    SELECT array(SELECT id FROM chain ORDER BY id) AS ids`,
};
/** The rows of some ids in order, up to the one with which they are longer than $3 bytes. */
const rowsOfIds: Statement = {
  name: "pawl-rows",
  text: `SELECT ${columns} FROM (
      SELECT j.id, coalesce(sum(${length}) OVER (ORDER BY j.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
      FROM pawl.journal j WHERE j.partition = $1 AND j.id = ANY ($2::bigint[])) AS wanted
    JOIN pawl.journal j ON j.partition = $1 AND j.id = wanted.id
    WHERE wanted.before < $3 ORDER BY j.id`,
};
const mark = `FROM pawl.journal_mark m JOIN pawl.journal j ON j.partition = m.partition AND j.id = m.journal_id
  WHERE m.partition = $1 AND m.execution_id = $2`;
const markBehind: Statement = {
  name: "pawl-mark-behind",
  text: `SELECT m.event_id, j.previous_id ${mark} AND m.event_id > $3 ORDER BY m.event_id LIMIT 1`,
};
const marksBehindRow: Statement = {
  name: "pawl-marks-behind-row",
  text: `SELECT j.previous_id ${mark} AND m.journal_id > $3 ORDER BY m.event_id LIMIT 2`,
};

/** Some rows of an execution in order, and the event with which the next ones begin. */
interface Segment {
  readonly rows: readonly DecodedRow[];
  readonly next: number | undefined;
}

export interface JournalReaderOptions {
  readonly runs: Runs;
  readonly cells: EventCells;
  readonly partitionOf: (executionId: number) => number;
}

export class JournalReader {
  readonly #runs: Runs;
  readonly #cells: EventCells;
  readonly #partitionOf: (executionId: number) => number;

  constructor({ runs, cells, partitionOf }: JournalReaderOptions) {
    this.#runs = runs;
    this.#cells = cells;
    this.#partitionOf = partitionOf;
  }

  async read(executionId: number, part: JournalPart): Promise<readonly JournalEvent[]> {
    if (typeof part !== "string") {
      return part.isNewestFirst === true
        ? this.#readNewestFirst(executionId, part)
        : this.#readOldestFirst(executionId, part);
    }
    const found = await this.#runs.run(part === "first" ? first : ends, this.#key(executionId));
    return (await this.#cells.read(found, executionId)).flatMap(({ events }) => events);
  }

  /** The events of all rows, one row after the other, in order. */
  async *rows(executionId: number): AsyncIterable<readonly JournalEvent[]> {
    for (let after = 0, isLast = false; !isLast;) {
      const page = await this.rowsBehind(executionId, { after, mostCharacters: wholeCharacters });
      for (const { id, events } of page.rows) {
        after = id;
        yield events;
      }
      isLast = page.isLast;
    }
  }

  async rowsBehind(executionId: number, { after, mostCharacters }: RowsBehind): Promise<JournalRows> {
    const rows: JournalRow[] = [];
    const end = (await this.#newestOf(executionId)) ?? 0;
    let characters = 0;
    for (let last = after; last < end;) {
      const ids = await this.#idsBehind(executionId, last, end);
      for (let from = 0; from < ids.length;) {
        const wanted = [this.#partitionOf(executionId), ids.slice(from), Math.min(mostCharacters, chainBytes)];
        const found = await this.#runs.run(rowsOfIds, wanted);
        if (found.length === 0) throw missing(ids[from]);
        const decoded = await this.#cells.read(found, executionId);
        for (const [i, row] of decoded.entries()) {
          last = found[i]?.["id"] as number;
          rows.push({ id: last, executionId, events: row.events });
          characters += row.characters;
          if (characters >= mostCharacters) return { rows, isLast: last === end };
        }
        from += found.length;
      }
    }
    return { rows, isLast: true };
  }

  /** The ids of the rows behind one in order, up to a mark: at least one of them. */
  async #idsBehind(executionId: number, after: number, end: number): Promise<readonly number[]> {
    const marks = await this.#runs.run(marksBehindRow, [...this.#key(executionId), after]);
    // The next row may itself be the marked one: then those up to the next mark are wanted.
    const previous = marks.map((row) => row["previous_id"] as number | null);
    const from = previous.find((previousId) => previousId !== null && previousId > after) ?? end;
    const row = await one(this.#runs, idsBack, [this.#partitionOf(executionId), from, after]);
    const ids = row?.["ids"] as readonly number[];
    if (ids.length === 0) throw missing(from);
    return ids;
  }

  async #readOldestFirst(executionId: number, range: EventRange): Promise<readonly JournalEvent[]> {
    const { mostCharacters = Infinity, mostEvents = Infinity } = range;
    const events: JournalEvent[] = [];
    let characters = 0;
    for (let from: number | undefined = range.from; from !== undefined && from <= range.to;) {
      const segment: Segment = await this.#segmentFrom(executionId, from);
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

  async #readNewestFirst(executionId: number, range: EventRange): Promise<readonly JournalEvent[]> {
    const { from, to, mostCharacters = Infinity, mostEvents = Infinity } = range;
    let characters = 0;
    let count = 0;
    const { last } = await this.#lastBeforeMarkBehind(executionId, to);
    const rows = await this.#chain(executionId, last, (row) => {
      const found = row.events.filter(isWithin(range)).length;
      count += found;
      if (found > 0) characters += row.characters;
      const isEnough = characters >= mostCharacters || count >= mostEvents;
      return isBeginningOf(from, row.events) || (isEnough && beginsAnId(row.events));
    });
    return rows.toReversed().flatMap(({ events }) => events.filter(isWithin(range)));
  }

  /** The rows that hold the events from one on, up to the next mark. */
  async #segmentFrom(executionId: number, from: number): Promise<Segment> {
    const { last, next } = await this.#lastBeforeMarkBehind(executionId, from);
    const rows = await this.#chain(executionId, last, ({ events }) => isBeginningOf(from, events));
    return { rows: rows.toReversed(), next };
  }

  /** The row before the next mark behind an event, and the event that left the mark; the newest row where there is none. */
  async #lastBeforeMarkBehind(
    executionId: number,
    eventId: number,
  ): Promise<{ readonly last: number | null; readonly next: number | undefined }> {
    const found = await one(this.#runs, markBehind, [...this.#key(executionId), eventId]);
    if (found === undefined) return { last: await this.#newestOf(executionId), next: undefined };
    return { last: found["previous_id"] as number | null, next: found["event_id"] as number };
  }

  /** Follows the chain from a row to the first, or to where `isEnough` says that no more is wanted; the newest first. */
  async #chain(
    executionId: number,
    from: number | null,
    isEnough: (row: DecodedRow) => boolean,
  ): Promise<DecodedRow[]> {
    const met: DecodedRow[] = [];
    for (let id = from; id !== null;) {
      const found: readonly Row[] = await this.#runs.run(chain, [this.#partitionOf(executionId), id]);
      const last = found.at(-1);
      if (last === undefined) throw missing(id);
      for (const row of await this.#cells.read(found, executionId)) {
        met.push(row);
        if (isEnough(row)) return met;
      }
      id = last["previous_id"] as number | null;
    }
    return met;
  }

  async #newestOf(executionId: number): Promise<number | null> {
    const row = await one(this.#runs, newest, this.#key(executionId));
    return (row?.["id"] ?? null) as number | null;
  }

  #key(executionId: number): readonly [number, number] {
    return [this.#partitionOf(executionId), executionId];
  }
}

function missing(id: number | undefined): Error {
  return new Error(`the store is damaged: journal row ${String(id)} is missing`);
}
