// Several real runtimes on one simulated database and network, in a world that is drawn from a seed: nodes die, stand still and
// go on, come and go; commits, hints and calls between nodes are lost; clocks are set. Time is simulated; nothing sleeps.
import assert from "node:assert/strict";
import { CommitError } from "../../runtime/executions/committer.ts";
import { PeerAnswerLostError } from "../../cluster/peer-errors.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { type Ask, SimulatedClients } from "../simulated-clients.ts";
import { shownExecution, verifyEnd } from "../simulated-end.ts";
import { SimulatedWorld, type WorldOptions } from "../simulated-world.ts";
import { ClusterFaults, type Weather } from "./cluster-faults.ts";
import { ClusterObserver } from "./cluster-observer.ts";
import { DrawnRefusal } from "./life-store.ts";
import { NodeLife } from "./node-life.ts";
import { SimulatedDatabase } from "./simulated-database.ts";
import { peersOf } from "./simulated-network.ts";
import { openSimulatedNode, type SimulatedNode } from "./simulated-node.ts";

export interface ClusterSimulationOptions extends WorldOptions {
  readonly weather: Weather;
  readonly partitions: number;
  readonly movedKey?: string | undefined;
  readonly nodes: number;
  /** So long after the last fault everything must have ended; some workflows take their time. */
  readonly boundMs: number;
}

const maxSteps = 100_000;
const stepsBetweenLooks = 10;
/** How long a node is away after a death, at most; and how long a client waits for an answer. */
const downtimeMs = 15_000;
const clientPatienceMs = 15_000;
/** A node stands still for no longer, and no call takes longer. */
const longestJourneyMs = 40_000;

export class ClusterSimulation {
  readonly clients: SimulatedClients;
  readonly database: SimulatedDatabase;
  readonly faults: ClusterFaults;
  readonly observer: ClusterObserver;
  readonly #options: ClusterSimulationOptions;
  readonly #world: SimulatedWorld;
  #quietSince: number | undefined;
  /** The node of each place, and whether another is on its way there. */
  readonly #places: (SimulatedNode | undefined)[];
  readonly #lives = new Map<string, SimulatedNode>();

