// Clients of simulated processes: what they ask for, and go on asking for until it is acknowledged, holds.
import assert from "node:assert/strict";
import { stringifyJson, type Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { TaskOutcome } from "../engine/effect.ts";
import type { Execution, TaskWork } from "../engine/execution.ts";
import { clientTokenMs } from "../engine/redrive.ts";
import type { Runtime, StartRequest } from "../runtime/runtime.ts";
import type { RevisionRecord, StateMachineRecord } from "../store/catalogue.ts";
import type { Store } from "../store/store.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** Asks again until it is answered. @param act `gone` aborts when the client waits no longer for this answer. */
export type Ask = <Answer>(
  act: (runtime: Runtime, gone: AbortSignal) => Promise<Answer>,
  /** Called with an answer that came when nobody waited for it any more. */
  unheard?: (answer: Answer) => void,
) => Promise<Answer>;

export interface SimulatedClientsOptions {
  readonly world: SimulatedWorld;
  readonly ask: Ask;
  /** The truth: what is durable. */
  readonly disk: {
    readonly store: Pick<Store, "catalogue">;
    readonly executions: Iterable<Execution>;
    execution(arn: string): Execution | undefined;
  };
}

export class SimulatedClients {
  readonly ask: Ask;
  readonly #world: SimulatedWorld;
  readonly #disk: SimulatedClientsOptions["disk"];
  readonly #stopped = new AbortController();
  #clients = 0;

  constructor({ world, ask, disk }: SimulatedClientsOptions) {
    this.#world = world;
    this.ask = ask;
    this.#disk = disk;
  }

  /** Those that have not got all answers. */
  get waiting(): number {
    return this.#clients;
  }

  /** Workers go. */
  stop(): void {
    this.#stopped.abort();
  }

  async createMachine(name: string, type: "STANDARD" | "EXPRESS", definition: Json): Promise<void> {
    const revision = {
      createdAt: 0,
      definition: stringifyJson(definition),
      roleArn: "arn:aws:iam::123456789012:role/r",
    };
    await this.#disk.store.catalogue.createStateMachine({ name, type, createdAt: 0, tags: {} }, revision);
  }

  /** Something outside that goes on whatever becomes of the process. The run does not end before it has. */
  client(act: () => Promise<void>): void {
    this.#clients += 1;
    void act()
      .catch((error: unknown) => this.#world.failures.push(error))
      .finally(() => (this.#clients -= 1));
  }

  /** Starts an execution and goes on asking until the start is acknowledged. */
  start(machineName: string, name: string, input: Json, afterwards?: (executionArn: string) => Promise<void>): void {
    this.client(async () => {
      await this.#world.pause(2_000);
      const outcome = await this.ask(async (runtime) =>
        runtime.startExecution({ ...(await this.#target(machineName)), name, input: Payload.ofValue(input) }),
      );
      assert.ok(outcome.kind === "started" || outcome.kind === "alreadyExists");
      assert.ok(this.#disk.execution(outcome.executionArn) !== undefined, "an acknowledged start is durable");
      await afterwards?.(outcome.executionArn);
    });
  }

  /** Runs an Express execution, and another where the answer does not come. */
  runToEnd(machineName: string, input: Json): void {
    this.client(async () => {
      await this.#world.pause(2_000);
      const { record } = await this.ask(async (runtime) =>
        runtime.startSyncExecution({ ...(await this.#target(machineName)), input: Payload.ofValue(input) }),
      );
      assert.equal(record.status, "SUCCEEDED");
    });
  }

  async #target(machineName: string): Promise<Pick<StartRequest, "stateMachine" | "revision">> {
    const { catalogue } = this.#disk.store;
    const stateMachine = await found(catalogue.findStateMachine(machineName));
    return { stateMachine, revision: await found(catalogue.readRevision(stateMachine.revisionId)) };
  }

  /** Takes tasks of an activity until the run ends, and answers each after some time. */
  work(activityArn: string): void {
    void (async () => {
      await this.#world.pause(1_000);
      while (!this.#stopped.signal.aborted) {
        const task = await this.ask(
          (runtime, gone) =>
            runtime.takeActivityTask(activityArn, undefined, AbortSignal.any([gone, this.#stopped.signal])),
          (unheard) => unheard?.kind === "task" && unheard.handedOver(false),
        );
        if (task === undefined) continue;
        assert.ok(task.kind === "task");
        const isDelivered = this.#world.random() < 0.8;
        task.handedOver(isDelivered);
        assert.notEqual(
          this.#taskOf(task.taskToken)?.phase,
          "scheduled",
          "a task that was handed out is durably started",
        );
        // A worker may have read what seemed to be lost, and answers beside the next one.
        if (!isDelivered && this.#world.random() < 0.7) continue;
        this.answerToken(task.taskToken, { kind: "succeeded", output: task.input });
      }
    })().catch((error: unknown) => this.#world.failures.push(error));
  }

  answerToken(token: string, outcome: Exclude<TaskOutcome, { kind: "submitted" }>): void {
    this.client(async () => {
      await this.#world.pause(1_500);
      const send = (): Promise<string> =>
        this.ask((runtime) =>
          outcome.kind === "failed"
            ? runtime.sendTaskFailure(token, outcome)
            : runtime.sendTaskSuccess(token, outcome.output),
        );
      assert.notEqual(await send(), "invalidToken");
      assert.equal(this.#taskOf(token), undefined, "an acknowledged answer is durable");
      assert.equal(await send(), "timedOut", "a token is good for one answer");
    });
  }

  /** The task that durably awaits an answer for a token. */
  #taskOf(token: string): TaskWork | undefined {
    for (const execution of this.#disk.executions) {
      for (const scope of execution.tasks.values()) {
        const work = scope.state?.work;
        if (work?.kind === "task" && work.token === token) return work;
      }
    }
    return undefined;
  }

  /** Stops an execution after some time. */
  async stopLater(executionArn: string): Promise<void> {
    await this.#world.pause(5_000);
    const stoppedAt = await this.ask((runtime) => runtime.stopExecution(executionArn, { error: "Stopped" }));
    const { status, stoppedAt: durableAt } = this.#disk.execution(executionArn) ?? {};
    assert.notEqual(status, "RUNNING", "an acknowledged stop is durable");
    assert.equal(stoppedAt, durableAt);
  }

  /** Redrives an execution until it succeeds, each time with a client token of its own. */
  async redriveUntilSuccess(executionArn: string): Promise<void> {
    for (let redrives = 0; ;) {
      await this.#world.pause(5_000);
      const { status } = this.#disk.execution(executionArn) ?? {};
      if (status === "SUCCEEDED") return;
      if (status === "RUNNING") continue;
      redrives += 1;
      const send = () => this.ask((runtime) => runtime.redriveExecution(executionArn, `redrive ${redrives}`));
      const answers = [await send(), await send()];
      const { redriveCount = 0, redrivenAt = 0 } = this.#disk.execution(executionArn) ?? {};
      assert.ok(redriveCount >= redrives, "an acknowledged redrive is durable");
      // Crash upon crash may keep the answer back for longer than a token is known.
      const isKnown = this.#world.clock.now() < redrivenAt + clientTokenMs;
      if (isKnown) assert.equal(redriveCount, redrives, "a redrive happens once");
      const answer = { kind: "redriven", redrivenAt };
      if (isKnown) assert.deepEqual(answers, [answer, answer], "the same token is the same redrive");
      redrives = redriveCount;
    }
  }

  /** Deletes the machine of an execution after some time, and asks again until that is acknowledged. */
  async deleteLater(machineName: string): Promise<void> {
    await this.#world.pause(5_000);
    await this.ask(async (runtime) => {
      const machine = await this.#disk.store.catalogue.findStateMachine(machineName);
      if (machine !== undefined) await runtime.deleteStateMachine(machine);
    });
    const machine = await this.#disk.store.catalogue.findStateMachine(machineName);
    assert.notEqual(machine?.status, "ACTIVE", "an acknowledged deletion has begun");
  }
}

async function found<Thing extends StateMachineRecord | RevisionRecord>(
  thing: Promise<Thing | undefined>,
): Promise<Thing> {
  const value = await thing;
  assert.ok(value !== undefined, "the machine was created");
  return value;
}
