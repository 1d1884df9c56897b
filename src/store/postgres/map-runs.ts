// The Map Runs role. The steps of runs are part of appends (map-run-rows.ts); their children are rows of executions.
import type { MapRunRecord } from "../map-run-row.ts";
import type { MapRunReader, MapRuns } from "../map-runs.ts";
import type { IdBlocks } from "./id-blocks.ts";
import type { Runs, Statement } from "./link.ts";
import { openMapRunChildren } from "./map-run-children.ts";
import { mapRunColumns, type MapRunRows } from "./map-run-rows.ts";
import { fenced, isFenced, type OwnerRuns } from "./queues.ts";
import type { RecordRows } from "./record-row.ts";
import type { Sealing } from "./sealing.ts";

const select = `SELECT ${mapRunColumns.join(", ")} FROM pawl.map_run`;
const byId: Statement = { name: "pawl-map-run-by-id", text: `${select} WHERE partition = $1 AND id = $2` };
const byUuid: Statement = { name: "pawl-map-run-by-uuid", text: `${select} WHERE uuid = $1` };
const byEvent: Statement = {
  name: "pawl-map-run-by-event",
  text: `${select} WHERE partition = $1 AND execution_id = $2 AND started_event_id = $3`,
};
const ofExecution: Statement = {
  name: "pawl-map-runs-of",
  text: `${select} WHERE partition = $1 AND execution_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4`,
};
const open: Statement = {
  name: "pawl-open-map-runs",
  text: `${select} WHERE is_open AND partition = $1 AND id > $2 ORDER BY id LIMIT $3`,
};
const openAnywhere: Statement = {
  name: "pawl-open-map-runs-anywhere",
  text: `${select} WHERE is_open AND id > $1 ORDER BY id LIMIT $2`,
};
const update = fenced(
  "pawl-map-run-state",
  `UPDATE pawl.map_run SET state = $4, sealed_state = $5 WHERE partition = $1 AND id = $3 AND ${isFenced}`,
);
const close = fenced(
  "pawl-close-map-run",
  `UPDATE pawl.map_run SET is_open = false WHERE partition = $1 AND id = $3 AND status <> 0 AND ${isFenced}`,
);

export interface MapRunReaderOptions {
  readonly runs: Runs;
  readonly rows: MapRunRows;
  readonly records: RecordRows;
}

export function openMapRunReader({ runs, rows, records }: MapRunReaderOptions): MapRunReader {
  const { partitionOf } = rows;
  const found = async (statement: Statement, values: readonly unknown[]): Promise<MapRunRecord | undefined> =>
    (await rows.decode(await runs.run(statement, values)))[0];
  return {
    ...openMapRunChildren(runs, partitionOf, records),
    readMapRun: (id) => found(byId, [partitionOf(id), id]),
    findMapRun: (uuid) => found(byUuid, [uuid]),
    mapRunOf: (executionId, startedEventId) => found(byEvent, [partitionOf(executionId), executionId, startedEventId]),
    openMapRuns: async ({ limit, after = 0 }) => rows.decode(await runs.run(openAnywhere, [after, limit])),
    listMapRuns: async (executionId, { limit, after = Number.MAX_SAFE_INTEGER }) =>
      rows.decode(await runs.run(ofExecution, [partitionOf(executionId), executionId, after, limit])),
  };
}

export interface OwnedMapRunsOptions extends Omit<MapRunReaderOptions, "records"> {
  readonly reader: MapRunReader;
  readonly sealing: Sealing | undefined;
  readonly partition: number;
  readonly ids: IdBlocks;
  readonly owner: OwnerRuns;
}

export function openMapRuns({ runs, rows, reader, sealing, partition, ids, owner }: OwnedMapRunsOptions): MapRuns {
  return {
    ...reader,
    newMapRunId: () => ids.next(),
    openMapRuns: async ({ limit, after = 0 }) => rows.decode(await runs.run(open, [partition, after, limit])),
    async updateMapRun(id, state) {
      const run = await reader.readMapRun(id);
      if (run === undefined) return;
      await sealing?.prepare();
      await owner(update, [id, ...rows.encodeState(run, state)]);
    },
    async closeMapRun(id) {
      await owner(close, [id]);
    },
  };
}
