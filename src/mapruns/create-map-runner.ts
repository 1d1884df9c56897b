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
  readonly #byEvent = new Map<string, Dispatcher>();
  #isStopped = false;

  constructor(parts: MapRunnerParts, data: MapRunData) {
    this.#parts = parts;
    this.#data = data;
  }

  async recover(): Promise<void> {
    for (let after = 0; !this.#isStopped;) {
      const runs = await this.#parts.store.mapRuns.openMapRuns({ limit: pageSize, after });
      for (const run of runs) this.#begin(run);
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
    const known = this.#byEvent.get(eventKey({ executionId, startedEventId: change.startedEventId }));
    if (known !== undefined) return known.moved(change);
    // One that was over goes on, and of one that nobody went through children may be left.
    const isLeft = change.kind === "redrive" || change.isOpen;
    if (isLeft) void this.#beginAgain(executionId, change.startedEventId);
  }

  /** A run that was found in the store may be heard of again, when the commit that began it is told. */
  #begin(run: MapRunRecord): void {
    if (this.#isStopped || this.#byId.has(run.id)) return;
    const dispatcher = new Dispatcher(this.#parts, this.#data, run);
    this.#byId.set(run.id, dispatcher);
    this.#byEvent.set(eventKey(run), dispatcher);
    // All that is told with the commit is told first.
    void Promise.resolve()
      .then(() => dispatcher.work())
      .finally(() => {
        if (this.#byId.get(run.id) === dispatcher) this.#byId.delete(run.id);
        if (this.#byEvent.get(eventKey(run)) === dispatcher) this.#byEvent.delete(eventKey(run));
        // Redriven at the last moment.
        if (dispatcher.run.status === "RUNNING" && !dispatcher.isStopped) this.#begin(dispatcher.run);
      });
  }

  async #beginAgain(executionId: number, startedEventId: number): Promise<void> {
    const { store, loop, log } = this.#parts;
    while (!this.#isStopped) {
      try {
        const run = await store.mapRuns.mapRunOf(executionId, startedEventId);
        if (run !== undefined && run.isOpen) this.#begin(run);
        return;
      } catch (error) {
        log("A Map Run that is to go on cannot be read yet; it is tried again.", error);
        await loop.pause();
      }
    }
  }
}

function eventKey({ executionId, startedEventId }: Pick<MapRunRecord, "executionId" | "startedEventId">): string {
  return `${executionId}/${startedEventId}`;
}
