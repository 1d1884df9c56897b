// The rows with which executions wait outside of their events: offers to the workers of activities, signals, jobs, quarantines. Appends
// write most of it (batch.ts); what an owner writes by itself proves in its own statement that the partition is still its own.
import type { PartitionLease, SharedStore } from "../cluster-store.ts";
import { NotOwnerError } from "../errors.ts";
import type { Job, Jobs } from "../jobs.ts";
import type { ActivityOffer, Offers } from "../offers.ts";
import type { QuarantineReader, Quarantines } from "../quarantines.ts";
import type { Signal, Signals } from "../signals.ts";
import type { Row, Runs, Statement } from "./link.ts";
import { type Columns, unnested } from "./tables.ts";
import { one } from "./transact.ts";

/** Runs a statement of an owner: made by `fenced`, with the lease as $1 and $2. @throws NotOwnerError */
export type OwnerRuns = (statement: Statement, values?: readonly unknown[]) => Promise<void>;

/** The tables that a statement of an owner begins with; its condition is `EXISTS (SELECT FROM fence)`. */
export function fenced(name: string, work: string): Statement {
  return {
    name,
    text: `WITH fence AS (SELECT 1 FROM pawl.partition WHERE id = $1 AND epoch = $2 AND owner IS NOT NULL FOR SHARE), done AS (${work} RETURNING 1)
      SELECT (SELECT count(*) FROM fence) AS held, (SELECT count(*) FROM done) AS changed`,
  };
}

export const isFenced = "EXISTS (SELECT FROM fence)";

export function ownerRuns(runs: Runs, { partition, epoch }: PartitionLease): OwnerRuns {
  return async (statement, values = []) => {
    const row = await one(runs, statement, [partition, epoch, ...values]);
    if (row?.["held"] !== 1)
      throw new NotOwnerError(`Partition ${partition} belongs to another node now: nothing was written`);
  };
}

const attempts: Columns = [
  ["partition", "int"],
  ["execution_id", "bigint"],
  ["scheduled_event_id", "int"],
];
const isOffer =
  "o.partition = u.partition AND o.execution_id = u.execution_id AND o.scheduled_event_id = u.scheduled_event_id";
const isFree = "(taken_until IS NULL OR taken_until < now())";
const take: Statement = {
  name: "pawl-take-offer",
  text: `UPDATE pawl.activity_offer o SET taken_until = now() + $2 * interval '1 ms'
    FROM (SELECT partition, execution_id, scheduled_event_id FROM pawl.activity_offer
      WHERE activity_arn = $1 AND ${isFree} ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1) u
    WHERE ${isOffer} RETURNING o.execution_id, o.scheduled_event_id`,
};
const putBack: Statement = {
  name: "pawl-put-back",
  text: `UPDATE pawl.activity_offer SET taken_until = NULL
    WHERE partition = $1 AND execution_id = $2 AND scheduled_event_id = $3`,
};
const countOffers: Statement = {
  name: "pawl-count-offers",
  text: `SELECT count(*) AS n FROM (SELECT 1 FROM pawl.activity_offer WHERE activity_arn = $1 AND ${isFree} LIMIT $2) AS free`,
};
const settle: Statement = {
  name: "pawl-settle-offers",
  text: `DELETE FROM pawl.activity_offer o USING ${unnested(attempts)} WHERE ${isOffer}`,
};

export interface OffersOptions {
  readonly runs: Runs;
  readonly partitionOf: (executionId: number) => number;
  /** How long a taken offer is hidden, milliseconds. */
  readonly takenMs: number;
}

export function openOffers({ runs, partitionOf, takenMs }: OffersOptions): Offers {
  return {
    async take(activityArn) {
      const row = await one(runs, take, [activityArn, takenMs]);
      if (row === undefined) return undefined;
      const { execution_id: executionId, scheduled_event_id: scheduledEventId } = row;
      return { activityArn, executionId: executionId as number, scheduledEventId: scheduledEventId as number };
    },
    async putBack({ executionId, scheduledEventId }) {
      await runs.run(putBack, [partitionOf(executionId), executionId, scheduledEventId]);
    },
    async count(activityArn, most) {
      return (await one(runs, countOffers, [activityArn, most]))?.["n"] as number;
    },
    async settle(offers: readonly ActivityOffer[]) {
      if (offers.length === 0) return;
      const executionIds = offers.map(({ executionId }) => executionId);
      const eventIds = offers.map(({ scheduledEventId }) => scheduledEventId);
      await runs.run(settle, [executionIds.map(partitionOf), executionIds, eventIds]);
    },
  };
}

const signals = "SELECT id, execution_id, scheduled_event_id, child_execution_id FROM pawl.signal WHERE partition = $1";
const signalsBehind: Statement = { name: "pawl-signals", text: `${signals} AND id > $2 ORDER BY id LIMIT $3` };
const signalsOf: Statement = { name: "pawl-signals-of", text: `${signals} AND execution_id = $2 ORDER BY id` };

const signalled: Statement = {
  name: "pawl-signalled",
  text: `SELECT p AS partition FROM unnest($1::int[]) AS p WHERE EXISTS (SELECT FROM pawl.signal s WHERE s.partition = p)`,
};

export function openSharedSignals(runs: Runs): SharedStore["signals"] {
  return {
    async partitionsAmong(partitions) {
      return (await runs.run(signalled, [partitions])).map((row) => row["partition"] as number);
    },
  };
}

