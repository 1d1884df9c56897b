// The queues of the activities, in memory: no crash to survive, so a taken offer is simply gone.
import type { ExecutionRecord } from "../journal.ts";
import type { ActivityOffer, Offers } from "../offers.ts";

export interface MemoryOffers {
  readonly role: Offers;
  add(offer: ActivityOffer): void;
  /** Drops offers, taken or not. */
  withdraw(offers: readonly ActivityOffer[]): void;
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
  /** The ids of the TaskScheduled events of taken offers, by execution. */
  const taken = new Map<number, Set<number>>();
  const forget = ({ executionId, scheduledEventId }: ActivityOffer): boolean => {
    const ofExecution = taken.get(executionId);
    const wasTaken = ofExecution?.delete(scheduledEventId) === true;
    if (ofExecution?.size === 0) taken.delete(executionId);
    return wasTaken;
  };
  const withdraw = (offers: readonly ActivityOffer[]): void => {
    for (const offer of offers) {
      if (forget(offer)) continue;
      const queue = queueOf(offer.activityArn);
      const position = queue.findIndex((waiting) => isSame(waiting, offer));
      if (position !== -1) queue.splice(position, 1);
    }
  };
  return {
    role: {
      async take(activityArn) {
        const offer = queues.get(activityArn)?.shift();
        if (offer === undefined) return undefined;
        const ofExecution = taken.get(offer.executionId) ?? new Set<number>();
        taken.set(offer.executionId, ofExecution.add(offer.scheduledEventId));
        return offer;
      },
      async putBack(offer) {
        if (forget(offer)) queueOf(offer.activityArn).unshift(offer);
      },
      async count(activityArn, most) {
        return Math.min(queues.get(activityArn)?.length ?? 0, most);
      },
      async settle(offers) {
        withdraw(offers);
      },
    },
    add: (offer) => void queueOf(offer.activityArn).push(offer),
    withdraw,
    ended(record) {
      if (record.status === "RUNNING") return;
      taken.delete(record.id);
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

function isSame(one: ActivityOffer, other: ActivityOffer): boolean {
  return one.executionId === other.executionId && one.scheduledEventId === other.scheduledEventId;
}
