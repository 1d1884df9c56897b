// Stopping an execution: its last event is ExecutionAborted, and what ran for it is called off. That ends any execution, also
// one that a bug of Pawl has stopped, or whose journal cannot be read.
import type { Failure } from "../../engine/journal/event.ts";
import type { ExecutionChange, ExecutionRecord, Journal } from "../../store/journal.ts";
import type { MapRunChange } from "../../store/map-run-row.ts";
import type { MapRuns } from "../../store/map-runs.ts";
import type { Clock } from "../clock.ts";
import { createKeyedQueue, type KeyedQueue } from "../keyed-queue.ts";
import type { ChildEnds } from "./child-ends.ts";
import type { Committer } from "./committer.ts";
import { findRecord } from "./find-record.ts";
import type { LiveExecutions } from "./live-executions.ts";
import { isOfStore } from "./passing.ts";
import type { Quarantine } from "./quarantine.ts";
import { type Loop, signalsOf } from "./loop.ts";

export interface StopsOptions {
  readonly journal: Pick<Journal, "findRecord" | "readRecord">;
  readonly clock: Clock;
  readonly loop: Loop;
  readonly quarantine: Pick<Quarantine, "lift">;
  readonly liveExecutions: Pick<LiveExecutions, "peek">;
  readonly committer: Pick<Committer, "commit">;
  readonly childEnds: Pick<ChildEnds, "deliver">;
  readonly store: { readonly mapRuns: Pick<MapRuns, "listMapRuns"> };
  /** Hears of Map Runs that end with an execution that is ended by its record alone. */
  readonly mapRunsMoved: (executionId: number, changes: readonly MapRunChange[]) => void;
  readonly log: (message: string, error: unknown) => void;
}

export class Stops {
  readonly #options: StopsOptions;
  readonly #queue: KeyedQueue = createKeyedQueue();

  constructor(options: StopsOptions) {
    this.#options = options;
  }

  /** @returns the time of the end, also when it had ended before; `undefined` when there is no such execution. */
  async stop(executionArn: string, failure: Failure): Promise<number | undefined> {
    const { journal } = this.#options;
    const record = await findRecord(journal, executionArn);
    if (record === undefined) return undefined;
    return this.stopById(record.id, failure);
  }

  /** As `stop`, for an execution that is known by its number. */
  stopById(executionId: number, failure: Failure): Promise<number | undefined> {
    return this.#queue(`${executionId}`, () => this.#stopOnce(executionId, failure));
  }

  /** A redrive may begin the execution anew before this is told: the time is that of the end which was brought about. */
  async #stopOnce(id: number, { error, cause }: Failure): Promise<number | undefined> {
    const { journal, loop, liveExecutions, log } = this.#options;
    try {
      for (;;) {
        const turned = await loop.deliver(id, { kind: "Stop", error, cause });
        await turned?.committed;
        if (turned !== undefined) return turned.stoppedAt;
        const record = await journal.readRecord(id);
        // One that had ended and was redriven between these looks is stopped now.
        if (record?.status !== "RUNNING") return record?.stoppedAt;
      }
    } catch (problem) {
      if (isOfStore(problem) || liveExecutions.peek(id) !== undefined) throw problem;
      log(`Execution ${id} cannot be read or decided for; it is ended by its record alone.`, problem);
      return this.#endUnread(id, { error, cause });
    }
  }

  /** Calls that are in flight for it are not called off, for nobody knows of them; their outcomes come too late. */
  async #endUnread(id: number, failure: Failure): Promise<number | undefined> {
    const { journal, clock, quarantine, committer, childEnds, mapRunsMoved } = this.#options;
    const record = await journal.readRecord(id);
    if (record?.status !== "RUNNING") return record?.stoppedAt;
    const mapRuns = await this.#endsOfMapRuns(id, clock.now());
    const change = { ...abortion(record, failure, clock.now()), mapRuns };
    await committer.commit(change);
    mapRunsMoved(id, mapRuns);
    quarantine.lift(id);
    for (const { executionId } of change.signals) void childEnds.deliver(executionId);
    return change.record.stoppedAt;
  }

  async #endsOfMapRuns(id: number, at: number): Promise<readonly MapRunChange[]> {
    const runs = await this.#options.store.mapRuns.listMapRuns(id, { limit: mostMapRuns });
    return runs
      .filter(({ status }) => status === "RUNNING")
      .map(({ startedEventId }) => ({ kind: "end", startedEventId, status: "ABORTED", isOpen: true, at }));
  }
}

/** No history has room for more. */
const mostMapRuns = 25_000;

function abortion(before: ExecutionRecord, { error, cause }: Failure, now: number): ExecutionChange {
  const lastEventId = before.lastEventId + 1;
  const at = Math.max(now, before.startedAt);
  const record: ExecutionRecord = {
    ...before,
    status: "ABORTED",
    stoppedAt: at,
    wakeAt: undefined,
    isInFlight: false,
    lastEventId,
  };
  return {
    record,
    isNew: false,
    events: [{ kind: "ExecutionAborted", id: lastEventId, previousEventId: 0, at, error, cause }],
    offers: [],
    withdrawnOffers: [],
    signals: signalsOf(record),
    consumedSignalIds: [],
  };
}
