// The journal role: executions by their rows. batch.ts writes them, journal-reader.ts reads their events.
import type { JournalReader as SharedJournal, Partitions } from "../cluster-store.ts";
import { encodeChange } from "../encoded-row.ts";
import type { ExecutionRecord, ExecutionStatus, Journal } from "../journal.ts";
import type { Owner } from "./batch.ts";
import type { EventCells } from "./event-cells.ts";
import type { HintsAfterCommits } from "./hints.ts";
import type { IdBlocks } from "./id-blocks.ts";
import { openJournalOrder } from "./journal-order.ts";
import { JournalReader } from "./journal-reader.ts";
import type { Lane } from "./lane.ts";
import type { Runs, Statement } from "./link.ts";
import { listExecutions, recordById, recordByKey, recordByKeyOrMoved } from "./listing.ts";
import { liveTables, recordColumns, type RecordRows } from "./record-row.ts";
import { statuses } from "../record-cells.ts";
import { one } from "./transact.ts";

const running: Statement = {
  name: "pawl-count-running",
  text: `SELECT (SELECT count(*) FROM pawl.execution e
      WHERE e.state_machine_id = $1 AND e.status = 0 AND e.map_run_id IS NULL)
    + (SELECT count(*) FROM pawl.map_run WHERE state_machine_id = $1 AND is_open) AS n`,
};
const byStatus: Statement = {
  name: "pawl-count-by-status",
  text: statuses
    .map(
      (_, number) => `SELECT ${number} AS status, (SELECT count(*) FROM (SELECT 1 FROM pawl.execution e
        WHERE e.state_machine_id = $1 AND e.status = ${number} AND e.map_run_id IS NULL LIMIT $2) AS found) AS n`,
    )
    .join(" UNION ALL "),
};
const due: Statement = {
  name: "pawl-due",
  text: `SELECT ${recordColumns} FROM ${liveTables}
    WHERE l.partition = $1 AND l.wake_at <= $2 AND l.wake_at IS NOT NULL ORDER BY l.wake_at, l.execution_id LIMIT $3`,
};
const inFlight: Statement = {
  name: "pawl-in-flight",
  text: `SELECT ${recordColumns} FROM ${liveTables}
    WHERE l.partition = $1 AND l.is_in_flight AND l.execution_id > $2 ORDER BY l.execution_id LIMIT $3`,
};
const open: Statement = {
  name: "pawl-count-open",
  text: "SELECT count(*) AS n FROM pawl.live WHERE partition = $1 AND counts",
};

export interface SharedJournalOptions {
  readonly runs: Runs;
  readonly partitions: Partitions;
  /** Whether executions were moved in. */
  readonly hasMoved: boolean;
  readonly rows: RecordRows;
  readonly cells: EventCells;
}

export function openSharedJournal({ runs, partitions, hasMoved, rows, cells }: SharedJournalOptions): SharedJournal {
  const byKey = hasMoved ? recordByKeyOrMoved : recordByKey;
  const reader = new JournalReader({ runs, cells, partitionOf: partitions.ofExecution });
  const first = async (statement: Statement, values: readonly unknown[]): Promise<ExecutionRecord | undefined> =>
    (await rows.decode(await runs.run(statement, values)))[0];
  return {
    ...openJournalOrder({ runs, cells }),
    readRecord: (executionId) => first(recordById, [partitions.ofExecution(executionId), executionId]),
    findRecord: (stateMachineName, key) => first(byKey, [partitions.of(stateMachineName, key), stateMachineName, key]),
    readEvents: (executionId, part) => reader.read(executionId, part),
    readRowsOf: (executionId, behind) => reader.rowsBehind(executionId, behind),
    eachRow: (executionId) => reader.rows(executionId),
    listRecords: async (filter, page) => rows.decode(await listExecutions(runs, filter, page)),
    async countRunning(stateMachineId) {
      return (await one(runs, running, [stateMachineId]))?.["n"] as number;
    },
    async countByStatus(stateMachineId, most) {
      const found = await runs.run(byStatus, [stateMachineId, most]);
      const counts = found.map((row) => [statuses[row["status"] as number], row["n"] as number]);
      return Object.fromEntries(counts) as Record<ExecutionStatus, number>;
    },
  };
}

export interface OwnedJournalOptions {
  readonly runs: Runs;
  readonly partitions: Partitions;
  readonly shared: SharedJournal;
  readonly rows: RecordRows;
  readonly owner: Owner;
  readonly lane: Lane;
  readonly ids: IdBlocks;
  readonly hints: HintsAfterCommits;
}

/** The journal of a partition's owner: reads are of everything. */
export function openOwnedJournal(options: OwnedJournalOptions): Journal {
  const { runs, partitions, shared, rows, owner, lane, ids, hints } = options;
  const { partition } = owner.lease;
  return {
    ...shared,
    newExecutionId: () => ids.next(),
    encode: encodeChange,
    async append(changes, durability = "atOnce") {
      for (const { record } of changes) {
        if (partitions.ofExecution(record.id) === partition) continue;
        throw new Error(`execution ${record.id} is of another partition than ${partition}, which it was appended to`);
      }
      const encoded = changes.map(encodeChange);
      await lane.append(owner, encoded, durability);
      for (const { record, isNew, mapRuns = [] } of encoded) {
        if (isNew) ids.used(record.id);
        for (const step of mapRuns) if (step.kind === "begin") ids.used(step.run.id);
      }
      hints.appended(partition, encoded);
    },
    dueRecords: async (now, limit) => rows.decode(await runs.run(due, [partition, now, limit])),
    inFlightRecords: async ({ limit, after = -1 }) => rows.decode(await runs.run(inFlight, [partition, after, limit])),
    async countOpen() {
      return (await one(runs, open, [partition]))?.["n"] as number;
    },
  };
}
