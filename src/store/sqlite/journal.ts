// The journal role: executions by their current rows. append.ts writes them, journal-rows.ts has their events.
import { encodeChange } from "../encoded-row.ts";
import type { ExecutionRecord, ExecutionStatus, Journal } from "../journal.ts";
import { prepareAppender } from "./append.ts";
import type { Connection, Row, Write } from "./connection.ts";
import type { EventCells } from "./event-cells.ts";
import type { JobRows } from "./jobs.ts";
import { openJournalOrder } from "./journal-order.ts";
import { JournalReader } from "./journal-reader.ts";
import type { JournalRowsOptions } from "./journal-rows.ts";
import { partitionId } from "./lease.ts";
import type { MapRunRows } from "./map-runs.ts";
import type { OfferQueue } from "./offer-queue.ts";
import { prepareListing } from "./listing.ts";
import { columnsOf, type RecordRows } from "./record-row.ts";
import { statuses } from "../record-cells.ts";
import type { SignalRows } from "./signals.ts";

export interface JournalOptions extends JournalRowsOptions {
  readonly write: Write;
  readonly rows: RecordRows;
  readonly mapRuns: MapRunRows;
  readonly offers: OfferQueue;
  readonly signals: SignalRows;
  readonly jobs: JobRows;
}

export function openJournal(connection: Connection, options: JournalOptions): Journal {
  const { write, offers, rows, cells } = options;
  const appender = prepareAppender(connection, options);
  return {
    ...openRecords(connection, rows, cells),
    ...openCounts(connection),
    ...openJournalOrder(connection, cells),
    newExecutionId: () => appender.newExecutionId(),
    encode: encodeChange,
    async append(changes, durability) {
      const work = (): void => {
        for (const change of changes) appender.write(change);
      };
      await write(work, { settled: offers.settled, durability });
    },
  };
}

type Records = Omit<Journal, "newExecutionId" | "encode" | "append" | keyof Counts | "readRows" | "newestRowId">;
type Counts = Pick<Journal, "countRunning" | "countByStatus" | "countOpen">;

function openRecords(connection: Connection, rows: RecordRows, cells: EventCells): Records {
  const { columns, decode } = rows;
  const decodeFound = (row: Row | undefined): ExecutionRecord | undefined =>
    row === undefined ? undefined : decode(row);
  const select = `SELECT ${columnsOf("e", columns)} FROM execution e`;
  const byId = connection.prepare(`${select} WHERE id = ?`);
  const byKey = connection.prepare(
    `SELECT ${columnsOf("e", columns)} FROM state_machine m
     JOIN execution e ON e.state_machine_id = m.id AND e.key = ?
     WHERE m.name = ? ORDER BY m.id DESC LIMIT 1`,
  );
  // The conditions of the partial indexes must stand here as literals for SQLite to use them.
  const due = connection.prepare(
    `${select} WHERE partition_id = ${partitionId} AND wake_at <= ? AND wake_at IS NOT NULL AND status = 0
     ORDER BY wake_at, id LIMIT ?`,
  );
  const inFlight = connection.prepare(
    `${select} WHERE partition_id = ${partitionId} AND is_in_flight = 1 AND status = 0 AND id > ? ORDER BY id LIMIT ?`,
  );

  const journal = new JournalReader(connection, cells);
  const list = prepareListing(connection, rows);

  return {
    async readRecord(executionId) {
      return decodeFound(byId.first(executionId));
    },
    async findRecord(stateMachineName, key) {
      return decodeFound(byKey.first(key, stateMachineName));
    },
    async readEvents(executionId, part) {
      return journal.read(executionId, part);
    },
    async readRowsOf(executionId, behind) {
      return journal.rowsBehind(executionId, behind);
    },
    async *eachRow(executionId) {
      yield* journal.rows(executionId);
    },
    async listRecords(filter, page) {
      return list(filter, page).map(decode);
    },
    async dueRecords(now, limit) {
      return due.all(now, limit).map(decode);
    },
    async inFlightRecords({ limit, after }) {
      return inFlight.all(after ?? -1, limit).map(decode);
    },
  };
}

function openCounts(connection: Connection): Counts {
  const running = connection.prepare(
    `SELECT (SELECT count(*) FROM execution WHERE state_machine_id = ?1 AND status = 0 AND map_run_id IS NULL)
       + (SELECT count(*) FROM map_run WHERE state_machine_id = ?1 AND is_open = 1) AS n`,
  );
  const ofStatus = connection.prepare(
    `SELECT count(*) AS n FROM
       (SELECT 1 FROM execution INDEXED BY execution_status
        WHERE state_machine_id = ? AND status = ? AND map_run_id IS NULL LIMIT ?)`,
  );
  // One look into the index on the status for each machine: what has ended is not read, however much there is of it.
  const open = connection.prepare(
    `SELECT coalesce(sum(
         (SELECT count(*) FROM execution e WHERE e.state_machine_id = m.id AND e.status = 0 AND e.map_run_id IS NULL)), 0) AS n
     FROM state_machine m WHERE m.status <> 2 AND m.type = 0`,
  );
  return {
    async countRunning(stateMachineId) {
      return running.first(stateMachineId)?.["n"] as number;
    },
    async countByStatus(stateMachineId, most) {
      const counts = statuses.map((status, number) => [
        status,
        ofStatus.first(stateMachineId, number, most)?.["n"] as number,
      ]);
      return Object.fromEntries(counts) as Record<ExecutionStatus, number>;
    },
    async countOpen() {
      return open.first()?.["n"] as number;
    },
  };
}
