// Takes what is to be told to where it is told: without ever being waited for, within bounds, in batches, in order within a
// lane, and again after a failure. Best effort: what finds no room, or is refused, is counted and lost.
import type { Clock } from "../runtime/clock.ts";

export interface Item {
  /** Items of one lane arrive in order, one batch at a time; lanes do not wait for each other. */
  readonly lane: string;
  readonly bytes: number;
}

export interface Bounds {
  readonly items: number;
  readonly bytes: number;
}

export interface Sent<Kind extends Item> {
  /** Items that may be taken later, in order. */
  readonly again: readonly Kind[];
  /** How many will never be taken. */
  readonly refused: number;
  /** Why not everything was taken. */
  readonly problem?: string | undefined;
}

export type Send<Kind extends Item> = (items: readonly Kind[], signal: AbortSignal) => Promise<Sent<Kind>>;

export interface OutboxOptions<Kind extends Item> {
  /** A name for what is told and where, as the beginning of a sentence. */
  readonly name: string;
  readonly send: Send<Kind>;
  readonly maxBatch: Bounds;
  readonly maxWaiting?: Bounds | undefined;
  readonly clock: Clock;
  /** From 0 up to 1: spreads what is sent again. */
  readonly random: () => number;
  readonly log: (message: string) => void;
}

interface Lane<Kind extends Item> {
  readonly items: Kind[];
  /** Failures in a row. */
  failures: number;
  /** Calls the timer off: of the next batch, or of the one that is on its way. */
  callOff: () => void;
  sending: AbortController | undefined;
}

const defaultMaxWaiting: Bounds = { items: 100_000, bytes: 64 * 1024 * 1024 };
/** Batches on their way at a time: each holds a connection, and an endpoint that hangs must not take them all. */
const maxSending = 32;
/** How long the first item of a batch waits for company. */
const gatherMs = 100;
const sendTimeoutMs = 30_000;
const firstPauseMs = 250;
const longestPauseMs = 30_000;
const reportEveryMs = 60_000;
/** How long a server that stops waits for what is outstanding. */
const closeWithinMs = 3000;

export class Outbox<Kind extends Item> {
  readonly #options: OutboxOptions<Kind>;
  readonly #lanes = new Map<string, Lane<Kind>>();
  /** Those that have a batch to send, the one first that has waited longest. */
  readonly #ready = new Map<string, Lane<Kind>>();
  #sending = 0;
  #waiting = { items: 0, bytes: 0 };
  #dropped = 0;
  #refused = 0;
  #problem: string | undefined;
  /** Calls off the end of the time in which nothing is reported because something just was. */
  #callOffQuiet: (() => void) | undefined;
  #isReportDue = false;
  #state: "open" | "closing" | "closed" = "open";
  readonly #emptied = Promise.withResolvers<void>();

  constructor(options: OutboxOptions<Kind>) {
    this.#options = options;
  }

