// The queues of the activities, in memory: no crash to survive, so a taken offer is simply gone.
import type { ExecutionRecord } from "../journal.ts";
import type { ActivityOffer, Offers } from "../offers.ts";

export interface MemoryOffers {
  readonly role: Offers;
  add(offer: ActivityOffer): void;
  withdraw(offer: ActivityOffer): void;
  /** Drops the offers of an execution that ended. */
  ended(record: ExecutionRecord): void;
}

export function openMemoryOffers(): MemoryOffers {
  const queues = new Map<string, ActivityOffer[]>();
  const queueOf = (activityArn: string): ActivityOffer[] => {
    const queue = queues.get(activityArn) ?? [];
    queues.set(activityArn, queue);
    return queue;
  };
  return {
    role: {
      async take(activityArn) {
        return queues.get(activityArn)?.shift();
      },
      async putBack(offer) {
        queueOf(offer.activityArn).unshift(offer);
      },
      async settle() {},
    },
    add: (offer) => void queueOf(offer.activityArn).push(offer),
    withdraw({ activityArn, executionId, scheduledEventId }) {
      const queue = queueOf(activityArn);
      const at = queue.findIndex(
        (offer) => offer.executionId === executionId && offer.scheduledEventId === scheduledEventId,
      );
      if (at !== -1) queue.splice(at, 1);
    },
    ended(record) {
      if (record.status === "RUNNING") return;
      for (const [activityArn, queue] of queues) {
        if (queue.some((offer) => offer.executionId === record.id)) {
          queues.set(
            activityArn,
            queue.filter((offer) => offer.executionId !== record.id),
          );
        }
      }
    },
  };
}
