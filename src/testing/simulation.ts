// The real runtime in a world that is drawn from a seed: calls take their time and overtake each other, the store refuses
// writes, the process dies between any two things it does and another takes over. Time is simulated; nothing sleeps.
import assert from "node:assert/strict";
import { stringifyJson, type Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { seededRandom } from "../asl/random.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { Execution, TaskWork } from "../engine/execution.ts";
import type { Clock } from "../runtime/clock.ts";
import { CommitError } from "../runtime/executions/committer.ts";
import { createRuntime } from "../runtime/create-runtime.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { startChild } from "../runtime/starts/start-child.ts";
import type { RevisionRecord, StateMachineRecord } from "../store/catalogue.ts";
import type { Journal } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import { childOutcome, startExecutionConnector } from "../tasks/states.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

export interface SimulationOptions {
  readonly seed: string;
  /** Deaths of the process, at most. */
  readonly maxCrashes: number;
  /** The chance of a death at each point where one can happen. */
  readonly crashChance: number;
  /** The chance of an append to begin a time in which the store refuses to write. */
  readonly refusalChance: number;
  /** How long the process is away after a death, at most. */
  readonly downtimeMs: number;
  /** How a call comes out; follows from the task alone, so that every run comes to the same end. */
  readonly outcomeOf: (task: PerformTask) => TaskOutcome;
}

/** One life of the process: what it holds is gone with it, and nothing that it still does reaches the world. */
interface Process {
  readonly number: number;
  readonly runtime: Runtime;
  readonly died: Promise<"died">;
  readonly replaced: PromiseWithResolvers<void>;
  isDead: boolean;
}

interface Performances {
  readonly parameters: string;
  /** The process that performed it last. */
  last: number;
}

export const simulatedArns = { partition: "aws", region: "us-east-1", account: "123456789012" };
const maxSteps = 20_000;
const maxRounds = 20_000;
/** The runtime passes work on through `setImmediate`; so many turns without a sign of life mean that it rests. */
const quietRounds = 4;

export class Simulation {
  readonly disk = new SimulatedDisk(simulatedArns);
  readonly clock = new SimulatedClock();
  readonly #options: SimulationOptions;
  readonly #random: () => number;
  readonly #performances = new Map<string, Performances>();
  readonly #failures: unknown[] = [];
  readonly #stopped = new AbortController();
  #process: Process | undefined;
  #processes = 0;
  #isRestarting = false;
  #clients = 0;
  #signsOfLife = 0;
  #refusalsLeft = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  get crashes(): number {
    return this.#processes - 1;
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
      .catch((error: unknown) => this.#failures.push(error))
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
        assert.notEqual(
          this.#taskOf(task.taskToken)?.phase,
          "scheduled",
          "a task that was handed out is durably started",
        );
        this.answerToken(task.taskToken, { kind: "succeeded", output: task.input });
      }
    })().catch((error: unknown) => this.#failures.push(error));
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

  /** Some milliseconds, at most so many. */
  pause(mostMs: number): Promise<void> {
    const at = this.clock.now() + Math.floor(this.#random() * mostMs);
    return new Promise((resolve) => {
      this.clock.callAt(at, () => {
        this.#signsOfLife += 1;
        resolve();
      });
    });
  }

  /** Lives until nothing is left to do. Throws for whatever was found wrong. */
  async run(): Promise<void> {
    this.#process = this.#newProcess();
    for (let steps = 0; steps < maxSteps; steps++) {
      await this.#rest();
      if (this.#failures.length > 0) throw this.#failures[0];
      if (this.#living().isDead && !this.#isRestarting) await this.#restartLater();
      else if (!this.clock.advanceToNext()) {
        this.#stopped.abort();
        await this.#living().runtime.close();
        return this.#verifyEnd();
      }
    }
    assert.fail(`the run does not end: ${[...this.disk.executions].map(shown).join("; ")}`);
  }

  async #restartLater(): Promise<void> {
    const { replaced } = this.#living();
    this.#isRestarting = true;
    await this.disk.crash();
    void this.pause(this.#options.downtimeMs).then(() => {
      this.#process = this.#newProcess();
      this.#isRestarting = false;
      replaced.resolve();
    });
  }

  async #verifyEnd(): Promise<void> {
    for (const execution of this.disk.executions) {
      assert.notEqual(execution.status, "RUNNING", `stands still: ${shown(execution)}`);
    }
    assert.equal(this.#clients, 0, "every client has been answered");
    assert.deepEqual(await this.disk.store.signals.list({ limit: 10 }), [], "no signal is left over");
  }

  #living(): Process {
    assert.ok(this.#process !== undefined, "the run has begun");
    return this.#process;
  }

  #newProcess(): Process {
    const { promise: died, resolve } = Promise.withResolvers<"died">();
    const self: { process?: Process } = {};
    const isDead = (): boolean => self.process?.isDead === true;
    const mayDie = (): boolean => {
      this.#signsOfLife += 1;
      if (isDead()) return true;
      const { maxCrashes, crashChance } = this.#options;
      if (this.#processes > maxCrashes || this.#random() >= crashChance) return false;
      if (self.process !== undefined) self.process.isDead = true;
      resolve("died");
      return true;
    };
    const store = this.#storeFor(mayDie);
    const clock = this.#clockFor(mayDie);
    const number = ++this.#processes;
    const runtime = createRuntime({
      store,
      clock,
      arns: simulatedArns,
      isKnownActivity: () => true,
      childOutcome,
      perform: (task, signal) => (mayDie() ? never() : this.#perform({ task, signal, number, mayDie, connector })),
      log: (message, error) => {
        if (!(error instanceof Error && error.message === refusal))
          this.#failures.push(new Error(message, { cause: error }));
      },
    });
    const connector = startExecutionConnector({
      startChild: (request) => startChild(runtime, store, request),
      now: () => this.clock.now(),
    });
    const process = { number, runtime, died, replaced: Promise.withResolvers<void>(), isDead: false };
    self.process = process;
    void runtime.recover().catch((error: unknown) => this.#failures.push(error));
    return process;
  }

  /** The store as one process sees it: its calls come to nothing once it is dead. */
  #storeFor(mayDie: () => boolean): Store {
    const { disk } = this;
    const { journal, offers, signals, catalogue, versions, ...rest } = disk.store;
    const append: Journal["append"] = (changes) => this.#append(changes, mayDie);
    const mortal = async (call: (...given: readonly unknown[]) => unknown, given: readonly unknown[]) => {
      if (mayDie()) return never();
      const answer = await call(...given);
      return mayDie() ? never() : answer;
    };
    const mortalRole = <Role extends object>(role: Role): Role =>
      new Proxy(role, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          // The first id that is free is known when the process starts: it is no call that could be cut short.
          if (typeof member !== "function" || name === "nextExecutionId") return member;
          return (...given: readonly unknown[]) => mortal((...passed) => Reflect.apply(member, target, passed), given);
        },
      });
    return {
      ...rest,
      journal: mortalRole({ ...journal, append }),
      offers: mortalRole({
        ...offers,
        take: (activityArn) => disk.takeOffer(activityArn),
        putBack: (offer) => disk.returnOffer(offer),
      }),
      signals: mortalRole(signals),
      catalogue: mortalRole(catalogue),
      versions: mortalRole(versions),
    };
  }

  async #append(changes: Parameters<Journal["append"]>[0], mayDie: () => boolean): Promise<void> {
    // A slow disk: much arrives while one batch is written.
    if (this.#random() < 0.3) await this.pause(300);
    if (mayDie()) return never();
    if (this.#refusalsLeft === 0 && this.#random() < this.#options.refusalChance) {
      this.#refusalsLeft = 1 + Math.floor(this.#random() * 3);
    }
    if (this.#refusalsLeft > 0) {
      this.#refusalsLeft -= 1;
      throw new Error(refusal);
    }
    try {
      await this.disk.append(changes);
    } catch (error) {
      this.#failures.push(error);
    }
  }

  #clockFor(mayDie: () => boolean): Clock {
    return {
      now: () => this.clock.now(),
      callAt: (at, callback) =>
        this.clock.callAt(at, () => {
          if (!mayDie()) callback();
        }),
    };
  }

  async #perform(call: Call): Promise<TaskOutcome> {
    const { task, signal, mayDie, connector } = call;
    this.#observe(call);
    await this.#patience(signal);
    if (mayDie()) return never();
    const { resource } = task;
    if (resource.kind === "service" && resource.service === "states") {
      return connector.perform(task, signal).catch((error: unknown) => {
        // The store refused the child: nothing was performed.
        this.#performances.delete(performanceKey(task));
        throw error;
      });
    }
    const outcome = this.#options.outcomeOf(task);
    if (resource.pattern !== "waitForTaskToken" || outcome.kind === "submitted") return outcome;
    this.answerToken(tokenOf(task), outcome);
    await this.#patience(signal);
    return mayDie() ? never() : { kind: "submitted", output: Payload.ofValue({}) };
  }

  /** The commit rule, seen from outside. */
  #observe({ task, number }: Call): void {
    const { executionArn, scheduledEventId } = task.attempt;
    const key = performanceKey(task);
    const parameters = task.parameters.text;
    const execution = this.disk.execution(executionArn);
    const isExpress = execution?.identity.type === "EXPRESS";
    const earlier = this.#performances.get(key);
    try {
      assert.ok(execution !== undefined, `${key} is performed for an execution that is durable`);
      if (!isExpress) assert.ok(this.disk.hasAttempt(executionArn, scheduledEventId), `${key} is durable`);
      if (earlier !== undefined) {
        assert.ok(earlier.last < number, `${key} is performed again, and no crash made its outcome unknown`);
        if (!isExpress) {
          assert.ok(execution.tasks.has(scheduledEventId), `${key} is performed again, and its outcome was recorded`);
          assert.equal(earlier.parameters, parameters, `${key} is performed again as it was`);
        }
      }
    } catch (error) {
      this.#failures.push(error);
    }
    this.#performances.set(key, { parameters, last: number });
  }

  /** Waits for some time, or until nobody is interested any more. */
  async #patience(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([this.pause(1_500), aborted]);
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

  /** Lets everything that is ready happen. */
  async #rest(): Promise<void> {
    let quiet = 0;
    for (let rounds = 0; quiet < quietRounds; rounds++) {
      const before = this.#signsOfLife;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = before === this.#signsOfLife ? quiet + 1 : 0;
      assert.ok(rounds < maxRounds, "the runtime does not come to rest");
    }
  }
}

interface Call {
  readonly task: PerformTask;
  readonly signal: AbortSignal;
  readonly number: number;
  readonly mayDie: () => boolean;
  readonly connector: ReturnType<typeof startExecutionConnector>;
}

const refusal = "the simulated disk is full";

function never<Answer>(): Promise<Answer> {
  return new Promise(() => undefined);
}

async function found<Thing extends StateMachineRecord | RevisionRecord>(
  thing: Promise<Thing | undefined>,
): Promise<Thing> {
  const value = await thing;
  assert.ok(value !== undefined, "the machine was created");
  return value;
}

function performanceKey({ attempt }: PerformTask): string {
  return `${attempt.executionArn}/${attempt.scheduledEventId}`;
}

/** The token that a task hands on: its parameters hold it as `token`. */
function tokenOf({ parameters }: PerformTask): string {
  const { token } = JSON.parse(parameters.text) as { token: string };
  return token;
}

function shown({ identity, status, lastEventId, scopes }: Execution): string {
  const states = [...scopes.values()].map(({ state, next }) => `${state?.name ?? next} ${state?.work?.kind ?? ""}`);
  return `${identity.arn} ${status} at ${lastEventId} in ${states.join(", ")}`;
}
