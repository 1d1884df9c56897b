// The lives of one server on one file: it is ended at random moments, also while it starts, and started again.
import { writeFileSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import type { Random } from "./random.ts";
import { type Answer, type EndSignal, type Key, type Server, startServer } from "./server.ts";

export interface Reply extends Answer {
  /** The life that answered. */
  readonly life: number;
  /** True where an earlier try went unanswered: what was asked for may have happened twice over, or already. */
  readonly isRepeated: boolean;
}

/** Servers that answer, whichever of them and however often they die. */
export interface Answering {
  /** Calls until there is an answer that is not about the server's own state, through as many lives as it takes. @throws CutOff when the run is over. */
  call(action: string, input: object): Promise<Reply>;
  /** Calls once. @throws CutOff when a kill came in between. */
  callOnce(action: string, input: object): Promise<Reply>;
}

export interface LivesOptions {
  readonly directory: string;
  readonly random: Random;
  /** The configuration of each life, by its number from 1 on. */
  readonly configurationOf: (life: number) => object;
  /** The signal that ends a life. */
  readonly endSignal: EndSignal;
  /** Signs the calls. */
  readonly key?: Key | undefined;
}

/** A call was cut off by a kill, and is not to be made again; or the run is over. */
export class CutOff extends Error {}

const pauseMs = 20;
/** A server that is killed while it starts is killed before. */
const longestStartMs = 800;
/** A server that is asked to end takes no longer. */
const longestEndMs = 10_000;
/** A call that finds no server for so long is a fault of the run itself. */
const patienceMs = 120_000;

export class Lives implements Answering {
  kills = 0;
  /** Lines of the logs that tell of faults in the server, and ends that are faults. */
  readonly bugs: string[] = [];
  readonly #options: LivesOptions;
  #life = 0;
  #server: Server | undefined;
  #isOver = false;

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  /** The one that lives now. */
  get server(): Server | undefined {
    return this.#server;
  }

  /** Begins a life and lets it be. */
  async begin(): Promise<Server> {
    const server = await this.#start();
    if (server === undefined) throw new Error("Nobody asked the server to end.");
    this.#server = server;
    return server;
  }

  /** A life that is ended, one in five while the server starts. */
  async liveAndDie(mostMs: number): Promise<void> {
    const { random } = this.#options;
    const isEarly = random.isLucky(20);
    const end = new AbortController();
    const endAfter = (ms: number): NodeJS.Timeout => setTimeout(() => end.abort(), random.below(ms));
    if (isEarly) endAfter(longestStartMs);
    this.#server = await this.#start(isEarly ? end.signal : undefined);
    if (!isEarly) endAfter(mostMs);
    if (!end.signal.aborted)
      await new Promise((resolve) => end.signal.addEventListener("abort", resolve, { once: true }));
    await this.end();
  }

  /** Calls go on while a server stops: what it still acknowledges must survive. */
  async end(): Promise<void> {
    const server = this.#server;
    this.kills++;
    const began = performance.now();
    const how = await server?.end();
    this.#server = undefined;
    const tookMs = performance.now() - began;
    this.bugs.push(...(server?.takeLogged() ?? []));
    if (this.#options.endSignal === "SIGKILL" || how === undefined) return;
    if (how !== "exit code 0") this.bugs.push(`A server that was asked to stop ended with ${how}.`);
    if (tookMs > longestEndMs) this.bugs.push(`A server took ${Math.round(tookMs)} ms to stop.`);
  }

  /** The last life ends, and nobody calls any more. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#server?.kill();
    this.bugs.push(...(this.#server?.takeLogged() ?? []));
  }

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
    const { directory, endSignal, key, configurationOf } = this.#options;
    writeFileSync(`${directory}/pawl.config.json`, JSON.stringify(configurationOf(this.#life)));
    return startServer({ directory, endSignal, key, keep: /bug in Pawl/, ...(signal && { signal }) });
  }
}
