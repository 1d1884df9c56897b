// The journal in the order of its commits, whatever execution a row belongs to: for readers that follow it.
import { decodeEvents } from "../../engine/journal/event-codec.ts";
import type { Journal, JournalRow } from "../journal.ts";
import { type Connection, readNumber, type Row } from "./connection.ts";
import { cellName, type Sealing } from "./sealing.ts";

/** A page of rows ends early where its events, as they are stored, grow beyond this. */
const mostPageLength = 8 * 1024 * 1024;

export function openJournalOrder(
  connection: Connection,
  sealing: Sealing | undefined,
): Pick<Journal, "readRows" | "newestRowId"> {
  const events = sealing === undefined ? "events" : "sealed_events AS events";
  const behind = connection.prepare(`SELECT id, execution_id, ${events} FROM journal WHERE id > ? ORDER BY id LIMIT 1`);
  const textOf = (row: Row): string | undefined => {
    if (sealing === undefined) return row["events"] as string;
    const name = cellName.events(row["id"] as number, row["execution_id"] as number);
    return sealing.openOrReport(name, row["events"]);
  };
  return {
    async readRows({ limit, after = 0 }) {
      const rows: JournalRow[] = [];
      let length = 0;
      for (let last = after; rows.length < limit && length < mostPageLength;) {
        const row = behind.first(last);
        if (row === undefined) break;
        last = row["id"] as number;
        const text = textOf(row);
        length += text?.length ?? 0;
        const executionId = row["execution_id"] as number;
        rows.push({ id: last, executionId, events: text === undefined ? [] : decodeEvents(text) });
      }
      return rows;
    },
    async newestRowId() {
      return readNumber(connection, "SELECT coalesce(max(id), 0) FROM journal");
    },
  };
}
