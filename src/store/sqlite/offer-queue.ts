// The queues of the activities. A taken offer is only set aside in memory; its row goes with the commit that holds what
// came of it, so that no crash between the taking and that commit can lose a task, and taking costs no commit.
import type { ActivityOffer, ExecutionChange } from "../store.ts";
import { type Connection, readNumber } from "./connection.ts";
import type { Outcome } from "./journal.ts";
import { partitionId } from "./lease.ts";

export interface OfferQueue {
  take(activityArn: string): ActivityOffer | undefined;
  /** True when a row must be written for it, which is then up to `addFirst`. */
  putBack(offer: ActivityOffer): boolean;

  // Within a transaction:
  add(offer: ActivityOffer): void;
  addFirst(offer: ActivityOffer): void;
  /** Deletes the offers that the change answers, and all those of an execution that ended. */
  settle(change: ExecutionChange): void;

  /** To be called when the transaction has come to its end. */
  settled(outcome: Outcome): void;
}

interface Taken extends ActivityOffer {
  readonly rowId: number;
}

export function openOfferQueue(connection: Connection): OfferQueue {
  const insert = connection.prepare(
    `INSERT INTO activity_offer (id, activity_arn, execution_id, scheduled_event_id, partition_id)
     VALUES (?, ?, ?, ?, ${partitionId})`,
  );
  const oldest = connection.prepare(
    `SELECT id, execution_id, scheduled_event_id FROM activity_offer
     WHERE partition_id = ${partitionId} AND activity_arn = ? AND id > ? ORDER BY id LIMIT 1`,
  );
  const remove = connection.prepare("DELETE FROM activity_offer WHERE id = ?");
  const removeAllOf = connection.prepare("DELETE FROM activity_offer WHERE execution_id = ?");

  let lastId = readNumber(connection, "SELECT coalesce(max(id), 0) FROM activity_offer");
  let firstId = readNumber(connection, "SELECT min(coalesce(min(id), 0), 0) FROM activity_offer");
  // Most servers never see an activity: their executions end without a look at the table.
  let hasOffers = lastId !== 0 || firstId !== 0;

  /** By execution, then by the id of the TaskScheduled event. */
  const taken = new Map<number, Map<number, Taken>>();
  /** The row up to which each activity's queue was handed out. */
  const cursors = new Map<string, number>();
  let answered: Taken[] = [];
  let ended: number[] = [];

  const isTaken = (offer: ActivityOffer): boolean => taken.get(offer.executionId)?.has(offer.scheduledEventId) === true;
  const forget = ({ executionId, scheduledEventId }: ActivityOffer): void => {
    const ofExecution = taken.get(executionId);
    ofExecution?.delete(scheduledEventId);
    if (ofExecution?.size === 0) taken.delete(executionId);
  };
  const insertAt = (id: number, offer: ActivityOffer): void => {
    hasOffers = true;
    insert.run(id, offer.activityArn, offer.executionId, offer.scheduledEventId);
  };
  const lowerCursor = (activityArn: string, rowId: number): void => {
    cursors.set(activityArn, Math.min(cursors.get(activityArn) ?? rowId, rowId - 1));
  };

  return {
    take(activityArn) {
      if (!hasOffers) return undefined;
      let after = cursors.get(activityArn) ?? Number.MIN_SAFE_INTEGER;
      for (;;) {
        const row = oldest.first(activityArn, after);
        if (row === undefined) return undefined;
        after = row["id"] as number;
        cursors.set(activityArn, after);
        const executionId = row["execution_id"] as number;
        const offer = { activityArn, executionId, scheduledEventId: row["scheduled_event_id"] as number };
        if (isTaken(offer)) continue;
        const ofExecution = taken.get(executionId) ?? new Map<number, Taken>();
        ofExecution.set(offer.scheduledEventId, { ...offer, rowId: after });
        taken.set(executionId, ofExecution);
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
    add(offer) {
      insertAt(++lastId, offer);
    },
    addFirst(offer) {
      insertAt(--firstId, offer);
      lowerCursor(offer.activityArn, firstId);
    },
    settle({ record, events }) {
      if (!hasOffers) return;
      if (record.status !== "RUNNING") {
        removeAllOf.run(record.id);
        ended.push(record.id);
        return;
      }
      const ofExecution = taken.get(record.id);
      if (ofExecution === undefined) return;
      for (const event of events) {
        const offer = ofExecution.get(event.previousEventId);
        if (offer === undefined) continue;
        remove.run(offer.rowId);
        answered.push(offer);
      }
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
