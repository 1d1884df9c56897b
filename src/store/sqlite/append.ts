// The hot path: what one transaction writes for each change of a batch.
import { encodeEvents } from "../../engine/journal/event-codec.ts";
import type { ExecutionChange, Signal } from "../store.ts";
import { type Connection, readNumber, type Statement } from "./connection.ts";
import { partitionId } from "./lease.ts";
import type { OfferQueue } from "./offer-queue.ts";
import { encodeStatus, type RecordRows } from "./record-row.ts";
import { places, type Sealing } from "./sealing.ts";

export interface Appender {
  /** Writes one change within the transaction that runs. */
  write(change: ExecutionChange): void;
  readonly nextExecutionId: number;
}

/** A change touches about one page of its own; a new execution has a random place in the index of the keys as well. */
const pageBytes = 4096;

export interface AppenderOptions {
  readonly offers: OfferQueue;
  readonly wrote: (bytes: number) => void;
  readonly rows: RecordRows;
  readonly sealing: Sealing | undefined;
}

export function prepareAppender(connection: Connection, { offers, wrote, rows, sealing }: AppenderOptions): Appender {
  const insertRecord = connection.prepare(
    `INSERT INTO execution (${rows.columns}, first_journal_id, last_journal_id, partition_id)
     VALUES (${"?, ".repeat(18)} ?, ?, ${partitionId})`,
  );
  // Only what a turn can change: an index whose columns are not named here costs nothing.
  const updateRunning = connection.prepare(
    `UPDATE execution SET wake_at = ?, is_in_flight = ?, last_event_id = ?, last_journal_id = coalesce(?, last_journal_id)
     WHERE id = ? AND status = 0`,
  );
  const updateStatus = connection.prepare(
    `UPDATE execution SET wake_at = ?, is_in_flight = ?, last_event_id = ?, last_journal_id = coalesce(?, last_journal_id),
       status = ?, stopped_at = ?, redrive_count = ?, redriven_at = ?
     WHERE id = ?`,
  );
  const insertEvents = prepareEvents(connection, sealing);
  const insertSignal = connection.prepare(
    `INSERT INTO signal (id, execution_id, scheduled_event_id, child_execution_id, partition_id)
     VALUES (?, ?, ?, ?, ${partitionId})`,
  );
  const deleteSignal = connection.prepare("DELETE FROM signal WHERE id = ?");

  // Counted here and not by SQLite: a number is not given twice, whatever was deleted or undone.
  let nextExecutionId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM execution");
  let nextJournalId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM journal");
  let nextSignalId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM signal");

  const writeRecord = ({ record, isNew }: ExecutionChange, journalId: number | null): void => {
    if (isNew) {
      insertRecord.run(...rows.insertCells(record), journalId, journalId);
      nextExecutionId = Math.max(nextExecutionId, record.id + 1);
      return;
    }
    const { id, status, stoppedAt, wakeAt, isInFlight, lastEventId, redrive } = record;
    const turn = [wakeAt ?? null, isInFlight ? 1 : 0, lastEventId, journalId] as const;
    if (status === "RUNNING" && updateRunning.run(...turn, id).changes === 1) return;
    const ending = [encodeStatus(status), stoppedAt ?? null, redrive?.count ?? null, redrive?.at ?? null] as const;
    const { changes } = updateStatus.run(...turn, ...ending, id);
    if (changes !== 1) throw new Error(`execution ${id} is not in the store`);
  };
  const writeSignal = (signal: Omit<Signal, "id">): void => {
    insertSignal.run(nextSignalId++, signal.executionId, signal.scheduledEventId, signal.childExecutionId);
  };

  return {
    get nextExecutionId() {
      return nextExecutionId;
    },
    write(change) {
      const { record, events, signals, consumedSignalIds } = change;
      const journalId = events.length === 0 ? null : nextJournalId++;
      if (journalId !== null) {
        const text = encodeEvents(events);
        insertEvents(journalId, record.id, text);
        wrote(text.length);
      }
      wrote(change.isNew ? 2 * pageBytes : pageBytes);
      writeRecord(change, journalId);
      offers.settle(change);
      for (const offer of change.offers) offers.add(offer);
      for (const signal of signals) writeSignal(signal);
      for (const id of consumedSignalIds) deleteSignal.run(id);
    },
  };
}

/** Inserts a row of the journal. */
function prepareEvents(
  connection: Connection,
  sealing: Sealing | undefined,
): (journalId: number, executionId: number, text: string) => void {
  const insertInto = (columns: string, values: string): Statement =>
    connection.prepare(
      `INSERT INTO journal (id, execution_id, previous_id, ${columns})
       VALUES (?, ?, (SELECT last_journal_id FROM execution WHERE id = ?), ${values})`,
    );
  if (sealing === undefined) {
    const insert = insertInto("events", "?");
    return (journalId, executionId, text) => void insert.run(journalId, executionId, executionId, text);
  }
  const insert = insertInto("events, sealed_events", "'', ?");
  return (journalId, executionId, text) => {
    insert.run(journalId, executionId, executionId, sealing.seal(places.events(journalId, executionId), text));
  };
}
