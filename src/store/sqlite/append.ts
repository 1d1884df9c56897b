// The hot path: what one transaction writes for each change of a batch.
import { encodeEvents } from "../../engine/journal/event-codec.ts";
import type { ExecutionChange } from "../journal.ts";
import { type Connection, readNumber, type Statement } from "./connection.ts";
import { partitionId } from "./lease.ts";
import type { OfferQueue } from "./offer-queue.ts";
import { encodeStatus, type RecordRows } from "./record-row.ts";
import { cellName, type Sealing } from "./sealing.ts";
import type { SignalRows } from "./signals.ts";

export interface Appender {
  /** Writes one change within the transaction that runs. */
  write(change: ExecutionChange): void;
  readonly nextExecutionId: number;
}

/** A change touches about one page of its own; a new execution has a random place in the index of the keys as well. */
const pageBytes = 4096;

export interface AppenderOptions {
  readonly offers: OfferQueue;
  readonly signals: SignalRows;
  readonly wrote: (bytes: number) => void;
  readonly rows: RecordRows;
  readonly sealing: Sealing | undefined;
}

export function prepareAppender(connection: Connection, options: AppenderOptions): Appender {
  const { offers, signals, wrote, rows, sealing } = options;
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

  // Counted here and not by SQLite: a number is not given twice, whatever was deleted or undone.
  let nextExecutionId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM execution");
  let nextJournalId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM journal");

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

  return {
    get nextExecutionId() {
      return nextExecutionId;
    },
    write(change) {
      const { record, events } = change;
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
      for (const signal of change.signals) signals.add(signal);
      for (const id of change.consumedSignalIds) signals.remove(id);
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
    insert.run(journalId, executionId, executionId, sealing.seal(cellName.events(journalId, executionId), text));
  };
}
