// The part that goes through the items of Map Runs, as the runtime knows it, and what it is made of.
import type { ArnSpace } from "../../aws/arn.ts";
import type { Limits } from "../../engine/turn.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { MapRunChange } from "../../store/map-run-row.ts";
import type { ChildCount } from "../../store/map-runs.ts";
import type { Store } from "../../store/store.ts";
import type { Deletions } from "../deletions.ts";
import type { ExecutionListener } from "../executions/listener.ts";
import type { LiveExecutions } from "../executions/live-executions.ts";
import type { Loop } from "../executions/loop.ts";
import type { Stops } from "../executions/stops.ts";
import type { TurnQueue } from "../executions/turn-queue.ts";
import type { MemoryBudget } from "../memory-budget.ts";
import type { ExecutionDescription } from "../runtime.ts";
import type { ChildStarts } from "./child-starts.ts";
import type { MapRunUpdate } from "./map-run-description.ts";

export interface MapRunner extends ExecutionListener {
  /** Goes on with the runs that are open. */
  recover(): Promise<void>;
  /** Runs of an execution have moved, by a commit that no listener hears of. */
  moved(executionId: number, changes: readonly MapRunChange[]): void;
  /** Changes a run that goes on; `false` for one that does not. */
  update(mapRunId: number, update: MapRunUpdate): Promise<boolean>;
  /** The children of a run that this process goes through; `undefined` for others. */
  countChildren(mapRunId: number): readonly ChildCount[] | undefined;
  stop(): void;
}

export interface MapRunnerParts {
  readonly store: Pick<Store, "journal" | "catalogue" | "mapRuns">;
  readonly arns: ArnSpace;
  readonly limits: Limits;
  readonly liveExecutions: LiveExecutions;
  readonly loop: Loop;
  readonly turns: TurnQueue;
  readonly memory: Pick<MemoryBudget, "isSpent">;
  readonly stops: Pick<Stops, "stopById">;
  readonly deletions: Pick<Deletions, "hasBegun" | "mayBeOver">;
  readonly childStarts: ChildStarts;
  readonly describe: (record: ExecutionRecord) => Promise<ExecutionDescription>;
  readonly log: (message: string, error?: unknown) => void;
}

export type CreateMapRunner = (parts: MapRunnerParts) => MapRunner;
