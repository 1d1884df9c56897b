// The lives of one server on one file: it is killed at random moments, also while it starts, and started again.
import { writeFileSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import type { Random } from "../random.ts";
import { type Answer, type Server, startServer } from "../server.ts";

export interface Reply extends Answer {
  /** The life that answered. */
  readonly life: number;
  /** True where an earlier try went unanswered: what was asked for may have happened twice over, or already. */
  readonly isRepeated: boolean;
}

/** A call was cut off by a kill, and is not to be made again; or the run is over. */
export class CutOff extends Error {}

const pauseMs = 20;
/** A server that is killed while it starts is killed before. */
const longestStartMs = 800;
/** A call that finds no server for so long is a fault of the run itself. */
const patienceMs = 120_000;

export class Lives {
  kills = 0;
  /** Lines of the logs that tell of faults in the server. */
  readonly bugs: string[] = [];
  readonly #directory: string;
  readonly #configurationOf: (life: number) => object;
  readonly #random: Random;
  #life = 0;
  #server: Server | undefined;
  #isOver = false;

  constructor(directory: string, random: Random, configurationOf: (life: number) => object) {
    this.#directory = directory;
    this.#random = random;
    this.#configurationOf = configurationOf;
  }

  /** Begins a life and lets it be. */
  async begin(): Promise<void> {
    this.#server = await this.#start();
  }

  /** A life that ends by `kill -9`, one in five while the server starts. */
  async liveAndDie(mostMs: number): Promise<void> {
    const isEarly = this.#random.isLucky(20);
    const end = new AbortController();
    const endAfter = (ms: number): NodeJS.Timeout => setTimeout(() => end.abort(), this.#random.below(ms));
    if (isEarly) endAfter(longestStartMs);
    this.#server = await this.#start(isEarly ? end.signal : undefined);
    if (!isEarly) endAfter(mostMs);
    if (!end.signal.aborted)
      await new Promise((resolve) => end.signal.addEventListener("abort", resolve, { once: true }));
    await this.end();
  }

  async end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.kills++;
    await server?.kill();
    this.bugs.push(...(server?.takeLogged() ?? []));
  }

  /** The last life ends, and nobody calls any more. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#server?.kill();
    this.bugs.push(...(this.#server?.takeLogged() ?? []));
  }

  /** Calls until there is an answer that is not about the server's own state, through as many lives as it takes. @throws CutOff when the run is over. */
  async call(action: string, input: object): Promise<Reply> {
    let isRepeated = false;
    const giveUpAt = Date.now() + patienceMs;
    for (;;) {
      if (this.#isOver) throw new CutOff(action);
      const reply = await this.#try(action, input);
      if (reply !== undefined && reply.status !== 503) return { ...reply, isRepeated };
      isRepeated ||= reply === undefined;
      if (Date.now() > giveUpAt) throw new Error(`${action} found no server for ${patienceMs / 1000} s.`);
      await pass(pauseMs);
    }
  }

  /** Calls once. @throws CutOff when a kill came in between. */
  async callOnce(action: string, input: object): Promise<Reply> {
    await this.#there();
    const reply = await this.#try(action, input);
    if (reply === undefined || reply.status === 503) throw new CutOff(action);
    return { ...reply, isRepeated: false };
  }

  async #there(): Promise<Server> {
    for (;;) {
      if (this.#isOver) throw new CutOff("The run is over.");
      if (this.#server !== undefined) return this.#server;
      await pass(pauseMs);
    }
  }

  async #try(action: string, input: object): Promise<Omit<Reply, "isRepeated"> | undefined> {
    const server = this.#server;
    const life = this.#life;
    if (server === undefined) return undefined;
    try {
      return { ...(await server.send(action, input)), life };
    } catch (error) {
      // `fetch` fails with a TypeError, a body that ends too early with one or a SyntaxError; all else is a fault of this run.
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      return undefined;
    }
  }

  async #start(signal?: AbortSignal): Promise<Server | undefined> {
    this.#life++;
    writeFileSync(`${this.#directory}/pawl.config.json`, JSON.stringify(this.#configurationOf(this.#life)));
    return startServer({ directory: this.#directory, keep: /bug in Pawl/, ...(signal && { signal }) });
  }
}