  constructor(options: ClusterSimulationOptions) {
    this.#options = options;
    this.#world = new SimulatedWorld(options);
    this.database = new SimulatedDatabase(this.#world, options);
    this.faults = new ClusterFaults(this.#world, options.weather);
    this.observer = new ClusterObserver(this.database);
    const ask: Ask = (act, unheard) => this.#ask(act, unheard);
    this.clients = new SimulatedClients({ world: this.#world, disk: this.database, ask });
    this.#places = Array.from({ length: options.nodes });
  }

  get endedAt(): number {
    return this.#world.clock.now();
  }

  /** Lives until nothing is left to do. Throws for whatever was found wrong. */
  async run(): Promise<void> {
    // Some are there from the beginning, others join.
    for (const place of this.#places.keys()) {
      if (place === 0 || this.#world.random() < 0.5) this.#open(place);
      else void this.#world.pause(downtimeMs).then(() => this.#open(place));
    }
    for (let steps = 0; !(steps % stepsBetweenLooks === 0 && (await this.#isOver())); steps++) {
      await this.#step();
      this.#disturb();
      const sinceFaults = this.#world.clock.now() - this.faults.lastAt;
      if (steps > maxSteps || sinceFaults > this.#options.boundMs)
        assert.fail(`the run does not end: ${this.#shown()}`);
    }
    this.clients.stop();
    await this.#close();
    assert.deepEqual(this.#world.jobs.running, [], "a job that nobody waits for is stopped");
    await verifyEnd(this.database);
  }

  async #step(): Promise<void> {
    await this.#world.rest();
    if (this.#world.failures.length > 0) throw this.#world.failures[0];
    this.#world.clock.advanceToNext();
  }

  /** Nothing is left to do, nor has it been for a while: a call that was on its way may have begun something. */
  async #isOver(): Promise<boolean> {
    if (this.clients.waiting > 0 || !(await this.database.isQuiet())) {
      this.#quietSince = undefined;
      return false;
    }
    this.faults.stop();
    this.#quietSince ??= this.#world.clock.now();
    return this.#world.clock.now() - this.#quietSince > longestJourneyMs;
  }

  #shown(): string {
    const running = [...this.database.executions].filter(({ status }) => status === "RUNNING");
    return `${this.clients.waiting} clients wait; ${running.map(shownExecution).join("; ")}`;
  }

  #open(place: number): void {
    const life = new NodeLife(`node-${place}-${this.#lives.size}`, this.#world, this.faults);
    const { database, faults, observer } = this;
    const node = openSimulatedNode({
      world: this.#world,
      faults,
      database,
      observer,
      life,
      peers: peersOf(life, { world: this.#world, faults, find: (id) => this.#reached(id) }),
      answerToken: (token, outcome) => this.clients.answerToken(token, outcome),
    });
    this.#places[place] = node;
    this.#lives.set(life.id, node);
    void life.died.then(() => this.#replace(place));
  }

  #replace(place: number): void {
    this.#places[place] = undefined;
    void this.#world.pause(downtimeMs).then(() => {
      this.faults.endAt(this.#world.clock.now());
      this.#open(place);
    });
  }

  #reached(nodeId: string) {
    const node = this.#lives.get(nodeId);
    return node && { life: node.life, perform: node.runtime.performForPeer };
  }

  /** Sets clocks, and asks nodes to end. */
  #disturb(): void {
    for (const node of this.#places) {
      if (node === undefined || node.life.isDead) continue;
      if (this.faults.happens("jump")) node.clock.jump(Math.floor((this.#world.random() - 0.5) * 60_000));
      if (this.faults.happens("leave")) void this.#leave(node);
    }
  }

  /** A node that is asked to end does so in order, and is replaced. */
  async #leave({ life, runtime }: SimulatedNode): Promise<void> {
    await runtime.close();
    life.end();
  }

  async #close(): Promise<void> {
    const nodes = this.#places.filter((node) => node !== undefined);
    const closing = { isOver: false };
    void Promise.all(nodes.map(({ life, runtime }) => Promise.race([runtime.close(), life.died]))).then(
      () => (closing.isOver = true),
    );
    for (let steps = 0; !closing.isOver; steps++) {
      assert.ok(steps < maxSteps, "nodes close");
      await this.#step();
    }
  }

  /** Asks any node that lives, and another where there is no answer, as clients behind a load balancer do. */
  async #ask<Answer>(
    act: (runtime: Runtime, gone: AbortSignal) => Promise<Answer>,
    unheard: (answer: Answer) => void = () => undefined,
  ): Promise<Answer> {
    for (;;) {
      const living = this.#places.filter((node) => node !== undefined);
      const asked = living[Math.floor(this.#world.random() * living.length)];
      if (asked !== undefined) {
        const answer = await this.#answer(asked, act, unheard);
        if ("value" in answer) return answer.value;
        if (answer.error !== undefined && !isTroubleOfServer(answer.error)) throw answer.error;
      }
      await this.#world.pause(1_000);
    }
  }

  async #answer<Answer>(
    { life, runtime }: SimulatedNode,
    act: (runtime: Runtime, gone: AbortSignal) => Promise<Answer>,
    unheard: (answer: Answer) => void,
  ): Promise<{ readonly value: Answer } | { readonly error: unknown }> {
    const gone = new AbortController();
    const { promise: late, resolve } = Promise.withResolvers<"late">();
    const callOff = this.#world.clock.callAfter(clientPatienceMs, () => resolve("late"));
    const call = async () => {
      await this.#world.pause(20);
      await life.pass();
      try {
        const value = await act(runtime, gone.signal);
        await life.pass();
        if (gone.signal.aborted) unheard(value);
        return { value };
      } catch (error) {
        await life.pass();
        return { error };
      }
    };
    const answer = await Promise.race([call(), life.died, late]);
    callOff();
    if (typeof answer !== "string") return answer;
    gone.abort();
    return { error: undefined };
  }
}

function isTroubleOfServer(error: unknown): boolean {
  return error instanceof CommitError || error instanceof PeerAnswerLostError || error instanceof DrawnRefusal;
}
