// Map Runs in memory, and their children among the executions.
import type { ExecutionChange, ExecutionRecord } from "../journal.ts";
import { changedRun, type MapRunRecord } from "../map-run-row.ts";
import type { ChildCount, ChildFilter, MapRuns } from "../map-runs.ts";
import { exceededLimit } from "../redrive-limits.ts";
import { pageOf } from "./memory-listing.ts";

export interface MemoryMapRuns {
  readonly role: MapRuns;
  /** Refuses a batch before it is written. */
  verify(changes: readonly ExecutionChange[]): void;
  write(change: ExecutionChange): void;
  /** Runs of a machine that are open. */
  countOpen(stateMachineId: number): number;
}

export function openMemoryMapRuns(): MemoryMapRuns {
  const runs = new Map<number, MapRunRecord>();
  /** Children by their execution id. */
  const childrenOf = new Map<number, Map<number, ExecutionRecord>>();
  const all = (): MapRunRecord[] => [...runs.values()].toSorted((a, b) => a.id - b.id);
  const children = (id: number): ExecutionRecord[] => [...(childrenOf.get(id)?.values() ?? [])];
  let nextId = 1;

  const put = (record: ExecutionRecord): void => {
    if (record.mapRun === undefined) return;
    const siblings = childrenOf.get(record.mapRun.id) ?? new Map<number, ExecutionRecord>();
    childrenOf.set(record.mapRun.id, siblings.set(record.id, record));
  };
  const find = (executionId: number, startedEventId: number): MapRunRecord => {
    const run = all().find((one) => one.executionId === executionId && one.startedEventId === startedEventId);
    if (run === undefined) throw new Error(`execution ${executionId} has no Map Run of the event ${startedEventId}`);
    return run;
  };
  return {
    role: roleOf({ runs, all, children, newId: () => nextId++ }),
    verify(changes) {
      const taken = new Set<string>();
      for (const { record, isNew, replacedChildId } of changes) {
        if (!isNew || record.mapRun?.index === undefined) continue;
        const { id, index } = record.mapRun;
        const isTaken = children(id).some((child) => child.mapRun?.index === index && child.id !== replacedChildId);
        if (isTaken || taken.has(`${id}/${index}`)) throw new Error(`Map Run ${id} has a child ${index} already`);
        taken.add(`${id}/${index}`);
      }
    },
    write({ record, mapRuns = [], replacedChildId }) {
      const replaced =
        replacedChildId === undefined ? undefined : children(record.mapRun?.id ?? 0).find(isId(replacedChildId));
      if (replaced?.mapRun !== undefined) put({ ...replaced, mapRun: { ...replaced.mapRun, index: undefined } });
      put(record);
      for (const change of mapRuns) {
        if (change.kind === "begin") nextId = Math.max(nextId, change.run.id + 1);
        const run = change.kind === "begin" ? change.run : changedRun(find(record.id, change.startedEventId), change);
        runs.set(run.id, run);
      }
    },
    countOpen: (stateMachineId) => all().filter((run) => run.isOpen && run.stateMachineId === stateMachineId).length,
  };
}

interface Held {
  readonly runs: Map<number, MapRunRecord>;
  readonly all: () => readonly MapRunRecord[];
  readonly children: (id: number) => readonly ExecutionRecord[];
  readonly newId: () => number;
}

function roleOf({ runs, all, children, newId }: Held): MapRuns {
  return {
    newMapRunId: newId,
    async readMapRun(id) {
      return runs.get(id);
    },
    async findMapRun(uuid) {
      return all().find((run) => run.uuid === uuid);
    },
    async mapRunOf(executionId, startedEventId) {
      return all().find((run) => run.executionId === executionId && run.startedEventId === startedEventId);
    },
    async listMapRuns(executionId, { limit, after = Infinity }) {
      const ofExecution = all().filter((run) => run.executionId === executionId && run.id < after);
      return ofExecution.toReversed().slice(0, limit);
    },
    async openMapRuns({ limit, after = 0 }) {
      return all()
        .filter(({ isOpen, id }) => isOpen && id > after)
        .slice(0, limit);
    },
    async countChildren(id) {
      return countsOf(children(id));
    },
    async countUnredrivable(id, limits) {
      return countsOf(children(id).filter((child) => isUnsuccessful(child) && exceededLimit(child, limits)));
    },
    async progressOf(id) {
      const placed = children(id);
      return {
        counts: countsOf(placed),
        nextIndex: placed.reduce((next, { mapRun }) => Math.max(next, (mapRun?.index ?? -1) + 1), 0),
        running: placed
          .filter(({ status }) => status === "RUNNING")
          .map(({ id: executionId, mapRun }) => ({
            executionId,
            itemCount: mapRun?.itemCount ?? 0,
            redrive: mapRun?.redrive ?? 0,
          })),
      };
    },
    async childrenByIndex(id, statuses, { limit, after = -1 }) {
      const index = ({ mapRun }: ExecutionRecord): number => mapRun?.index ?? -1;
      return children(id)
        .filter((record) => index(record) > after && statuses.includes(record.status))
        .toSorted((a, b) => index(a) - index(b))
        .slice(0, limit);
    },
    async listChildren(filter, page) {
      return pageOf(
        children(filter.mapRunId).filter((record) => isWanted(record, filter)),
        page,
      );
    },
    async updateMapRun(id, state) {
      const run = runs.get(id);
      if (run !== undefined) runs.set(id, { ...run, state });
    },
    async closeMapRun(id) {
      const run = runs.get(id);
      if (run !== undefined && run.status !== "RUNNING") runs.set(id, { ...run, isOpen: false });
    },
  };
}

const isId =
  (wanted: number) =>
  ({ id }: ExecutionRecord): boolean =>
    id === wanted;

function countsOf(children: readonly ExecutionRecord[]): readonly ChildCount[] {
  const counts = new Map<string, ChildCount>();
  for (const { status, mapRun } of children) {
    if (mapRun?.index === undefined) continue;
    const { redrive, itemCount } = mapRun;
    const key = `${status}/${redrive}`;
    const before = counts.get(key) ?? { status, redrive, children: 0, items: 0 };
    counts.set(key, { ...before, children: before.children + 1, items: before.items + itemCount });
  }
  return [...counts.values()];
}

function isWanted(record: ExecutionRecord, { status, isRedriven, pendingRedrive }: ChildFilter): boolean {
  const { mapRun, redrive } = record;
  if (mapRun === undefined || (status !== undefined && record.status !== status)) return false;
  if (isRedriven !== undefined && (redrive !== undefined) !== isRedriven) return false;
  if (pendingRedrive === undefined) return true;
  const isBefore = mapRun.index !== undefined && mapRun.redrive < pendingRedrive.redrive;
  const { limits } = pendingRedrive;
  return isBefore && isUnsuccessful(record) && (limits === undefined || exceededLimit(record, limits) === undefined);
}

const isUnsuccessful = ({ status }: ExecutionRecord): boolean => status !== "RUNNING" && status !== "SUCCEEDED";
