// An execution that is in memory, with what the runtime keeps beside the fold of its events.
import type { Execution } from "../../engine/execution.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { ExpressHistory } from "./express-history.ts";
import type { Tell, Watcher } from "./watch.ts";

export interface LiveExecution {
  readonly execution: Execution;
  /** As it was when the execution came into memory. */
  readonly stateMachine: StateMachineRecord;
  record: ExecutionRecord;
  /** False until its first commit has been handed over. */
  isStored: boolean;
  /** Changes that are handed over and not yet durable. */
  uncommitted: number;
  /** Settles with the newest change. */
  committed: Promise<void>;
  /** The jobs of other services that it waits for in the store, as of what was handed over: by TaskScheduled, their TaskSubmitted. */
  jobs: ReadonlyMap<number, number>;
  /** An Express execution runs without commits: its events wait for its end to be written. */
  readonly express: ExpressHistory | undefined;
  /** The child of a Map Run whose place it takes with its first commit. */
  readonly replacedChildId: number | undefined;
  readonly watcher: Watcher | undefined;
  /** Calls that are due when the events that were not yet handed over are durable. */
  readonly afterCommit: Tell[];
  callOffTimer: (() => void) | undefined;
}
