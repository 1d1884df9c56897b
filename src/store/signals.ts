// The role that holds what one execution has to tell another. Signals come in by `Journal.append`, in the transaction of the
// sender's events, and go in the transaction of what they bring about.
import type { Page } from "./page.ts";

/** The end of a child execution, on its way to the task attempt that waits for it. */
export interface Signal {
  readonly id: number;
  readonly executionId: number;
  readonly scheduledEventId: number;
  readonly childExecutionId: number;
}

export interface Signals {
  /** The signals of all executions, by ascending id. */
  list(page: Page<number>): Promise<readonly Signal[]>;
  /** The signals to one execution, by ascending id. */
  of(executionId: number): Promise<readonly Signal[]>;
}
