// Map Runs as callers of the runtime see them: found by their ARNs, described, listed and changed.
import { type ArnSpace, executionArn, mapRunArn, parseStatesArn } from "../../aws/arn.ts";
import type { ExecutionRecord, ListingCursor } from "../../store/journal.ts";
import type { MapRunRecord } from "../../store/map-run-row.ts";
import type { ChildCount, ChildFilter } from "../../store/map-runs.ts";
import type { Page } from "../../store/page.ts";
import type { Store } from "../../store/store.ts";
import { findRecord } from "../executions/find-record.ts";
import type { MapRunner, MapRunUpdate } from "./map-runner.ts";

export interface MapRunDescription {
  readonly run: MapRunRecord;
  readonly mapRunArn: string;
  readonly stateMachineName: string;
  /** The execution that waits for the run. */
  readonly executionArn: string;
}

export interface MapRunQueries {
  /** `undefined` for an ARN that no run has. */
  find(arn: string): Promise<MapRunDescription | undefined>;
  read(mapRunId: number): Promise<MapRunDescription | undefined>;
  countChildren(mapRunId: number): Promise<readonly ChildCount[]>;
  /** The runs of an execution, the newest first; `undefined` when there is no such execution. */
  list(arnOfExecution: string, page: Page<number>): Promise<readonly MapRunDescription[] | undefined>;
  listChildren(filter: ChildFilter, page: Page<ListingCursor>): Promise<readonly ExecutionRecord[]>;
  /** @returns whether the run goes on, so that it could be changed. */
  update(mapRunId: number, update: MapRunUpdate): Promise<boolean>;
}

export interface MapRunQueriesOptions {
  readonly store: Pick<Store, "catalogue" | "journal" | "mapRuns">;
  readonly arns: ArnSpace;
  readonly mapRunner: Pick<MapRunner, "update" | "countChildren">;
}

export function mapRunQueries({ store, arns, mapRunner }: MapRunQueriesOptions): MapRunQueries {
  const { catalogue, journal, mapRuns } = store;
  const described = async (run: MapRunRecord | undefined): Promise<MapRunDescription | undefined> => {
    if (run === undefined) return undefined;
    const machine = await catalogue.readStateMachine(run.stateMachineId);
    const parent = await journal.readRecord(run.executionId);
    const stateMachineName = machine?.name ?? "";
    return {
      run,
      stateMachineName,
      mapRunArn: mapRunArn(arns, stateMachineName, run.label, run.uuid),
      executionArn: executionArn(arns, parent?.type ?? "STANDARD", stateMachineName, parent?.key ?? ""),
    };
  };
  return {
    async find(arn) {
      const parts = parseStatesArn(arn);
      if (parts?.kind !== "mapRun") return undefined;
      const description = await described(await mapRuns.findMapRun(parts.id));
      return description?.mapRunArn === arn ? description : undefined;
    },
    read: async (mapRunId) => described(await mapRuns.readMapRun(mapRunId)),
    async countChildren(mapRunId) {
      return mapRunner.countChildren(mapRunId) ?? mapRuns.countChildren(mapRunId);
    },
    async list(arnOfExecution, page) {
      const record = await findRecord(journal, arnOfExecution);
      if (record === undefined) return undefined;
      const runs = await mapRuns.listMapRuns(record.id, page);
      return (await Promise.all(runs.map(described))).filter((run) => run !== undefined);
    },
    listChildren: (filter, page) => mapRuns.listChildren(filter, page),
    update: (mapRunId, update) => mapRunner.update(mapRunId, update),
  };
}
