// The rows of executions that were written lately. As long as the runtime owns them nobody else writes them, so that what is asked of
// them, often again and again until they end, needs no way to the store.
import type { ExecutionRecord } from "../../store/journal.ts";
import { RecentlyUsed } from "../recently-used.ts";

export class RecentRecords {
  readonly #mostEntries: number;
  readonly #records: RecentlyUsed<{ record: ExecutionRecord }>;
  readonly #ids = new Map<string, number>();

  constructor({ mostEntries }: { readonly mostEntries: number }) {
    this.#mostEntries = mostEntries;
    this.#records = new RecentlyUsed({ mostEntries, mostWeight: mostEntries });
  }

  /** A row has been written. Children of Map Runs are left out: others of their run change them as well. */
  note(record: ExecutionRecord): void {
    if (record.type === "EXPRESS" || record.mapRun !== undefined) return;
    const kept = this.#records.get(record.id);
    if (kept !== undefined) {
      kept.record = record;
      return;
    }
    this.#records.add(record.id, { record }, 1);
    this.#ids.set(nameOf(record.stateMachineId, record.key), record.id);
    if (this.#ids.size > 2 * this.#mostEntries) this.#forget();
  }

  /** `undefined` for one that was not written lately, whether or not there is one. */
  recordOf(stateMachineId: number, key: string): ExecutionRecord | undefined {
    const id = this.#ids.get(nameOf(stateMachineId, key));
    return id === undefined ? undefined : this.#records.get(id)?.record;
  }

  #forget(): void {
    for (const [name, id] of this.#ids) if (this.#records.get(id) === undefined) this.#ids.delete(name);
  }
}

const nameOf = (stateMachineId: number, key: string): string => `${stateMachineId}/${key}`;
