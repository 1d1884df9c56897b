// The one place where the parts of the runtime hear what becomes of executions. Each part registers itself for what it
// acts on; all are told in the order of the list, at once, and none may wait. One that throws has a bug, which is logged: what it is
// told of has happened, and the others hear of it.
import type { Effect } from "../../engine/effect.ts";
import type { ExecutionChange } from "../../store/journal.ts";
import type { LiveExecution } from "./live-execution.ts";

export interface ExecutionListener {
  /** An execution has been read from its journal, and no command has been decided for it yet. */
  loaded?(live: LiveExecution): void;
  /** A change has been handed over to be committed. */
  handedOver?(change: ExecutionChange): void;
  /** A batch could not be written: what was handed over and is not committed has not happened. */
  undone?(error: unknown): void;
  /** A change is durable. */
  committed?(live: LiveExecution, change: ExecutionChange): void;
  /** Effects may leave the process: what caused them is durable, or belongs to an Express execution, which runs in memory. */
  released?(live: LiveExecution, effects: readonly Effect[]): void;
  /** An Express execution has ended in memory; its history is on its way to the store. */
  ended?(live: LiveExecution): void;
  /** A bug of Pawl has stopped an execution. */
  quarantined?(live: LiveExecution, bug: unknown): void;
}

/** Tells each of them, whatever becomes of telling the others. */
export function tellEach<Hearer>(
  hearers: readonly Hearer[],
  tell: (hearer: Hearer) => void,
  failed: (error: unknown) => void,
): void {
  for (const hearer of hearers) {
    try {
      tell(hearer);
    } catch (error) {
      failed(error);
    }
  }
}

export function tellListeners(
  listeners: readonly ExecutionListener[],
  tell: (listener: ExecutionListener) => void,
  log: (message: string, error: unknown) => void,
): void {
  tellEach(listeners, tell, (error) =>
    log("A part of Pawl failed to hear what became of an execution; what has happened stands.", error),
  );
}
