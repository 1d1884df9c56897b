// The hot path: the rows that one transaction writes for each change of a batch.
import { encodeChange } from "../encoded-row.ts";
import type { ExecutionChange } from "../journal.ts";
import { type Connection, readNumber } from "./connection.ts";
import type { JobRows } from "./jobs.ts";
import { type JournalRowsOptions, prepareJournalWriter, type WrittenRows } from "./journal-rows.ts";
import { partitionId } from "./lease.ts";
import type { MapRunRows } from "./map-runs.ts";
import type { OfferQueue } from "./offer-queue.ts";
import type { RecordRows } from "./record-row.ts";
import { encodeStatus } from "../record-cells.ts";
import type { SignalRows } from "./signals.ts";

export interface Appender {
  /** Writes one change within the transaction that runs. */
  write(change: ExecutionChange): void;
  newExecutionId(): number;
}

/** A change touches about one page of its own; a new execution has a random place in the index of the keys as well. */
const pageBytes = 4096;

export interface AppenderOptions extends JournalRowsOptions {
  readonly offers: OfferQueue;
  readonly signals: SignalRows;
  readonly mapRuns: MapRunRows;
  readonly jobs: JobRows;
  readonly rows: RecordRows;
}

export function prepareAppender(connection: Connection, options: AppenderOptions): Appender {
  const { offers, signals, jobs, mapRuns, wrote, rows } = options;
  const insertRecord = connection.prepare(
    `INSERT INTO execution (${rows.columns.join(", ")}, first_journal_id, last_journal_id, partition_id)
     VALUES (${rows.columns.map(() => "?").join(", ")}, ?, ?, ${partitionId})`,
  );
  // A turn changes these columns only: an index whose columns are not named here costs nothing.
  const updateRunning = connection.prepare(
    `UPDATE execution SET wake_at = ?, is_in_flight = ?, last_event_id = ?, last_journal_id = coalesce(?, last_journal_id)
     WHERE id = ? AND status = 0`,
  );
  const updateStatus = connection.prepare(
    `UPDATE execution SET wake_at = ?, is_in_flight = ?, last_event_id = ?, last_journal_id = coalesce(?, last_journal_id),
       status = ?, stopped_at = ?, redrive_count = ?, redriven_at = ?, map_redrive = ?
     WHERE id = ?`,
  );
  const replace = connection.prepare("UPDATE execution SET map_index = NULL WHERE id = ?");
  const journal = prepareJournalWriter(connection, options);

  // Ids are counted here and not by SQLite: none is given twice, whatever was deleted or undone.
  let nextExecutionId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM execution");

  const writeRecord = ({ record, isNew }: ExecutionChange, written: WrittenRows | undefined): void => {
    if (isNew) {
      insertRecord.run(...rows.insertCells(record), written?.first ?? null, written?.last ?? null);
      nextExecutionId = Math.max(nextExecutionId, record.id + 1);
      return;
    }
    const { id, status, stoppedAt, wakeAt, isInFlight, lastEventId, redrive, mapRun } = record;
    const turn = [wakeAt ?? null, isInFlight ? 1 : 0, lastEventId, written?.last ?? null] as const;
    if (status === "RUNNING" && updateRunning.run(...turn, id).changes === 1) return;
    const redriven = [redrive?.count ?? null, redrive?.at ?? null, mapRun?.redrive ?? null] as const;
    const { changes } = updateStatus.run(...turn, encodeStatus(status), stoppedAt ?? null, ...redriven, id);
    if (changes !== 1) throw new Error(`execution ${id} is not in the store`);
  };

  return {
    newExecutionId: () => nextExecutionId++,
    write(change) {
      const written = journal.write(change.record.id, encodeChange(change).rows);
      wrote(change.isNew ? 2 * pageBytes : pageBytes);
      if (change.replacedChildId !== undefined) replace.run(change.replacedChildId);
      writeRecord(change, written);
      for (const step of change.mapRuns ?? []) mapRuns.apply(change.record.id, step);
      offers.ended(change);
      for (const offer of change.offers) offers.add(offer);
      offers.withdraw(change.withdrawnOffers);
      for (const signal of change.signals) signals.add(signal);
      for (const id of change.consumedSignalIds) signals.remove(id);
      for (const job of change.jobs ?? []) jobs.put(job);
      for (const key of change.settledJobs ?? []) jobs.remove(key);
    },
  };
}
