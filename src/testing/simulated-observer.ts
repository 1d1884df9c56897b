// The judge of a simulated run. It sees calls from outside and holds them against the commit rule: a call belongs to what is
// durable, and is made again only where a crash left its outcome unknown.
import assert from "node:assert/strict";
import type { PerformTask } from "../engine/effect.ts";
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
}

function performanceKey({ attempt }: PerformTask): string {
  return `${attempt.executionArn}/${attempt.scheduledEventId}`;
}
