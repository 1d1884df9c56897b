// Executions that a bug of Pawl has stopped. They stand still, also through a restart of the same version, which would only
// meet the bug again; another version takes them up, and StopExecution ends them.
import type { Quarantines } from "../../store/quarantines.ts";
import type { Clock } from "../clock.ts";

export interface QuarantineOptions {
  readonly quarantines: Quarantines;
  readonly clock: Clock;
  /** The version of Pawl. */
  readonly version: string;
  readonly log: (message: string, error?: unknown) => void;
}

const pageSize = 200;

export class Quarantine {
  readonly #options: QuarantineOptions;
  /** The bugs by execution. */
  readonly #bugs = new Map<number, unknown>();

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#bugs.size;
  }

  has(executionId: number): boolean {
    return this.#bugs.has(executionId);
  }

  bugOf(executionId: number): unknown {
    return this.#bugs.get(executionId);
  }

  /** @param isStored whether the execution is in the store: one whose start met the bug is not. */
  put(executionId: number, bug: unknown, isStored: boolean): void {
    const isNew = !this.#bugs.has(executionId);
    this.#bugs.set(executionId, bug);
    if (!isNew || !isStored) return;
    const { quarantines, clock, version } = this.#options;
    void this.#note(() => quarantines.add({ executionId, since: clock.now(), version }));
  }

  /** The execution has ended. */
  lift(executionId: number): void {
    if (!this.#bugs.delete(executionId)) return;
    void this.#note(() => this.#options.quarantines.remove(executionId));
  }

  /** Takes over what earlier processes have found; to be called before anything goes on. */
  async load(): Promise<void> {
    const { quarantines, version, log } = this.#options;
    for (let after = 0; ;) {
      const found = await quarantines.list({ limit: pageSize, after });
      for (const { executionId, version: stopped } of found) {
        if (stopped === version) this.#bugs.set(executionId, new Error(`A bug in Pawl ${version} has stopped it.`));
        else await quarantines.remove(executionId);
      }
      const last = found.at(-1);
      if (last === undefined || found.length < pageSize) break;
      after = last.executionId;
    }
    if (this.size === 0) return;
    const some = [...this.#bugs.keys()].slice(0, 20).join(", ");
    log(
      `Executions that a bug in this version of Pawl has stopped: ${this.size}, by their numbers ${some}. Another version ` +
        "takes them up; StopExecution ends them, and RedriveExecution has one that was ended begin again.",
    );
  }

  /** Without the note the next start meets the bug again, and notes it then. */
  async #note(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#options.log("An execution that stands still could not be noted.", error);
    }
  }
}
