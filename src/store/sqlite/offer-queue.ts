// The queues of the activities. A taken offer is only set aside in memory; its row goes when it has reached its worker, so
// that no crash before that can lose a task, and taking costs no commit.
import type { ExecutionChange } from "../journal.ts";
import type { ActivityOffer, Offers } from "../offers.ts";
import { type CommitEnd, type Connection, readNumber, type Write } from "./connection.ts";
import { partitionId } from "./lease.ts";

export interface OfferQueue {
  take(activityArn: string): ActivityOffer | undefined;
  putBack(offer: ActivityOffer): void;
  /** Offers of an activity that are not taken, none counted beyond `most`. */
  count(activityArn: string, most: number): number;

  // Within a transaction:
  add(offer: ActivityOffer): void;
  /** Deletes offers, taken or not. */
  withdraw(offers: readonly ActivityOffer[]): void;
  /** Deletes all offers of an execution that ended. */
  ended(change: ExecutionChange): void;

  /** Ends what the transaction began in memory; to be called when it has come to its end. */
  settled(outcome: CommitEnd): void;
}

export function openOffers(queue: OfferQueue, write: Write): Offers {
  return {
    async take(activityArn) {
      return queue.take(activityArn);
    },
    async putBack(offer) {
      queue.putBack(offer);
    },
    async count(activityArn, most) {
      return queue.count(activityArn, most);
    },
    async settle(offers) {
      await write(() => queue.withdraw(offers), { settled: queue.settled });
    },
  };
}

interface Taken extends ActivityOffer {
  readonly rowId: number;
}

export function openOfferQueue(connection: Connection): OfferQueue {
  const rows = openOfferRows(connection);
  /** Taken offers by execution, then by the id of the TaskScheduled event. */
  const taken = new Map<number, Map<number, Taken>>();
  /** The row up to which each activity's queue was handed out. */
  const cursors = new Map<string, number>();
  let withdrawn: ActivityOffer[] = [];
  let ended: number[] = [];

  const isTaken = (offer: ActivityOffer): boolean => taken.get(offer.executionId)?.has(offer.scheduledEventId) === true;
  const forget = ({ executionId, scheduledEventId }: ActivityOffer): void => {
    const ofExecution = taken.get(executionId);
    ofExecution?.delete(scheduledEventId);
    if (ofExecution?.size === 0) taken.delete(executionId);
  };

  return {
    take(activityArn) {
      for (;;) {
        const next = rows.next(activityArn, cursors.get(activityArn) ?? Number.MIN_SAFE_INTEGER);
        if (next === undefined) return undefined;
        const { rowId, ...offer } = next;
        cursors.set(activityArn, rowId);
        if (isTaken(offer)) continue;
        const ofExecution = taken.get(offer.executionId) ?? new Map<number, Taken>();
        taken.set(offer.executionId, ofExecution.set(offer.scheduledEventId, next));
        return offer;
      }
    },
    putBack(offer) {
      const held = taken.get(offer.executionId)?.get(offer.scheduledEventId);
      if (held === undefined) return;
      forget(offer);
      const { activityArn, rowId } = held;
      cursors.set(activityArn, Math.min(cursors.get(activityArn) ?? rowId, rowId - 1));
    },
    count(activityArn, most) {
      const behind = cursors.get(activityArn) ?? Number.MIN_SAFE_INTEGER;
      let held = 0;
      for (const ofExecution of taken.values())
        for (const offer of ofExecution.values())
          if (offer.activityArn === activityArn && offer.rowId > behind) held += 1;
      return rows.count(activityArn, behind, most + held) - held;
    },
    add: rows.append,
    withdraw(offers) {
      if (rows.isUntouched()) return;
      for (const offer of offers) {
        rows.remove(offer);
        withdrawn.push(offer);
      }
    },
    ended({ record }) {
      if (rows.isUntouched() || record.status === "RUNNING") return;
      rows.removeAllOf(record.id);
      ended.push(record.id);
    },
    settled(outcome) {
      if (outcome === "committed") {
        for (const offer of withdrawn) forget(offer);
        for (const executionId of ended) taken.delete(executionId);
      }
      withdrawn = [];
      ended = [];
    },
  };
}

interface OfferRows {
  /** True while there never was an offer: most servers see no activity, and their executions end without a look here. */
  isUntouched(): boolean;
  /** The first offer of the activity behind the row `after`. */
  next(activityArn: string, after: number): Taken | undefined;
  /** The number of offers of the activity behind the row `after`, at most `most`. */
  count(activityArn: string, after: number, most: number): number;
  append(offer: ActivityOffer): void;
  remove(offer: ActivityOffer): void;
  removeAllOf(executionId: number): void;
}

function openOfferRows(connection: Connection): OfferRows {
  const insert = connection.prepare(
    `INSERT INTO activity_offer (id, activity_arn, execution_id, scheduled_event_id, partition_id)
     VALUES (?, ?, ?, ?, ${partitionId})`,
  );
  const oldest = connection.prepare(
    `SELECT id, execution_id, scheduled_event_id FROM activity_offer
     WHERE partition_id = ${partitionId} AND activity_arn = ? AND id > ? ORDER BY id LIMIT 1`,
  );
  const count = connection.prepare(
    `SELECT count(*) AS n FROM (SELECT 1 FROM activity_offer
     WHERE partition_id = ${partitionId} AND activity_arn = ? AND id > ? LIMIT ?)`,
  );
  const remove = connection.prepare("DELETE FROM activity_offer WHERE execution_id = ? AND scheduled_event_id = ?");
  const removeAllOf = connection.prepare("DELETE FROM activity_offer WHERE execution_id = ?");
  // Earlier versions put offers before the first row, where ids are negative.
  let lastId = readNumber(connection, "SELECT max(coalesce(max(id), 0), 0) FROM activity_offer");
  let isUntouched = readNumber(connection, "SELECT NOT EXISTS (SELECT 1 FROM activity_offer)") === 1;

  return {
    isUntouched: () => isUntouched,
    next(activityArn, after) {
      const row = isUntouched ? undefined : oldest.first(activityArn, after);
      if (row === undefined) return undefined;
      const { id, execution_id: executionId, scheduled_event_id: scheduledEventId } = row;
      return {
        activityArn,
        executionId: executionId as number,
        scheduledEventId: scheduledEventId as number,
        rowId: id as number,
      };
    },
    count: (activityArn, after, most) => (isUntouched ? 0 : (count.first(activityArn, after, most)?.["n"] as number)),
    append({ activityArn, executionId, scheduledEventId }) {
      isUntouched = false;
      insert.run(++lastId, activityArn, executionId, scheduledEventId);
    },
    remove({ executionId, scheduledEventId }) {
      remove.run(executionId, scheduledEventId);
    },
    removeAllOf(executionId) {
      removeAllOf.run(executionId);
    },
  };
}
