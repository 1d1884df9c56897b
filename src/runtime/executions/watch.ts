// The feed of what executions do, which logs, traces, status changes and the lines of the terminal hear. A watcher sees an
// event when it is decided, and the execution as it was just before it; what it has to tell leaves the process only when the
// event is durable.
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { Execution } from "../../engine/execution.ts";
import type { RevisionRecord, StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";

export interface WatchedExecution {
  readonly execution: Execution;
  /** As it was when the execution came into memory: status and times grow old, the rest does not. */
  readonly record: ExecutionRecord;
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
}

/** Asked when an execution comes into memory; `undefined` when nobody wants to hear of it. */
export type Watch = (watched: WatchedExecution) => Watcher | undefined;

/** @returns what is called once the event is durable; it must not throw and must not wait. */
export type Watcher = (event: JournalEvent, before: Execution) => Tell | undefined;
export type Tell = () => void;

/** All of them as one, none of which can harm the others or the execution; `undefined` where there is none. */
export function watchAll(watches: readonly Watch[], log: (message: string, error: unknown) => void): Watch | undefined {
  if (watches.length === 0) return undefined;
  const guarded = <Result>(act: () => Result | undefined): Result | undefined => {
    try {
      return act();
    } catch (error) {
      log("What an execution did could not be told to one of its watchers.", error);
      return undefined;
    }
  };
  return (watched) => {
    const watchers = watches.map((watch) => guarded(() => watch(watched))).filter((watcher) => watcher !== undefined);
    if (watchers.length === 0) return undefined;
    return (event, before) => {
      const tells = watchers
        .map((watcher) => guarded(() => watcher(event, before)))
        .filter((tell) => tell !== undefined);
      return tells.length === 0 ? undefined : () => tells.forEach((tell) => guarded(tell));
    };
  };
}
