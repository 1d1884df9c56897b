// Connections to the database: each is made when it is first needed and again when it was lost, and has as many statements
// under way as are asked for. A statement that outlives the patience costs its connection, so that a peer that fell silent is
// found out.
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { Client, types } from "pg";
import { StoreAwayError } from "../errors.ts";
import type { Place } from "./place.ts";
import { explain } from "./problems.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  /** Names what the server prepares; absent for one that is rare. */
  readonly name?: string;
  readonly text: string;
}

export interface LinkOptions {
  readonly place: Place;
  /** Whether statements may stay prepared at the server: not behind every pooler. */
  readonly preparesStatements: boolean;
  /** Has what is prepared planned once, whatever the values, by way of indexes: for statements that look up rows by their keys. */
  readonly hasFixedPlans?: boolean;
  /** How long a connection may be silent while it is asked something, milliseconds. */
  readonly silenceMs: number;
}

/** Runs statements, each by itself. @throws StoreAwayError where the database cannot be reached. */
export interface Runs {
  run(statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]>;
}

const bigint = 20;
const bigints = 1016;

/** Every bigint of ours is a safe integer. */
function typeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === bigint) return Number;
  if (oid === bigints) return (value) => (value === "{}" ? [] : value.slice(1, -1).split(",").map(Number));
  return types.getTypeParser(oid, format as "text") as (value: string) => unknown;
}

/** With these the plan does not depend on how large a table was when the statement was planned. */
const fixedPlans = `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
  SET enable_mergejoin = off`;

const longestConnectMs = 5_000;
const lookMs = 500;

/** One connection, as long as it lives. */
class Wire {
  readonly client: Client;
  readonly isOpen: Promise<unknown>;
  readonly #socket: Socket;
  readonly #silenceMs: number;
  #isGathering = false;
  isLost = false;
  pending = 0;
  #heardAt = performance.now();
  readonly #watch: NodeJS.Timeout;

  constructor({ place, preparesStatements, hasFixedPlans = false, silenceMs }: LinkOptions) {
    const socket = new Socket();
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    this.client = new Client({
      ...place.config,
      application_name: "pawl",
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: Math.min(longestConnectMs, silenceMs),
      types: { getTypeParser: typeParser as typeof types.getTypeParser },
      stream: () => socket,
    });
    // An error has an end behind it; each statement that was under way is told of it as well.
    this.client.on("error", () => this.#lose());
    this.client.on("end", () => this.#lose());
    this.isOpen = this.#connect(preparesStatements && hasFixedPlans ? fixedPlans : undefined);
    this.isOpen.catch(() => this.cut());
    this.#watch = setInterval(() => this.#look(), lookMs).unref();
  }

  async #connect(settings: string | undefined): Promise<void> {
    await this.client.connect();
    if (settings !== undefined) await this.run({ text: settings }, []);
  }

  async run(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.pending === 0) this.#heardAt = performance.now();
    this.pending += 1;
    this.#gather();
    try {
      const { rows } = await this.client.query<Row>({ ...statement, values: values as unknown[] });
      return rows;
    } finally {
      this.pending -= 1;
      this.#heardAt = performance.now();
    }
  }

  /** All that this turn of the event loop asks leaves in one packet. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#socket.cork();
    setImmediate(() => {
      this.#isGathering = false;
      this.#socket.uncork();
    });
  }

  async end(): Promise<void> {
    if (this.isLost) return;
    try {
      await this.client.end();
    } catch {
      // It is gone already.
    }
    this.#lose();
  }

  /** Ends it without a word: the server undoes what was not committed. */
  cut(): void {
    this.#socket.destroy();
    this.#lose();
  }

  #lose(): void {
    this.isLost = true;
    clearInterval(this.#watch);
  }

  #look(): void {
    if (this.pending > 0 && performance.now() - this.#heardAt > this.#silenceMs) this.cut();
  }
}

export class Link implements Runs {
  readonly #options: LinkOptions;
  #wire: Wire | undefined;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#wire?.pending ?? 0;
  }

  async run(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const wire = await this.#open();
    return this.#explained(wire.run(this.#prepared(statement), values));
  }

  /**
   * Runs statements on one connection: none of them on another one, should it be lost meanwhile.
   * @param act must not leave a transaction open.
   */
  async hold<T>(act: (held: Runs) => Promise<T>): Promise<T> {
    const wire = await this.#open();
    return act({
      run: (statement, values = []) => this.#explained(wire.run(this.#prepared(statement), values)),
    });
  }

  /** The client of the connection, for what is not a statement. */
  async client(): Promise<Client> {
    return (await this.#open()).client;
  }

  /** Loses the connection, and all that was not committed on it. */
  cut(): void {
    this.#wire?.cut();
    this.#wire = undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#wire?.end();
  }

  #prepared(statement: Statement): Statement {
    return this.#options.preparesStatements ? statement : { text: statement.text };
  }

  async #open(): Promise<Wire> {
    if (this.#isClosed) throw new StoreAwayError("The store is closed.");
    if (this.#wire === undefined || this.#wire.isLost) this.#wire = new Wire(this.#options);
    const wire = this.#wire;
    await this.#explained(wire.isOpen);
    return wire;
  }

  async #explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      throw explain(cause, this.#options.place.name);
    }
  }
}

/** Several connections, of which the least busy is asked. */
export class Links implements Runs {
  readonly #links: readonly Link[];

  constructor(count: number, options: LinkOptions) {
    this.#links = Array.from({ length: count }, () => new Link(options));
  }

  run(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const [first, ...others] = this.#links;
    if (first === undefined) throw new Error("there is no connection to ask");
    let least = first;
    for (const link of others) if (link.pending < least.pending) least = link;
    return least.run(statement, values);
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()));
  }
}
