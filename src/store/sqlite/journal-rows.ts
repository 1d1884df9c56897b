// The rows of the journal, as they are written: it grows at its end only. journal-reader.ts finds them again.
import type { EncodedRow } from "../journal.ts";
import { type Connection, readNumber } from "./connection.ts";
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
