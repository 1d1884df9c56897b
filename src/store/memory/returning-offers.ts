// Offers that come back by themselves: one that was taken is offered again where nobody has settled it in time.
import type { ActivityOffer, Offers } from "../offers.ts";

export interface ReturningOffersOptions {
  readonly hiddenMs: number;
  readonly now: () => number;
}

interface Taken {
  readonly offer: ActivityOffer;
  readonly until: number;
}

export function returningOffers(offers: Offers, { hiddenMs, now }: ReturningOffersOptions): Offers {
  const taken = new Map<string, Taken>();
  const returnDue = async (): Promise<void> => {
    for (const [key, { offer, until }] of taken) {
      if (until > now()) continue;
      taken.delete(key);
      await offers.putBack(offer);
    }
  };
  return {
    async take(activityArn) {
      await returnDue();
      const offer = await offers.take(activityArn);
      if (offer !== undefined) taken.set(keyOf(offer), { offer, until: now() + hiddenMs });
      return offer;
    },
    async putBack(offer) {
      if (taken.delete(keyOf(offer))) await offers.putBack(offer);
    },
    async count(activityArn, most) {
      await returnDue();
      return offers.count(activityArn, most);
    },
    async settle(settled) {
      for (const offer of settled) taken.delete(keyOf(offer));
      await offers.settle(settled);
    },
  };
}

function keyOf({ executionId, scheduledEventId }: ActivityOffer): string {
  return `${executionId}/${scheduledEventId}`;
}
