// The end of a simulated run: when faults stop, everything must have come to its end, and nothing may be left over.
import assert from "node:assert/strict";
import type { Execution } from "../engine/execution.ts";
import type { Store } from "../store/store.ts";

export interface EndedWorld {
  readonly store: Pick<Store, "signals" | "jobs" | "mapRuns">;
  readonly executions: Iterable<Execution>;
  readonly mapRunIds: Iterable<number>;
}

/** @throws AssertionError where something stands still that nothing but faults could keep from its end. */
export async function verifyEnd({ executions, store, mapRunIds }: EndedWorld): Promise<void> {
  for (const execution of executions) {
    assert.notEqual(execution.status, "RUNNING", `stands still: ${shownExecution(execution)}`);
  }
  assert.deepEqual(await store.signals.list({ limit: 10 }), [], "no signal is left over");
  assert.deepEqual(await store.jobs.due(Number.MAX_SAFE_INTEGER, 10), [], "no job is left over");
  assert.deepEqual(await store.mapRuns.openMapRuns({ limit: 10 }), [], "no Map Run is left open");
  for (const id of mapRunIds) await verifyMapRun(store, id);
}

/** Every item has one child, and none that succeeded was started again. */
async function verifyMapRun({ mapRuns }: EndedWorld["store"], id: number): Promise<void> {
  const { counts, nextIndex } = await mapRuns.progressOf(id);
  const sum = (member: "children" | "items"): number => counts.reduce((before, count) => before + count[member], 0);
  const run = await mapRuns.readMapRun(id);
  assert.equal(sum("children"), nextIndex, `the children of the Map Run ${id} have indices one after the other`);
  if (run?.status === "SUCCEEDED") assert.equal(sum("items"), run.state.total, `each item of ${id} has a child`);
  const replaced = (await mapRuns.listChildren({ mapRunId: id }, { limit: 1_000 })).filter(
    ({ mapRun }) => mapRun?.index === undefined,
  );
  assert.ok(
    replaced.every(({ status }) => status !== "SUCCEEDED"),
    `what succeeded in ${id} is not run again`,
  );
}

export function shownExecution({ identity, status, lastEventId, scopes }: Execution): string {
  const states = [...scopes.values()].map(({ state, next }) => `${state?.name ?? next} ${state?.work?.kind ?? ""}`);
  return `${identity.arn} ${status} at ${lastEventId} in ${states.join(", ")}`;
}
