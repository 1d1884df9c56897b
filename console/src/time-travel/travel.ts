// The execution of a page as it was after any of its events: folded in the browser by the engine's own `apply`.
import type { ProgramShape } from "@asl/program-shape.ts";
import { type FoldedExecution, type FoldIdentity, newExecution } from "@engine/execution.ts";
import { TimeTravel } from "@engine/inspection/time-travel.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import { useMemo } from "react";
import type { ExecutionFacts } from "@contract";

/** The facts that a fold of the journal begins with. */
export function identityOf<Program extends ProgramShape>(
  facts: ExecutionFacts,
  program: Program,
): FoldIdentity & { readonly program: Program } {
  const { executionArn, name, type, stateMachineArn, stateMachineName } = facts;
  return {
    arn: executionArn,
    name,
    type,
    isSynchronous: false,
    stateMachineArn,
    stateMachineName,
    program,
    timeoutSeconds: undefined,
  };
}

/** Grows with the events; a journal that is another one begins anew. */
export function useTravel(
  facts: ExecutionFacts,
  shape: ProgramShape | undefined,
  events: readonly JournalEvent[],
): TimeTravel<FoldedExecution> | undefined {
  const { executionArn } = facts;
  const travel = useMemo(
    () => (shape === undefined ? undefined : new TimeTravel(newExecution(identityOf(facts, shape)))),
    // Facts that change, such as the status, are no part of what is folded.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
    [executionArn, shape],
  );
  useMemo(() => travel?.append(events.slice(travel.events.length)), [travel, events]);
  return travel;
}
