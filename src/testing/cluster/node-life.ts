// One life of a simulated node. Between any two things that it does it may die, or stand still for a while: then nothing reaches
// it and nothing leaves it, and when it goes on it knows of nothing.
import type { SimulatedWorld } from "../simulated-world.ts";
import type { ClusterFaults } from "./cluster-faults.ts";

const longestPauseMs = 25_000;

export class NodeLife {
  readonly id: string;
  readonly died: Promise<"died">;
  /** How often it stood still. */
  pauses = 0;
  isDead = false;
  readonly #world: SimulatedWorld;
  readonly #faults: ClusterFaults;
  readonly #die: (value: "died") => void;
  #still: Promise<void> | undefined;

  constructor(id: string, world: SimulatedWorld, faults: ClusterFaults) {
    this.id = id;
    this.#world = world;
    this.#faults = faults;
    ({ promise: this.died, resolve: this.#die } = Promise.withResolvers<"died">());
  }

  get isPaused(): boolean {
    return this.#still !== undefined;
  }

  /** Everything between the node and the rest of the world goes through here; nothing passes out of or into a dead one. */
  async pass(): Promise<void> {
    this.#world.stir();
    this.#draw();
    while (this.#still !== undefined) await this.#still;
    if (this.isDead) await new Promise(() => undefined);
  }

  /** The callback, as the node hears it. */
  hears<Given extends readonly unknown[]>(callback: (...given: Given) => void): (...given: Given) => void {
    return (...given) => {
      this.#world.stir();
      this.#draw();
      const take = (): void => {
        if (this.isDead) return;
        if (this.#still === undefined) callback(...given);
        else void this.#still.then(take);
      };
      take();
    };
  }

  /** It is gone for good. */
  end(): void {
    this.isDead = true;
    this.#die("died");
  }

  #draw(): void {
    if (this.isDead || this.#still !== undefined) return;
    if (this.#faults.happens("death")) this.end();
    else if (this.#faults.happens("pause")) this.#pause();
  }

  #pause(): void {
    this.pauses += 1;
    this.#still = this.#world.pause(longestPauseMs).then(() => {
      this.#still = undefined;
      this.#faults.endAt(this.#world.clock.now());
    });
  }
}
