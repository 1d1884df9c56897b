// The jobs that task attempts wait for: a short row each, from the commit of the submission to that of its end.
import type { Job, JobKey, Jobs } from "../jobs.ts";
import type { Connection, Row, Write } from "./connection.ts";
import { partitionId } from "./lease.ts";

/** The writes, to be called within a transaction. */
export interface JobRows {
  put(job: Job): void;
  remove(key: JobKey): void;
}

export function openJobRows(connection: Connection): JobRows {
  const put = connection.prepare(
    `INSERT OR REPLACE INTO job
       (execution_id, scheduled_event_id, submitted_event_id, is_abandoned, since, look_at, partition_id)
     VALUES (?, ?, ?, ?, ?, ?, ${partitionId})`,
  );
  const remove = connection.prepare("DELETE FROM job WHERE execution_id = ? AND scheduled_event_id = ?");
  return {
    put({ executionId, scheduledEventId, submittedEventId, isAbandoned, since, lookAt }) {
      put.run(executionId, scheduledEventId, submittedEventId, isAbandoned ? 1 : 0, since, lookAt);
    },
    remove({ executionId, scheduledEventId }) {
      remove.run(executionId, scheduledEventId);
    },
  };
}

export function openJobs(connection: Connection, rows: JobRows, write: Write): Jobs {
  const due = connection.prepare(
    `SELECT execution_id, scheduled_event_id, submitted_event_id, is_abandoned, since, look_at FROM job
     WHERE partition_id = ${partitionId} AND look_at <= ? ORDER BY look_at, execution_id, scheduled_event_id LIMIT ?`,
  );
  const postpone = connection.prepare(
    "UPDATE job SET look_at = ? WHERE execution_id = ? AND scheduled_event_id = ? AND is_abandoned = ?",
  );
  return {
    async due(now, limit) {
      return due.all(now, limit).map(decodeJob);
    },
    async postpone(jobs) {
      await write(() => {
        for (const { lookAt, executionId, scheduledEventId, isAbandoned } of jobs) {
          postpone.run(lookAt, executionId, scheduledEventId, isAbandoned ? 1 : 0);
        }
      });
    },
    async settle(keys) {
      await write(() => {
        for (const key of keys) rows.remove(key);
      });
    },
  };
}

function decodeJob(row: Row): Job {
  return {
    executionId: row["execution_id"] as number,
    scheduledEventId: row["scheduled_event_id"] as number,
    submittedEventId: row["submitted_event_id"] as number,
    isAbandoned: row["is_abandoned"] === 1,
    since: row["since"] as number,
    lookAt: row["look_at"] as number,
  };
}
