// The queues of the activities. A taken offer is only set aside in memory; its row goes when it has reached its worker, so
// that no crash before that can lose a task, and taking costs no commit.
import type { ExecutionChange } from "../journal.ts";
import type { ActivityOffer, Offers } from "../offers.ts";
import { type CommitEnd, type Connection, readNumber, type Write } from "./connection.ts";
import { partitionId } from "./lease.ts";

export interface OfferQueue {
  take(activityArn: string): ActivityOffer | undefined;
  /** True when a row must be written for it, which is then up to `addFirst`. */
  putBack(offer: ActivityOffer): boolean;

  // Within a transaction:
  add(offer: ActivityOffer): void;
  addFirst(offer: ActivityOffer): void;
  /** Deletes taken offers. */
  settle(offers: readonly ActivityOffer[]): void;
  /** Deletes an offer, taken or not. */
  withdraw(offer: ActivityOffer): void;
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
      if (queue.putBack(offer)) await write(() => queue.addFirst(offer));
    },
    async settle(offers) {
      await write(() => queue.settle(offers), queue.settled);
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
  let answered: ActivityOffer[] = [];
  let ended: number[] = [];

  const isTaken = (offer: ActivityOffer): boolean => taken.get(offer.executionId)?.has(offer.scheduledEventId) === true;
  const forget = ({ executionId, scheduledEventId }: ActivityOffer): void => {
    const ofExecution = taken.get(executionId);
    ofExecution?.delete(scheduledEventId);
    if (ofExecution?.size === 0) taken.delete(executionId);
  };
  const lowerCursor = (activityArn: string, rowId: number): void => {
    cursors.set(activityArn, Math.min(cursors.get(activityArn) ?? rowId, rowId - 1));
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
      if (held === undefined) return true;
      forget(offer);
      lowerCursor(offer.activityArn, held.rowId);
      return false;
    },
    add: rows.append,
    addFirst(offer) {
      lowerCursor(offer.activityArn, rows.prepend(offer));
    },
    settle(offers) {
      for (const offer of offers) {
        const held = taken.get(offer.executionId)?.get(offer.scheduledEventId);
        if (held === undefined) continue;
        rows.remove(held.rowId);
        answered.push(offer);
      }
    },
    withdraw(offer) {
      if (rows.isUntouched()) return;
      rows.removeAttempt(offer);
      answered.push(offer);
    },
    ended({ record }) {
      if (rows.isUntouched() || record.status === "RUNNING") return;
      rows.removeAllOf(record.id);
      ended.push(record.id);
    },
    settled(outcome) {
      if (outcome === "committed") {
        for (const offer of answered) forget(offer);
        for (const executionId of ended) taken.delete(executionId);
      }
      answered = [];
      ended = [];
    },
  };
}

interface OfferRows {
  /** True while there never was an offer: most servers see no activity, and their executions end without a look here. */
  isUntouched(): boolean;
  /** The first offer of the activity behind the row `after`. */
  next(activityArn: string, after: number): Taken | undefined;
  append(offer: ActivityOffer): void;
  /** Answers with the new row's id. */
  prepend(offer: ActivityOffer): number;
  remove(rowId: number): void;
  removeAttempt(offer: ActivityOffer): void;
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
  const remove = connection.prepare("DELETE FROM activity_offer WHERE id = ?");
  const removeAttempt = connection.prepare(
    "DELETE FROM activity_offer WHERE execution_id = ? AND scheduled_event_id = ?",
  );
  const removeAllOf = connection.prepare("DELETE FROM activity_offer WHERE execution_id = ?");
  let lastId = readNumber(connection, "SELECT coalesce(max(id), 0) FROM activity_offer");
  let firstId = readNumber(connection, "SELECT min(coalesce(min(id), 0), 0) FROM activity_offer");
  const isUntouched = (): boolean => lastId === 0 && firstId === 0;
  const insertAt = (id: number, offer: ActivityOffer): void => {
    insert.run(id, offer.activityArn, offer.executionId, offer.scheduledEventId);
  };

  return {
    isUntouched,
    next(activityArn, after) {
      const row = isUntouched() ? undefined : oldest.first(activityArn, after);
      if (row === undefined) return undefined;
      const { id, execution_id: executionId, scheduled_event_id: scheduledEventId } = row;
      return {
        activityArn,
        executionId: executionId as number,
        scheduledEventId: scheduledEventId as number,
        rowId: id as number,
      };
    },
    append(offer) {
      insertAt(++lastId, offer);
    },
    prepend(offer) {
      insertAt(--firstId, offer);
      return firstId;
    },
    remove(rowId) {
      remove.run(rowId);
    },
    removeAttempt({ executionId, scheduledEventId }) {
      removeAttempt.run(executionId, scheduledEventId);
    },
    removeAllOf(executionId) {
      removeAllOf.run(executionId);
    },
  };
}
