// The statements of one batch: one for each table that it touches, whatever the number of rows. Those that change rows count
// them: a row that is not there ends the transaction (tables.ts).
import { eventColumns } from "./event-cells.ts";
import type { Statement } from "./link.ts";
import { newColumns } from "./record-row.ts";
import { type Columns, countingSql, insertion, namesOf, unnested } from "./tables.ts";

const eventTypes = { events: "text", packed_events: "bytea", sealed_events: "bytea", checksum: "bigint" } as const;

export const executionKey: Columns = [
  ["partition", "int"],
  ["execution_id", "bigint"],
];

export const journalColumns: Columns = [
  ...executionKey,
  ["id", "bigint"],
  ["previous_id", "bigint"],
  ["is_first", "boolean"],
  ...eventColumns.map((name) => [name, eventTypes[name]] as const),
];
export const markColumns: Columns = [...executionKey, ["event_id", "int"], ["journal_id", "bigint"]];
export const turnColumns: Columns = [
  ["wake_at", "bigint"],
  ["is_in_flight", "boolean"],
  ["last_event_id", "int"],
  ["last_journal_id", "bigint"],
];
export const newLiveColumns: Columns = [...executionKey, ["counts", "boolean"], ...turnColumns];
export const liveColumns: Columns = [...executionKey, ...turnColumns];
const redriveColumns: Columns = [
  ["listed_at", "bigint"],
  ["redrive_count", "int"],
  ["redriven_at", "bigint"],
  ["map_redrive", "int"],
];
export const revivedColumns: Columns = [...executionKey, ...redriveColumns];
export const endColumns: Columns = [
  ...executionKey,
  ["status", "smallint"],
  ["stopped_at", "bigint"],
  ...redriveColumns,
  ...turnColumns,
];
export const attemptKey: Columns = [...executionKey, ["scheduled_event_id", "int"]];
export const offerColumns: Columns = [...attemptKey, ["activity_arn", "text"]];
export const signalColumns: Columns = [...attemptKey, ["child_execution_id", "bigint"]];
export const signalKey: Columns = [
  ["partition", "int"],
  ["id", "bigint"],
];
export const jobColumns: Columns = [
  ...attemptKey,
  ["submitted_event_id", "int"],
  ["is_abandoned", "boolean"],
  ["since", "bigint"],
  ["look_at", "bigint"],
];

const isSameExecution = (alias: string, id = "execution_id"): string =>
  `${alias}.partition = u.partition AND ${alias}.${id} = u.execution_id`;

const assigned = (columns: Columns): string =>
  namesOf(columns)
    .map((name) => `${name} = u.${name}`)
    .join(", ");

/** The row that the same execution wrote before: in `execution` where it has ended. */
const previousId = `coalesce(u.previous_id,
  (SELECT l.last_journal_id FROM pawl.live l WHERE ${isSameExecution("l")}),
  (SELECT e.last_journal_id FROM pawl.execution e WHERE ${isSameExecution("e", "id")}))`;

const turnWithout = turnColumns.slice(0, -1);

const executionSql = {
  replace: {
    name: "pawl-replace",
    text: `UPDATE pawl.execution e SET map_index = NULL FROM ${unnested(executionKey)} WHERE ${isSameExecution("e", "id")}`,
  },
  /** Executions that are redriven get their narrow rows again. */
  revive: {
    name: "pawl-revive",
    text: `WITH revived AS (
          UPDATE pawl.execution e SET status = 0, stopped_at = NULL, ${assigned(redriveColumns)},
            wake_at = NULL, is_in_flight = NULL, last_event_id = NULL
          FROM ${unnested(revivedColumns)}
          WHERE ${isSameExecution("e", "id")} AND (e.status <> 0 OR e.redrive_count IS DISTINCT FROM u.redrive_count)
          RETURNING e.partition, e.id, e.type = 0 AND e.map_run_id IS NULL AS counts, e.last_journal_id)
        INSERT INTO pawl.live (partition, execution_id, is_in_flight, counts, last_event_id, last_journal_id)
        SELECT partition, id, false, counts, 0, last_journal_id FROM revived ON CONFLICT DO NOTHING`,
  },
  begin: { name: "pawl-begin", text: insertion("execution", newColumns) },
  journal: {
    name: "pawl-journal",
    text: `INSERT INTO pawl.journal (partition, execution_id, id, previous_id, ${eventColumns.join(", ")})
        SELECT u.partition, u.execution_id, u.id, CASE WHEN u.is_first THEN NULL ELSE ${previousId} END,
          ${eventColumns.map((name) => `u.${name}`).join(", ")}
        FROM ${unnested(journalColumns)}`,
  },
  mark: { name: "pawl-mark", text: insertion("journal_mark", markColumns) },
  beginLive: { name: "pawl-begin-live", text: insertion("live", newLiveColumns) },
  turn: {
    name: "pawl-turn",
    text: `WITH changed AS (
          UPDATE pawl.live l SET ${assigned(turnWithout)},
            last_journal_id = coalesce(u.last_journal_id, l.last_journal_id)
          FROM ${unnested(liveColumns)} WHERE ${isSameExecution("l")} RETURNING 1)
        ${countingSql(liveColumns.length + 1)}`,
  },
  end: {
    name: "pawl-end",
    text: `WITH u AS MATERIALIZED (SELECT * FROM ${unnested(endColumns)}),
        gone AS (DELETE FROM pawl.live l USING u WHERE ${isSameExecution("l")}
          RETURNING l.partition, l.execution_id, l.last_journal_id),
        changed AS (
          UPDATE pawl.execution e SET status = u.status, stopped_at = u.stopped_at, ${assigned(redriveColumns)},
            ${assigned(turnWithout)}, last_journal_id = coalesce(u.last_journal_id, g.last_journal_id, e.last_journal_id)
          FROM u LEFT JOIN gone g ON ${isSameExecution("g")} WHERE ${isSameExecution("e", "id")} RETURNING 1)
        ${countingSql(endColumns.length + 1)}`,
  },
} as const satisfies Readonly<Record<string, Statement>>;

const queueSql = {
  endOffers: {
    name: "pawl-end-offers",
    text: `DELETE FROM pawl.activity_offer o USING ${unnested(executionKey)} WHERE ${isSameExecution("o")}`,
  },
  withdraw: {
    name: "pawl-withdraw",
    text: `DELETE FROM pawl.activity_offer o USING ${unnested(attemptKey)}
        WHERE ${isSameExecution("o")} AND o.scheduled_event_id = u.scheduled_event_id`,
  },
  offer: { name: "pawl-offer", text: insertion("activity_offer", offerColumns) },
  signal: { name: "pawl-signal", text: insertion("signal", signalColumns) },
  consume: {
    name: "pawl-consume",
    text: `DELETE FROM pawl.signal s USING ${unnested(signalKey)} WHERE s.partition = u.partition AND s.id = u.id`,
  },
  settleJobs: {
    name: "pawl-settle-jobs",
    text: `DELETE FROM pawl.job j USING ${unnested(attemptKey)}
        WHERE ${isSameExecution("j")} AND j.scheduled_event_id = u.scheduled_event_id`,
  },
  jobs: {
    name: "pawl-jobs",
    text: `${insertion("job", jobColumns)}
        ON CONFLICT (partition, execution_id, scheduled_event_id) DO UPDATE SET
          submitted_event_id = excluded.submitted_event_id, is_abandoned = excluded.is_abandoned,
          since = excluded.since, look_at = excluded.look_at`,
  },
} as const satisfies Readonly<Record<string, Statement>>;

export const batchSql = { ...executionSql, ...queueSql };
