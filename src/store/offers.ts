// The role that hands tasks to the workers of activities: one queue for each activity. Offers come in by `Journal.append`,
// in the transaction of the events that make them.

/** One task in the queue of an activity. */
export interface ActivityOffer {
  readonly activityArn: string;
  readonly executionId: number;
  readonly scheduledEventId: number;
}

export interface Offers {
  /**
   * Takes the oldest offer of an activity out of its queue. It is gone for good once it is settled, or with the end of its
   * execution: until then, a process that opens the store after a crash finds it in the queue again.
   */
  take(activityArn: string): Promise<ActivityOffer | undefined>;
  /** Puts a taken offer back at the head of its queue; one that was settled meanwhile stays gone. */
  putBack(offer: ActivityOffer): Promise<void>;
  /** Tasks of an activity that nobody has taken, none counted beyond `most`. */
  count(activityArn: string, most: number): Promise<number>;
  /** Offers have reached their workers, or mean nothing any more, also those that wait in their queues again. */
  settle(offers: readonly ActivityOffer[]): Promise<void>;
}
