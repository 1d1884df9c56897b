// The role that holds the jobs of other services that task attempts wait for (`.sync`): which of them is to be looked at
// when. Jobs come in and go by `Journal.append`, in the transaction of the events that submit and end them; what is known of a
// job itself stands in those events.

/** The task attempt that a job was submitted for. */
export interface JobKey {
  readonly executionId: number;
  readonly scheduledEventId: number;
}

export interface Job extends JobKey {
  /** The event that holds the answer of the service that took the job. */
  readonly submittedEventId: number;
  /** Nobody waits for it any more: it is to be stopped. */
  readonly isAbandoned: boolean;
  /** When it was submitted, or abandoned; epoch milliseconds. */
  readonly since: number;
  /** When it is to be looked at next, epoch milliseconds. */
  readonly lookAt: number;
}

export interface Jobs {
  /** Jobs to be looked at by `now`, earliest first. */
  due(now: number, limit: number): Promise<readonly Job[]>;
  /** Notes when jobs are to be looked at next; one that was settled or abandoned since it was read stays so. */
  postpone(jobs: readonly Job[]): Promise<void>;
  /** Forgets jobs. */
  settle(keys: readonly JobKey[]): Promise<void>;
}
