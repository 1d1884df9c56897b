// The queues of the activities, in memory: no crash to survive, so a taken offer is simply gone.
import type { ActivityOffer, ExecutionRecord } from "../store.ts";

export interface MemoryOffers {
  add(offer: ActivityOffer): void;
  take(activityArn: string): ActivityOffer | undefined;
  putBack(offer: ActivityOffer): void;
  /** Drops the offers of an execution that ended. */
  settle(record: ExecutionRecord): void;
}

export function openMemoryOffers(): MemoryOffers {
  const queues = new Map<string, ActivityOffer[]>();
  const queueOf = (activityArn: string): ActivityOffer[] => {
    const queue = queues.get(activityArn) ?? [];
    queues.set(activityArn, queue);
    return queue;
  };
  return {
    add: (offer) => void queueOf(offer.activityArn).push(offer),
    take: (activityArn) => queues.get(activityArn)?.shift(),
    putBack: (offer) => void queueOf(offer.activityArn).unshift(offer),
    settle(record) {
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
