// The needs of a Map Run that is to go on: the plan that follows from the execution that waits for it, and what its children
// have in common.
import { Work } from "../asl/work.ts";
import { copyExecution } from "../engine/copy-execution.ts";
import { MapRunInputs, type MapRunPlan, scopeOfMapRun } from "../engine/map/map-run.ts";
import type { Family } from "../runtime/map-runs/child-starts.ts";
import type { MapRunnerParts } from "../runtime/map-runs/map-runner.ts";
import type { MapRunRecord } from "../store/map-run-row.ts";
import { StoreDamagedError } from "../store/errors.ts";
import { type ChildInput, childInputs, evaluated } from "./child-inputs.ts";
import { MapRunFailure } from "./map-run-failure.ts";
import type { ItemSource } from "./ports.ts";

export interface PreparedRun {
  readonly family: Family;
  readonly plan: MapRunPlan;
  readonly inputs: MapRunInputs;
  /** The items of an ItemReader, once they are opened. */
  source: ItemSource | undefined;
  /** The inputs of children that were never begun; none where the items could not be read. */
  pending(skip: number, signal: AbortSignal): AsyncIterable<ChildInput>;
}

/** `undefined` where no execution waits for the run any more. */
export async function prepareRun(parts: MapRunnerParts, run: MapRunRecord): Promise<PreparedRun | undefined> {
  const { store, limits, turns } = parts;
  const parent = await parentOf(parts, run);
  if (parent === undefined) return undefined;
  const { execution, record, stateMachine } = parent;
  const revision = await store.catalogue.readRevision(record.revisionId);
  if (revision === undefined) throw new StoreDamagedError(`The revision ${record.revisionId} is not in the store.`);
  const inputs = new MapRunInputs(execution, run.startedEventId);
  const planned = await turns.run(() => evaluated(() => inputs.plan(new Work({ steps: limits.maxStateSteps }))));
  // It was evaluated before, when the run began.
  if ("failure" in planned) throw new MapRunFailure(planned.failure);
  const { roleArn, testCase } = execution;
  const family = { run, stateMachine, revision, roleArn, testCase, traceHeader: record.traceHeader };
  const prepared: PreparedRun = {
    family,
    plan: planned.value,
    inputs,
    source: undefined,
    async *pending(skip, signal) {
      if (planned.value.reader !== undefined && prepared.source === undefined) return;
      const options = { inputs, plan: planned.value, source: prepared.source, skip, signal };
      try {
        yield* childInputs({ ...options, maxSteps: limits.maxStateSteps, pause: () => turns.pause() });
      } catch (error) {
        // They are written for who looks at a run that has failed: it failed by this, or by something before it.
        if (!(error instanceof MapRunFailure)) throw error;
      }
    },
  };
  return prepared;
}

/** The execution that waits, as it is now: nothing that happens to it later is seen in the copy. */
async function parentOf({ liveExecutions, loop }: MapRunnerParts, { executionId, startedEventId }: MapRunRecord) {
  for (;;) {
    const live = await liveExecutions.get(executionId);
    if (live === undefined) return undefined;
    const parent = await loop.inTurn(live, () => {
      const execution = copyExecution(live.execution);
      const { record, stateMachine } = live;
      liveExecutions.release(live);
      return { execution, record, stateMachine };
    });
    if (parent === undefined) continue;
    return scopeOfMapRun(parent.execution, startedEventId) === undefined ? undefined : parent;
  }
}
