// The disk that outlives a simulated crash: a store in memory that keeps what was appended, whatever became of the process.
import type { ArnSpace } from "../aws/arn.ts";
import type { Execution } from "../engine/execution.ts";
import type { ExecutionChange } from "../store/journal.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import type { ActivityOffer } from "../store/offers.ts";
import type { Store } from "../store/store.ts";
import { JournalJudge } from "./journal-judge.ts";

export class SimulatedDisk {
  readonly store: Store = openMemoryStore();
  readonly #judge: JournalJudge;
  /** Offers that a process took and that reached no worker: the next process finds them in their queues again. */
  readonly #taken = new Map<string, ActivityOffer>();

  constructor(arns: ArnSpace) {
    this.#judge = new JournalJudge(this.store, arns);
  }

  get executions(): Iterable<Execution> {
    return this.#judge.executions;
  }

  get mapRunIds(): Iterable<number> {
    return this.#judge.mapRunIds;
  }

  execution(arn: string): Execution | undefined {
    return this.#judge.execution(arn);
  }

  hasAttempt(arn: string, scheduledEventId: number): boolean {
    return this.#judge.hasAttempt(arn, scheduledEventId);
  }

  async append(changes: readonly ExecutionChange[]): Promise<void> {
    await this.store.journal.append(changes);
    await this.#judge.verify(changes);
    for (const { record } of changes) {
      if (record.status === "RUNNING") continue;
      for (const [key, offer] of this.#taken) if (offer.executionId === record.id) this.#taken.delete(key);
    }
  }

  async takeOffer(activityArn: string): Promise<ActivityOffer | undefined> {
    const offer = await this.store.offers.take(activityArn);
    if (offer !== undefined) this.#taken.set(offerKey(offer), offer);
    return offer;
  }

  async returnOffer(offer: ActivityOffer): Promise<void> {
    this.#taken.delete(offerKey(offer));
    await this.store.offers.putBack(offer);
  }

  async settleOffers(offers: readonly ActivityOffer[]): Promise<void> {
    for (const offer of offers) this.#taken.delete(offerKey(offer));
    await this.store.offers.settle(offers);
  }

  /** The state that the death of a process leaves behind. */
  async crash(): Promise<void> {
    const offers = [...this.#taken.values()];
    this.#taken.clear();
    for (const offer of offers.toReversed()) await this.store.offers.putBack(offer);
  }
}

function offerKey({ executionId, scheduledEventId }: Omit<ActivityOffer, "activityArn">): string {
  return `${executionId}/${scheduledEventId}`;
}
