// The real runtime in a world that is drawn from a seed: calls take their time and overtake each other, the store refuses
// writes, the process dies between any two things it does and another takes over. Time is simulated; nothing sleeps. The
// world, the process, the clients and the judge are in files of their own.
import assert from "node:assert/strict";
import { CommitError } from "../runtime/executions/committer.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Ask, SimulatedClients } from "./simulated-clients.ts";
import type { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { shownExecution, verifyEnd } from "./simulated-end.ts";
import { SimulatedObserver } from "./simulated-observer.ts";
import { openSimulatedProcess, type ProcessFaults, type SimulatedProcess } from "./simulated-process.ts";
import { simulatedArns, SimulatedWorld, type WorldOptions } from "./simulated-world.ts";

const maxSteps = 20_000;

export interface SimulationOptions extends WorldOptions, ProcessFaults {
  /** How long the process is away after a death, at most. */
  readonly downtimeMs: number;
}

export class Simulation {
  readonly disk = new SimulatedDisk(simulatedArns);
  readonly clock: SimulatedClock;
  readonly clients: SimulatedClients;
  readonly #options: SimulationOptions;
  readonly #world: SimulatedWorld;
  readonly #observer: SimulatedObserver;
  #process: SimulatedProcess | undefined;
  #processes = 0;
  #isRestarting = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#world = new SimulatedWorld(options);
    this.clock = this.#world.clock;
    this.#observer = new SimulatedObserver(this.disk);
    const ask: Ask = (act) => this.#ask(act);
    this.clients = new SimulatedClients({ world: this.#world, disk: this.disk, ask });
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
        this.clients.stop();
        await this.#living().runtime.close();
        assert.equal(this.clients.waiting, 0, "every client has been answered");
        assert.deepEqual(this.#world.jobs.running, [], "a job that nobody waits for is stopped");
        return verifyEnd(this.disk);
      }
    }
    assert.fail(`the run does not end: ${[...this.disk.executions].map(shownExecution).join("; ")}`);
  }

  async #restartLater(): Promise<void> {
    const { replaced } = this.#living();
    this.#isRestarting = true;
    await this.disk.crash();
    void this.#world.pause(this.#options.downtimeMs).then(() => {
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
    const answerToken: SimulatedClients["answerToken"] = (...given) => this.clients.answerToken(...given);
    const [disk, world, observer, faults] = [this.disk, this.#world, this.#observer, this.#options];
    return openSimulatedProcess({ disk, world, observer, faults, number: ++this.#processes, answerToken });
  }

  /** Asks the process that lives, and asks again when it dies or its store refuses, as a client does. */
  async #ask<Answer>(act: (runtime: Runtime, gone: AbortSignal) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const asked = this.#living();
      const answer = await Promise.race([
        act(asked.runtime, stays).then(
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
      await this.#world.pause(1_000);
    }
  }
}

/** This client waits for its answer. */
const stays = new AbortController().signal;
