// Goes through the Map Runs that are open: a dispatcher for each, which hears of what becomes of the run and its children.
import type { LiveExecution } from "../runtime/executions/live-execution.ts";
import type { MapRunUpdate } from "../runtime/map-runs/map-run-description.ts";
import type { CreateMapRunner, MapRunner, MapRunnerParts } from "../runtime/map-runs/map-runner.ts";
import type { ExecutionChange } from "../store/journal.ts";
import type { MapRunChange, MapRunRecord } from "../store/map-run-row.ts";
import { Dispatcher, endedChild } from "./dispatcher.ts";
import type { MapRunData } from "./ports.ts";

export function mapRunnerOn(data: MapRunData): CreateMapRunner {
  return (parts) => new Dispatchers(parts, data);
}

const pageSize = 200;

class Dispatchers implements MapRunner {
  readonly #parts: MapRunnerParts;
  readonly #data: MapRunData;
  readonly #byId = new Map<number, Dispatcher>();
  #isStopped = false;

  constructor(parts: MapRunnerParts, data: MapRunData) {
    this.#parts = parts;
    this.#data = data;
  }

  async recover(): Promise<void> {
    for (let after = 0; !this.#isStopped;) {
      const runs = await this.#parts.store.mapRuns.openMapRuns({ limit: pageSize, after });
      for (const run of runs) if (!this.#byId.has(run.id)) this.#begin(run);
      const last = runs.at(-1);
      if (last === undefined || runs.length < pageSize) return;
      after = last.id;
    }
  }

  committed({ record: { id } }: LiveExecution, { record, mapRuns = [] }: ExecutionChange): void {
    this.moved(id, mapRuns);
    const child = endedChild(record);
    if (child !== undefined) this.#byId.get(child.mapRun.id)?.childEnded(child);
  }

  moved(executionId: number, changes: readonly MapRunChange[]): void {
    for (const change of changes) this.#move(executionId, change);
  }

  undone(): void {
    for (const dispatcher of this.#byId.values()) dispatcher.undone();
  }

  async update(mapRunId: number, update: MapRunUpdate): Promise<boolean> {
    const dispatcher = this.#byId.get(mapRunId);
    return dispatcher !== undefined && dispatcher.updateByClient(update);
  }

  countChildren(mapRunId: number) {
    return this.#byId.get(mapRunId)?.counts;
  }

  stop(): void {
    this.#isStopped = true;
    for (const dispatcher of this.#byId.values()) dispatcher.stop();
  }

  #move(executionId: number, change: MapRunChange): void {
    if (change.kind === "begin") return this.#begin(change.run);
    const known = [...this.#byId.values()].find(
      ({ run }) => run.executionId === executionId && run.startedEventId === change.startedEventId,
    );
    if (known !== undefined) return known.moved(change);
    // One that was over goes on.
    if (change.kind === "redrive") void this.#beginAgain(executionId, change.startedEventId);
  }

  #begin(run: MapRunRecord): void {
    if (this.#isStopped) return;
    const dispatcher = new Dispatcher(this.#parts, this.#data, run);
    this.#byId.set(run.id, dispatcher);
    // All that is told with the commit is told first.
    void Promise.resolve()
      .then(() => dispatcher.work())
      .finally(() => {
        if (this.#byId.get(run.id) === dispatcher) this.#byId.delete(run.id);
        // Redriven at the last moment.
        if (dispatcher.run.status === "RUNNING" && !dispatcher.isStopped) this.#begin(dispatcher.run);
      });
  }

  async #beginAgain(executionId: number, startedEventId: number): Promise<void> {
    const { store, loop, log } = this.#parts;
    while (!this.#isStopped) {
      try {
        const run = await store.mapRuns.mapRunOf(executionId, startedEventId);
        if (run !== undefined && run.isOpen && !this.#byId.has(run.id)) this.#begin(run);
        return;
      } catch (error) {
        log("A Map Run that was redriven cannot be read yet; it is tried again.", error);
        await loop.pause();
      }
    }
  }
}
