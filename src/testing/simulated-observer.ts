// The judge of a simulated run. It sees calls from outside and holds them against the commit rule: a call belongs to what is
// durable, and is made again only where a crash left its outcome unknown. When faults stop, everything must end.
import assert from "node:assert/strict";
import type { PerformTask } from "../engine/effect.ts";
import type { Execution } from "../engine/execution.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";

interface Performances {
  readonly parameters: string;
  /** The process that performed it last. */
  last: number;
}

export class SimulatedObserver {
  readonly #disk: SimulatedDisk;
  readonly #performances = new Map<string, Performances>();

  constructor(disk: SimulatedDisk) {
    this.#disk = disk;
  }

  /**
   * A process makes a call.
   * @throws AssertionError where the commit rule is broken.
   */
  sees(task: PerformTask, processNumber: number): void {
    const { executionArn, scheduledEventId } = task.attempt;
    const key = performanceKey(task);
    const parameters = task.parameters.text;
    const execution = this.#disk.execution(executionArn);
    const isExpress = execution?.identity.type === "EXPRESS";
    const earlier = this.#performances.get(key);
    this.#performances.set(key, { parameters, last: processNumber });
    assert.ok(execution !== undefined, `${key} is performed for an execution that is durable`);
    if (!isExpress) assert.ok(this.#disk.hasAttempt(executionArn, scheduledEventId), `${key} is durable`);
    if (earlier === undefined) return;
    assert.ok(earlier.last < processNumber, `${key} is performed again, and no crash made its outcome unknown`);
    if (isExpress) return;
    assert.ok(execution.tasks.has(scheduledEventId), `${key} is performed again, and its outcome was recorded`);
    assert.equal(earlier.parameters, parameters, `${key} is performed again as it was`);
  }

  /** The store refused the child that a call was to start: nothing was performed. */
  forget(task: PerformTask): void {
    this.#performances.delete(performanceKey(task));
  }

  /** @throws AssertionError where something stands still that nothing but faults could keep from its end. */
  async verifyEnd(): Promise<void> {
    for (const execution of this.#disk.executions) {
      assert.notEqual(execution.status, "RUNNING", `stands still: ${shownExecution(execution)}`);
    }
    assert.deepEqual(await this.#disk.store.signals.list({ limit: 10 }), [], "no signal is left over");
    assert.deepEqual(await this.#disk.store.jobs.due(Number.MAX_SAFE_INTEGER, 10), [], "no job is left over");
    await this.#verifyMapRuns();
  }

  /** Every item has one child, and none that succeeded was started again. */
  async #verifyMapRuns(): Promise<void> {
    const { mapRuns } = this.#disk.store;
    assert.deepEqual(await mapRuns.openMapRuns({ limit: 10 }), [], "no Map Run is left open");
    const end = mapRuns.newMapRunId();
    for (let id = 1; id < end; id++) {
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
  }
}

function performanceKey({ attempt }: PerformTask): string {
  return `${attempt.executionArn}/${attempt.scheduledEventId}`;
}

export function shownExecution({ identity, status, lastEventId, scopes }: Execution): string {
  const states = [...scopes.values()].map(({ state, next }) => `${state?.name ?? next} ${state?.work?.kind ?? ""}`);
  return `${identity.arn} ${status} at ${lastEventId} in ${states.join(", ")}`;
}
