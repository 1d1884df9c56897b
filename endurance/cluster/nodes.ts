// The nodes of a cluster as their users see them: several servers on one database, each of which is killed, paused, asked to end,
// and started again; clients ask any of them, and ask another where one does not answer.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { type Answering, CutOff, type Reply } from "../lives.ts";
import type { Random } from "../random.ts";
import { type Answer, requestOf, type Server, startServer } from "../server.ts";

export interface NodesOptions {
  readonly directory: string;
  readonly random: Random;
  /** The address of the database. */
  readonly db: string;
  readonly count: number;
  readonly leaseMs: number;
  /** The configuration of each life, by its number from 1 on, beside what nodes have in common. */
  readonly configurationOf: (life: number) => object;
}

/** A trouble of one life, or of all of them: of the database, or because a node came and work was handed over. */
export interface Trouble {
  readonly kind: "kill" | "pause" | "end" | "database" | "join";
  readonly life: number | undefined;
  /** Epoch milliseconds. */
  readonly from: number;
  to: number;
}

interface Node {
  readonly life: number;
  readonly server: Server;
}

const pauseMs = 20;
const patienceMs = 120_000;
/** A node that is paused, or waits for its database, does not answer: a client asks another one then. */
const answerMs = 5_000;
const longPollMs = 65_000;
/** A node that is asked to end hands over what it has. */
const longestEndMs = 15_000;

export class Nodes implements Answering {
  readonly troubles: Trouble[] = [];
  /** Lines of the logs that tell of faults, and ends that are faults. */
  readonly bugs: string[] = [];
  readonly #options: NodesOptions;
  readonly #nodes: (Node | undefined)[];
  #lives = 0;
  #isOver = false;

  constructor(options: NodesOptions) {
    this.#options = options;
    this.#nodes = Array.from({ length: options.count });
  }

  get count(): number {
    return this.#nodes.length;
  }

  async start(index: number): Promise<void> {
    const { directory, db, leaseMs, configurationOf } = this.#options;
    const life = ++this.#lives;
    const own = join(directory, `node-${index}`);
    mkdirSync(own, { recursive: true });
    const configuration = { ...configurationOf(life), cluster: { leaseMs } };
    writeFileSync(join(own, "pawl.config.json"), JSON.stringify(configuration));
    const trouble = this.trouble("join", undefined);
    const server = await startServer({ directory: own, db, keep: /bug in Pawl/ });
    trouble.to = Date.now();
    if (server === undefined) throw new Error("Nobody asked the server to end.");
    this.#nodes[index] = { life, server };
  }

  /** `kill -9`. */
  async kill(index: number): Promise<void> {
    const { life, server } = this.#take(index);
    this.trouble("kill", life);
    await server.kill();
    this.bugs.push(...server.takeLogged());
  }

  /** SIGSTOP, and SIGCONT after a while: the process knows nothing of the time between. */
  async pause(index: number, ms: number): Promise<void> {
    const node = this.#nodes[index];
    if (node === undefined) return;
    const trouble = this.trouble("pause", node.life);
    process.kill(node.server.pid, "SIGSTOP");
    await pass(ms);
    process.kill(node.server.pid, "SIGCONT");
    trouble.to = Date.now();
  }

  /** SIGTERM: it hands over what it has. */
  async end(index: number): Promise<void> {
    const { life, server } = this.#take(index);
    const trouble = this.trouble("end", life);
    process.kill(server.pid, "SIGTERM");
    const how = await Promise.race([server.ended, pass(longestEndMs, "no end", { ref: false })]);
    if (how !== "exit code 0") this.bugs.push(`A node that was asked to end came to ${how}.`);
    await server.kill();
    trouble.to = Date.now();
    this.bugs.push(...server.takeLogged());
  }

  trouble(kind: Trouble["kind"], life: number | undefined): Trouble {
    const now = Date.now();
    const trouble: Trouble = { kind, life, from: now, to: now };
    this.troubles.push(trouble);
    return trouble;
  }

  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#nodes.map((node) => node?.server.kill()));
    for (const node of this.#nodes) this.bugs.push(...(node?.server.takeLogged() ?? []));
  }

  async call(action: string, input: object): Promise<Reply> {
    let isRepeated = false;
    const giveUpAt = Date.now() + patienceMs;
    for (;;) {
      if (this.#isOver) throw new CutOff(action);
      const node = this.#any();
      const reply = node && (await this.#try(node, action, input));
      if (reply !== undefined && reply.status < 500) return { ...reply, isRepeated };
      // A node that cannot say whether it has done something answers with 500.
      isRepeated ||= node !== undefined && reply?.status !== 503;
      if (Date.now() > giveUpAt) {
        const last = reply === undefined ? "" : `: ${JSON.stringify(reply.body)}`;
        throw new Error(`${action} found no node for ${patienceMs / 1000} s${last}`);
      }
      await pass(pauseMs);
    }
  }

  async callOnce(action: string, input: object): Promise<Reply> {
    let node = this.#any();
    for (; node === undefined; node = this.#any()) {
      if (this.#isOver) throw new CutOff("The run is over.");
      await pass(pauseMs);
    }
    const reply = await this.#try(node, action, input);
    if (reply === undefined || reply.status >= 500) throw new CutOff(action);
    return { ...reply, isRepeated: false };
  }

  #take(index: number): Node {
    const node = this.#nodes[index];
    if (node === undefined) throw new Error(`Node ${index} does not run.`);
    this.#nodes[index] = undefined;
    return node;
  }

  #any(): Node | undefined {
    const [first, ...others] = this.#nodes.filter((node) => node !== undefined);
    return first && this.#options.random.pick([first, ...others]);
  }

  async #try({ life, server }: Node, action: string, input: object): Promise<Omit<Reply, "isRepeated"> | undefined> {
    const signal = AbortSignal.timeout(action === "GetActivityTask" ? longPollMs : answerMs);
    try {
      const response = await fetch(server.url, { ...requestOf({ url: server.url, action, input }), signal });
      return { status: response.status, body: (await response.json()) as Answer["body"], life };
    } catch (error) {
      // `fetch` fails with a TypeError, a body that ends too early with one or a SyntaxError; all else is a fault of this run.
      if (error instanceof TypeError || error instanceof SyntaxError || signal.aborted) return undefined;
      throw error;
    }
  }
}