  add(item: Kind): void {
    if (this.#state !== "open") return;
    let lane = this.#lanes.get(item.lane);
    if (lane === undefined) {
      lane = { items: [], failures: 0, callOff: () => undefined, sending: undefined };
      this.#lanes.set(item.lane, lane);
      this.#sendAfter(lane, item.lane, gatherMs);
    }
    lane.items.push(item);
    this.#count([item], 1);
    this.#makeRoom();
  }

  /** Sends what waits, for a few seconds at most. */
  async close(): Promise<void> {
    if (this.#state !== "open") return this.#emptied.promise;
    this.#state = "closing";
    const { clock } = this.#options;
    const callOff = clock.callAfter(closeWithinMs, () => this.#emptied.resolve());
    for (const [name, lane] of this.#lanes) {
      if (lane.sending !== undefined) continue;
      lane.callOff();
      this.#sendInTurn(lane, name);
    }
    if (this.#lanes.size === 0) this.#emptied.resolve();
    await this.#emptied.promise;
    callOff();
    this.#state = "closed";
    for (const lane of this.#lanes.values()) {
      lane.callOff();
      lane.sending?.abort();
    }
    this.#callOffQuiet?.();
    this.#dropped += this.#waiting.items;
    this.#waiting = { items: 0, bytes: 0 };
    if (this.#dropped + this.#refused > 0) this.#report();
  }

  #sendAfter(lane: Lane<Kind>, name: string, ms: number): void {
    const { clock } = this.#options;
    lane.callOff = clock.callAfter(ms, () => this.#sendInTurn(lane, name));
  }

  #sendInTurn(lane: Lane<Kind>, name: string): void {
    this.#ready.set(name, lane);
    this.#sendReady();
  }

  #sendReady(): void {
    for (const [name, lane] of this.#ready) {
      // Everything may have been dropped meanwhile.
      if (lane.items.length > 0 && this.#sending === maxSending) return;
      this.#ready.delete(name);
      if (lane.items.length === 0) this.#retire(name);
      else this.#sendBatch(lane, name);
    }
  }

  #sendBatch(lane: Lane<Kind>, name: string): void {
    const batch = cutBatch(lane.items, this.#options.maxBatch);
    const { clock, send } = this.#options;
    const sending = new AbortController();
    lane.sending = sending;
    this.#sending += 1;
    lane.callOff = clock.callAfter(sendTimeoutMs, () => sending.abort());
    const settle = (sent: Sent<Kind>): void => {
      lane.callOff();
      lane.sending = undefined;
      this.#sending -= 1;
      if (this.#state === "closed") return;
      this.#goOn(lane, name, { batch, sent });
      this.#sendReady();
    };
    // A send that throws has a fault of its own, which the next one may not have.
    send(batch, sending.signal).then(settle, (error: unknown) =>
      settle({ again: batch, refused: 0, problem: error instanceof Error ? error.message : String(error) }),
    );
  }

  #goOn(lane: Lane<Kind>, name: string, done: { readonly batch: readonly Kind[]; readonly sent: Sent<Kind> }): void {
    const { again, refused, problem } = done.sent;
    this.#count(done.batch, -1);
    this.#count(again, 1);
    lane.items.unshift(...again);
    this.#refused += refused;
    if (problem !== undefined) this.#problem = problem;
    if (again.length + refused > 0) this.#reportSoon();
    if (again.length > 0) {
      lane.failures = again.length < done.batch.length ? 1 : lane.failures + 1;
      this.#sendAfter(lane, name, this.#pauseMs(lane.failures));
    } else {
      lane.failures = 0;
      this.#sendInTurn(lane, name);
    }
    this.#makeRoom();
  }

  #retire(name: string): void {
    this.#lanes.delete(name);
    if (this.#state === "closing" && this.#lanes.size === 0) this.#emptied.resolve();
  }

  #pauseMs(failures: number): number {
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 16));
    return pause * (0.5 + this.#options.random() / 2);
  }

  #count(items: readonly Kind[], sign: 1 | -1): void {
    this.#waiting.items += sign * items.length;
    for (const { bytes } of items) this.#waiting.bytes += sign * bytes;
  }

  /** A tenth of the fullest lane goes at once: it is the one that does not get on, and a full queue must cost little. */
  #makeRoom(): void {
    const { items, bytes } = this.#options.maxWaiting ?? defaultMaxWaiting;
    while (this.#waiting.items > items || this.#waiting.bytes > bytes) {
      let fullest: Lane<Kind> | undefined;
      for (const lane of this.#lanes.values()) {
        if (lane.items.length > (fullest?.items.length ?? 0)) fullest = lane;
      }
      if (fullest === undefined) return;
      const oldest = fullest.items.splice(0, Math.ceil(fullest.items.length / 10));
      this.#count(oldest, -1);
      this.#dropped += oldest.length;
      this.#reportSoon();
    }
  }

  /** At once where nothing was reported for a while, else when it is time again. */
  #reportSoon(): void {
    if (this.#callOffQuiet === undefined) this.#report();
    else this.#isReportDue = true;
  }

  #report(): void {
    const { clock, name, log } = this.#options;
    this.#isReportDue = false;
    if (this.#state !== "closed") {
      this.#callOffQuiet = clock.callAfter(reportEveryMs, () => {
        this.#callOffQuiet = undefined;
        if (this.#isReportDue) this.#report();
      });
    }
    const parts = [
      `${name} cannot all be delivered${this.#problem === undefined ? "" : `: ${this.#problem.replace(/\.$/, "")}`}.`,
    ];
    if (this.#dropped > 0) parts.push(`Dropped, the oldest first: ${this.#dropped}.`);
    if (this.#refused > 0) parts.push(`Refused: ${this.#refused}.`);
    if (this.#waiting.items > 0) parts.push(`Waiting: ${this.#waiting.items}.`);
    const isWorthALine = this.#dropped + this.#refused + this.#waiting.items > 0;
    this.#dropped = 0;
    this.#refused = 0;
    this.#problem = undefined;
    if (isWorthALine) log(parts.join(" "));
  }
}

/** At least one item, however large. */
function cutBatch<Kind extends Item>(items: Kind[], max: Bounds): readonly Kind[] {
  let bytes = 0;
  let count = 0;
  for (const item of items) {
    bytes += item.bytes;
    if (count > 0 && (count === max.items || bytes > max.bytes)) break;
    count += 1;
  }
  return items.splice(0, count);
}