/** The signals to the executions of a partition. */
export function openSignals(runs: Runs, partition: number): Signals {
  const decode = (row: Row): Signal => ({
    id: row["id"] as number,
    executionId: row["execution_id"] as number,
    scheduledEventId: row["scheduled_event_id"] as number,
    childExecutionId: row["child_execution_id"] as number,
  });
  return {
    async list({ limit, after = 0 }) {
      return (await runs.run(signalsBehind, [partition, after, limit])).map(decode);
    },
    async of(executionId) {
      return (await runs.run(signalsOf, [partition, executionId])).map(decode);
    },
  };
}

const dueJobs: Statement = {
  name: "pawl-due-jobs",
  text: `SELECT execution_id, scheduled_event_id, submitted_event_id, is_abandoned, since, look_at FROM pawl.job
    WHERE partition = $1 AND look_at <= $2 ORDER BY look_at, execution_id, scheduled_event_id LIMIT $3`,
};
const postponeJobs = fenced(
  "pawl-postpone-jobs",
  `UPDATE pawl.job j SET look_at = u.look_at
   FROM unnest($3::bigint[], $4::int[], $5::boolean[], $6::bigint[]) AS u (execution_id, scheduled_event_id, is_abandoned, look_at)
   WHERE j.partition = $1 AND j.execution_id = u.execution_id AND j.scheduled_event_id = u.scheduled_event_id
     AND j.is_abandoned = u.is_abandoned AND ${isFenced}`,
);
const forgetJobs = fenced(
  "pawl-forget-jobs",
  `DELETE FROM pawl.job j USING unnest($3::bigint[], $4::int[]) AS u (execution_id, scheduled_event_id)
   WHERE j.partition = $1 AND j.execution_id = u.execution_id AND j.scheduled_event_id = u.scheduled_event_id AND ${isFenced}`,
);

/** The jobs of the executions of a partition. */
export function openJobs(runs: Runs, owner: OwnerRuns, partition: number): Jobs {
  return {
    async due(now, limit) {
      return (await runs.run(dueJobs, [partition, now, limit])).map(decodeJob);
    },
    async postpone(jobs) {
      if (jobs.length === 0) return;
      await owner(postponeJobs, [
        jobs.map(({ executionId }) => executionId),
        jobs.map(({ scheduledEventId }) => scheduledEventId),
        jobs.map(({ isAbandoned }) => isAbandoned),
        jobs.map(({ lookAt }) => lookAt),
      ]);
    },
    async settle(keys) {
      if (keys.length === 0) return;
      const executionIds = keys.map(({ executionId }) => executionId);
      await owner(forgetJobs, [executionIds, keys.map(({ scheduledEventId }) => scheduledEventId)]);
    },
  };
}

function decodeJob(row: Row): Job {
  return {
    executionId: row["execution_id"] as number,
    scheduledEventId: row["scheduled_event_id"] as number,
    submittedEventId: row["submitted_event_id"] as number,
    isAbandoned: row["is_abandoned"] === true,
    since: row["since"] as number,
    lookAt: row["look_at"] as number,
  };
}

const addQuarantine = fenced(
  "pawl-quarantine",
  `INSERT INTO pawl.quarantine (partition, execution_id, since, version)
   SELECT $1, $3::bigint, $4::bigint, $5::text WHERE ${isFenced} ON CONFLICT DO NOTHING`,
);
const removeQuarantine = fenced(
  "pawl-let-go",
  `DELETE FROM pawl.quarantine WHERE partition = $1 AND execution_id = $3 AND ${isFenced}`,
);
const quarantines: Statement = {
  name: "pawl-quarantines",
  text: `SELECT execution_id, since, version FROM pawl.quarantine
    WHERE ($1::int IS NULL OR partition = $1) AND execution_id > $2 ORDER BY execution_id LIMIT $3`,
};

const quarantinedAmong: Statement = {
  name: "pawl-quarantined-among",
  text: "SELECT execution_id FROM pawl.quarantine WHERE ($1::int IS NULL OR partition = $1) AND execution_id = ANY ($2::bigint[])",
};
const countQuarantines: Statement = {
  name: "pawl-count-quarantines",
  text: `SELECT count(*) AS n FROM (SELECT 1 FROM pawl.quarantine WHERE $1::int IS NULL OR partition = $1 LIMIT $2) AS found`,
};

/** @param partition the only one of which quarantines are read; of all where there is none. */
export function readQuarantines(runs: Runs, partition: number | undefined): QuarantineReader {
  return {
    async among(executionIds) {
      const found = await runs.run(quarantinedAmong, [partition ?? null, executionIds]);
      return found.map((row) => row["execution_id"] as number);
    },
    async count(most) {
      return (await one(runs, countQuarantines, [partition ?? null, most]))?.["n"] as number;
    },
    async list({ limit, after = 0 }) {
      return (await runs.run(quarantines, [partition ?? null, after, limit])).map((row) => ({
        executionId: row["execution_id"] as number,
        since: row["since"] as number,
        version: row["version"] as string,
      }));
    },
  };
}

export function openQuarantines(runs: Runs, owner: OwnerRuns, partition: number): Quarantines {
  return {
    ...readQuarantines(runs, partition),
    async add({ executionId, since, version }) {
      await owner(addQuarantine, [executionId, since, version]);
    },
    async remove(executionId) {
      await owner(removeQuarantine, [executionId]);
    },
  };
}
