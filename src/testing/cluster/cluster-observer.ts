// The judge of the calls that simulated nodes make. A call belongs to what is durable and is made by the owner of the execution;
// it is made again only under a new epoch, which comes with a death, a pause, a hand-over, or a commit that nobody knew of. A
// node that stood still between its last look and the call makes it late: that alone nothing can prevent.
import assert from "node:assert/strict";
import { parseStatesArn } from "../../aws/arn.ts";
import type { PerformTask } from "../../engine/effect.ts";
import type { NodeLife } from "./node-life.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";

interface Performance {
  readonly parameters: string;
  readonly epoch: number;
}

export class ClusterObserver {
  readonly #database: SimulatedDatabase;
  readonly #performances = new Map<string, Performance>();
  /** Calls that were made again, and those that came late. */
  repeated = 0;
  late = 0;

  constructor(database: SimulatedDatabase) {
    this.#database = database;
  }

  /**
   * A node makes a call.
   * @param wasPaused between the last look of the node, whether it may, and the call.
   * @throws AssertionError
   */
  sees(task: PerformTask, { id }: NodeLife, wasPaused: boolean): void {
    const { executionArn, scheduledEventId } = task.attempt;
    const key = keyOf(task);
    const execution = this.#database.execution(executionArn);
    const isExpress = parseStatesArn(executionArn)?.kind === "express";
    assert.ok(execution !== undefined || isExpress, `${key} is performed for an execution that is durable`);
    if (!isExpress) assert.ok(this.#database.hasAttempt(executionArn, scheduledEventId), `${key} is durable`);
    const owner = this.#ownerOf(executionArn);
    if (owner?.nodeId !== id) {
      assert.ok(wasPaused, `${key} is performed by ${id}, and ${owner?.nodeId ?? "nobody"} owns it`);
      this.late += 1;
      return;
    }
    const earlier = this.#performances.get(key);
    const performance = { parameters: task.parameters.text, epoch: owner.epoch };
    this.#performances.set(key, performance);
    if (earlier === undefined) return;
    this.repeated += 1;
    assert.ok(earlier.epoch < owner.epoch || wasPaused, `${key} is performed again under the epoch ${owner.epoch}`);
    if (isExpress || wasPaused) return;
    assert.ok(execution?.tasks.has(scheduledEventId), `${key} is performed again, and its outcome was recorded`);
    assert.equal(earlier.parameters, performance.parameters, `${key} is performed again as it was`);
  }

  /** Nothing was performed. */
  forget(task: PerformTask): void {
    this.#performances.delete(keyOf(task));
  }

  #ownerOf(executionArn: string) {
    const arn = parseStatesArn(executionArn);
    assert.ok(arn?.kind === "execution" || arn?.kind === "express", `${executionArn} names an execution`);
    return this.#database.ownerOf(this.#database.partitionOf(arn.stateMachineName, arn.key));
  }
}

function keyOf({ attempt }: PerformTask): string {
  return `${attempt.executionArn}/${attempt.scheduledEventId}`;
}
