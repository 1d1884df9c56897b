// The rows of executions that an owner has written lately. As long as it owns their partition nobody else writes them, so that what
// is asked of them, often again and again until they end, needs no way to the database.
import { RecentlyUsed } from "../runtime/recently-used.ts";
import type { ExecutionChange, ExecutionRecord } from "../store/journal.ts";

const mostEntries = 250;

export class RecentRecords {
  readonly #records = new RecentlyUsed<{ record: ExecutionRecord }>({ mostEntries, mostWeight: mostEntries });
  readonly #ids = new Map<string, number>();

  /** Changes that have been committed. Children of Map Runs are changed by others of their run as well. */
  note(changes: readonly ExecutionChange[]): void {
    for (const { record } of changes) {
      if (record.type === "EXPRESS" || record.mapRun !== undefined) continue;
      const kept = this.#records.get(record.id);
      if (kept !== undefined) kept.record = record;
      else {
        this.#records.add(record.id, { record }, 1);
        this.#ids.set(nameOf(record.stateMachineId, record.key), record.id);
      }
    }
    if (this.#ids.size > 2 * mostEntries) this.#forget();
  }

  recordOf(stateMachineId: number, key: string): ExecutionRecord | undefined {
    const id = this.#ids.get(nameOf(stateMachineId, key));
    return id === undefined ? undefined : this.#records.get(id)?.record;
  }

  #forget(): void {
    for (const [name, id] of this.#ids) if (this.#records.get(id) === undefined) this.#ids.delete(name);
  }
}

const nameOf = (stateMachineId: number, key: string): string => `${stateMachineId}/${key}`;
