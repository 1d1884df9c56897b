// The faults of a run of many nodes: which there are and how often is drawn for each run, and at some time they stop.
import type { SimulatedWorld } from "../simulated-world.ts";

const mostLikely = {
  death: 0.006,
  /** A node stands still, perhaps past its lease, and goes on as if nothing had happened. */
  pause: 0.008,
  /** A node is asked to end, hands over, and another comes in its place. */
  leave: 0.015,
  /** The wall clock of a node is set. */
  jump: 0.015,
  /** The database refuses a write. */
  refusal: 0.05,
  /** The answer to a commit is lost: it is written, will be written, or will not. */
  commitUnknown: 0.1,
  /** The database is slow, perhaps slower than a lease. */
  slow: 0.02,
  beatRefused: 0.1,
  beatUnanswered: 0.1,
  hintLost: 0.5,
  hintDoubled: 0.3,
  /** A call between nodes cannot be made. */
  callRefused: 0.3,
  /** A call between nodes is lost before its work, and after it. */
  callLost: 0.3,
  answerLost: 0.3,
} as const;

export type Fault = keyof typeof mostLikely;

/** None at all, or those that are drawn. */
export type Weather = "calm" | "stormy";

export class ClusterFaults {
  readonly #world: SimulatedWorld;
  readonly #chances = new Map<Fault, number>();
  readonly #until: number;
  #left: number;
  /** When the last one happened, or its consequences ended; epoch milliseconds. */
  lastAt: number;
  readonly counts = new Map<Fault, number>();

  constructor(world: SimulatedWorld, weather: Weather) {
    this.#world = world;
    this.lastAt = world.clock.now();
    const draw = (): number => (weather === "calm" ? 0 : world.random());
    for (const fault of Object.keys(mostLikely) as Fault[])
      if (draw() > 0.45) this.#chances.set(fault, mostLikely[fault] * draw());
    this.#until = world.clock.now() + 60_000 * draw();
    this.#left = Math.floor(60 * draw());
  }

  get areOver(): boolean {
    return this.#left <= 0 || this.#world.clock.now() >= this.#until;
  }

  /** No more happen. */
  stop(): void {
    this.#left = 0;
  }

  /** Whether a fault happens now, where one can. */
  happens(fault: Fault): boolean {
    if (this.areOver || this.#world.random() >= (this.#chances.get(fault) ?? 0)) return false;
    this.#left -= 1;
    this.lastAt = this.#world.clock.now();
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    return true;
  }

  /** A consequence of a fault is over. */
  endAt(at: number): void {
    this.lastAt = Math.max(this.lastAt, at);
  }
}
