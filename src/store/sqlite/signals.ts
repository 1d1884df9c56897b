// Signals between executions: rows that stay until the commit of what they bring about.
import type { Signal, Signals } from "../signals.ts";
import { type Connection, readNumber, type Row } from "./connection.ts";
import { partitionId } from "./lease.ts";

/** The writes, to be called within a transaction. */
export interface SignalRows {
  add(signal: Omit<Signal, "id">): void;
  remove(id: number): void;
}

export function openSignalRows(connection: Connection): SignalRows {
  const insert = connection.prepare(
    `INSERT INTO signal (id, execution_id, scheduled_event_id, child_execution_id, partition_id)
     VALUES (?, ?, ?, ?, ${partitionId})`,
  );
  const remove = connection.prepare("DELETE FROM signal WHERE id = ?");
  // Ids are counted here and not by SQLite: none is given twice, whatever was deleted or undone.
  let nextId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM signal");
  return {
    add({ executionId, scheduledEventId, childExecutionId }) {
      insert.run(nextId++, executionId, scheduledEventId, childExecutionId);
    },
    remove: (id) => void remove.run(id),
  };
}

export function openSignals(connection: Connection): Signals {
  const select = "SELECT id, execution_id, scheduled_event_id, child_execution_id FROM signal";
  const after = connection.prepare(`${select} WHERE id > ? ORDER BY id LIMIT ?`);
  const of = connection.prepare(`${select} WHERE execution_id = ? ORDER BY id`);
  return {
    async list(page) {
      return after.all(page.after ?? 0, page.limit).map(decodeSignal);
    },
    async of(executionId) {
      return of.all(executionId).map(decodeSignal);
    },
  };
}

function decodeSignal(row: Row): Signal {
  return {
    id: row["id"] as number,
    executionId: row["execution_id"] as number,
    scheduledEventId: row["scheduled_event_id"] as number,
    childExecutionId: row["child_execution_id"] as number,
  };
}
