// The real runtime in a world that is drawn from a seed: calls take their time and overtake each other, the store refuses
// writes, the process dies between any two things it does and another takes over. Time is simulated; nothing sleeps. Here
// is what clients do; the world, the process and the judge are in files of their own.
import assert from "node:assert/strict";
import { stringifyJson, type Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { TaskOutcome } from "../engine/effect.ts";
import type { TaskWork } from "../engine/execution.ts";
import { CommitError } from "../runtime/executions/committer.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { RevisionRecord, StateMachineRecord } from "../store/catalogue.ts";
import type { SimulatedClock } from "./simulated-clock.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import { shownExecution, SimulatedObserver } from "./simulated-observer.ts";
import { openSimulatedProcess, type SimulatedProcess } from "./simulated-process.ts";
import { SimulatedWorld, type SimulationOptions } from "./simulated-world.ts";

const maxSteps = 20_000;

export class Simulation {
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly #world: SimulatedWorld;
  readonly #observer: SimulatedObserver;
  readonly #stopped = new AbortController();
  #process: SimulatedProcess | undefined;
  #processes = 0;
  #isRestarting = false;
  #clients = 0;

  constructor(options: SimulationOptions) {
    this.#world = new SimulatedWorld(options);
    this.disk = this.#world.disk;
    this.clock = this.#world.clock;
    this.#observer = new SimulatedObserver(this.disk);
  }

  get stoppedJobs(): number {
    return this.#world.jobs.stopped;
  }

  get crashes(): number {
    return this.#processes - 1;
  }

  /** Lives until nothing is left to do. Throws for whatever was found wrong. */
  async run(): Promise<void> {
    this.#process = this.#newProcess();
    for (let steps = 0; steps < maxSteps; steps++) {
      await this.#world.rest();
      if (this.#world.failures.length > 0) throw this.#world.failures[0];
      if (this.#living().isDead && !this.#isRestarting) await this.#restartLater();
      else if (!this.clock.advanceToNext()) {
        this.#stopped.abort();
        await this.#living().runtime.close();
        assert.equal(this.#clients, 0, "every client has been answered");
        assert.deepEqual(this.#world.jobs.running, [], "a job that nobody waits for is stopped");
        return this.#observer.verifyEnd();
      }
    }
    assert.fail(`the run does not end: ${[...this.disk.executions].map(shownExecution).join("; ")}`);
  }

  async #restartLater(): Promise<void> {
    const { replaced } = this.#living();
    this.#isRestarting = true;
    await this.disk.crash();
    void this.pause(this.#world.options.downtimeMs).then(() => {
      this.#process = this.#newProcess();
      this.#isRestarting = false;
      replaced.resolve();
    });
  }

  #living(): SimulatedProcess {
    assert.ok(this.#process !== undefined, "the run has begun");
    return this.#process;
  }

  #newProcess(): SimulatedProcess {
    const answerToken = this.answerToken.bind(this);
    const [world, observer] = [this.#world, this.#observer];
    return openSimulatedProcess({ world, observer, number: ++this.#processes, answerToken });
  }

  async createMachine(name: string, type: "STANDARD" | "EXPRESS", definition: Json): Promise<void> {
    const revision = {
      createdAt: 0,
      definition: stringifyJson(definition),
      roleArn: "arn:aws:iam::123456789012:role/r",
    };
    await this.disk.store.catalogue.createStateMachine({ name, type, createdAt: 0, tags: {} }, revision);
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
      await this.pause(2_000);
      const outcome = await this.ask(async (runtime) => {
        const stateMachine = await found(this.disk.store.catalogue.findStateMachine(machineName));
        const revision = await found(this.disk.store.catalogue.readRevision(stateMachine.revisionId));
        return runtime.startExecution({ stateMachine, revision, name, input: Payload.ofValue(input) });
      });
      assert.ok(outcome.kind === "started" || outcome.kind === "alreadyExists");
      assert.ok(this.disk.execution(outcome.executionArn) !== undefined, "an acknowledged start is durable");
      await afterwards?.(outcome.executionArn);
    });
  }

  /** Some milliseconds, at most so many. */
  pause(mostMs: number): Promise<void> {
    return this.#world.pause(mostMs);
  }

  /** Asks the process that lives, and asks again when it dies or its store refuses, as a client does. */
  async ask<Answer>(act: (runtime: Runtime) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const asked = this.#living();
      const answer = await Promise.race([
        act(asked.runtime).then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        ),
        asked.died,
      ]);
      if (answer !== "died") {
        if ("value" in answer) return answer.value;
        if (!(answer.error instanceof CommitError)) throw answer.error;
      }
      if (asked.isDead) await asked.replaced.promise;
      await this.pause(1_000);
    }
  }

  /** Takes tasks of an activity until the run ends, and answers each after some time. */
  work(activityArn: string): void {
    void (async () => {
      await this.pause(1_000);
      while (!this.#stopped.signal.aborted) {
        const task = await this.ask((runtime) =>
          runtime.takeActivityTask(activityArn, undefined, this.#stopped.signal),
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
      await this.pause(1_500);
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
    for (const execution of this.disk.executions) {
      for (const scope of execution.tasks.values()) {
        const work = scope.state?.work;
        if (work?.kind === "task" && work.token === token) return work;
      }
    }
    return undefined;
  }
}

async function found<Thing extends StateMachineRecord | RevisionRecord>(
  thing: Promise<Thing | undefined>,
): Promise<Thing> {
  const value = await thing;
  assert.ok(value !== undefined, "the machine was created");
  return value;
}
