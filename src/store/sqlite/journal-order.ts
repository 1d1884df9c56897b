// The journal in the order of its commits, whatever execution a row belongs to: for readers that follow it.
import type { Journal, JournalRow } from "../journal.ts";
import { type Connection, readNumber } from "./connection.ts";
import type { EventCells } from "./event-cells.ts";

/** A page of rows ends early where the texts of its rows grow beyond this. */
const mostPageCharacters = 8 * 1024 * 1024;

export function openJournalOrder(connection: Connection, cells: EventCells): Pick<Journal, "readRows" | "newestRowId"> {
  const behind = connection.prepare(
    `SELECT id, execution_id, ${cells.columns.join(", ")} FROM journal WHERE id > ? ORDER BY id LIMIT 1`,
  );
  return {
    async readRows({ limit, after = 0 }) {
      const rows: JournalRow[] = [];
      let characters = 0;
      for (let last = after; rows.length < limit && characters < mostPageCharacters;) {
        const row = behind.first(last);
        if (row === undefined) break;
        last = row["id"] as number;
        const executionId = row["execution_id"] as number;
        const decoded = cells.readOrReport(row, executionId);
        characters += decoded?.characters ?? 0;
        rows.push({ id: last, executionId, events: decoded?.events ?? [] });
      }
      return rows;
    },
    async newestRowId() {
      return readNumber(connection, "SELECT coalesce(max(id), 0) FROM journal");
    },
  };
}
