// Map Runs as callers of the runtime see them: found by their ARNs, described, listed and changed.
import { type ArnSpace, executionArn, mapRunArn, parseStatesArn } from "../../aws/arn.ts";
import type { MapRunReader } from "../../store/map-runs.ts";
import type { MapRunRecord } from "../../store/map-run-row.ts";
import type { Journal } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import { findRecord } from "../executions/find-record.ts";
import type { MapRunDescription, MapRunQueries } from "./map-run-description.ts";
import type { MapRunner } from "./map-runner.ts";

export interface MapRunQueriesOptions {
  readonly store: Pick<Store, "catalogue"> & {
    readonly mapRuns: MapRunReader;
    readonly journal: Pick<Journal, "findRecord" | "readRecord">;
  };
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
    countUnredrivable: (mapRunId, limits) => mapRuns.countUnredrivable(mapRunId, limits),
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
