// The fold for executions that go on: as `apply`, but without results that nobody will see. Once what the iterations or
// branches of a state gave is more than its result may be, the state fails when the last of them has ended: until then
// nothing of it need be in memory.
import { Payload } from "../asl/payload.ts";
import { apply } from "./apply.ts";
import { childrenOf } from "./scopes.ts";
import { type FoldedExecution, isResultTooLarge, type Scope } from "./execution.ts";
import type { JournalEvent } from "./journal/event.ts";

/** Stands where an output was. */
const dropped = Payload.ofText("null");

/** Changes `execution` to what it is after `event`. */
export function applyLean(execution: FoldedExecution, event: JournalEvent): void {
  const parent = hasOutput(event) ? execution.scopes.get(event.scope)?.parent : undefined;
  apply(execution, event);
  if (parent !== undefined) dropOutputs(parent);
}

function hasOutput(event: JournalEvent): event is JournalEvent & { readonly scope: number } {
  return event.kind === "MapIterationSucceeded" || (event.kind === "StateExited" && event.next === undefined);
}

function dropOutputs({ state }: Scope): void {
  const work = state?.work;
  if ((work?.kind !== "map" && work?.kind !== "parallel") || !isResultTooLarge(work)) return;
  if (work.kind === "map") work.outputs.length = 0;
  else for (const branch of childrenOf(work)) if (branch.hasEnded) branch.data = dropped;
}
