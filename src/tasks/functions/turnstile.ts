// Lets a bounded number of works go on at a time; the others wait in the order they came.

export class Turnstile {
  readonly #capacity: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#capacity) this.#inside += 1;
    else await new Promise<void>((resolve) => this.#waiting.add(resolve));
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  /** The place goes to the next in line, so nobody who comes later can slip in between. */
  #release(): void {
    for (const enter of this.#waiting) {
      this.#waiting.delete(enter);
      enter();
      return;
    }
    this.#inside -= 1;
  }
}
