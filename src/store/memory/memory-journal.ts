// Executions and their journal, in memory. Events pass through the same codec as on disk, so that an event that is read back
// is never the very object that was written.
import { isUnlisted, type JournalEvent } from "../../engine/journal/event.ts";
import { decodeRow, encodeChange } from "../encoded-row.ts";
import type { EncodedRow, EventRange, ExecutionChange, ExecutionRecord, ExecutionStatus, Journal } from "../journal.ts";
import type { MachineNames } from "./memory-catalogue.ts";
import { listRecords } from "./memory-listing.ts";
import type { MemoryJobs } from "./memory-jobs.ts";
import type { MemoryMapRuns } from "./memory-map-runs.ts";
import type { MemoryOffers } from "./memory-offers.ts";
import type { MemorySignals } from "./memory-signals.ts";

export interface MemoryJournalOptions {
  readonly machinesNamed: MachineNames;
  readonly offers: MemoryOffers;
  readonly signals: MemorySignals;
  readonly mapRuns: MemoryMapRuns;
  readonly jobs: MemoryJobs;
}

interface Execution {
  readonly record: ExecutionRecord;
  readonly rows: StoredRow[];
}

interface StoredRow {
  readonly id: number;
  readonly executionId: number;
  readonly firstEventId: number;
  readonly row: EncodedRow;
}

export interface MemoryJournal extends Journal {
  /** The executions that run. */
  running(): Iterable<ExecutionRecord>;
}

export function openMemoryJournal(options: MemoryJournalOptions): MemoryJournal {
  const { machinesNamed, offers, signals, jobs, mapRuns } = options;
  const executions = new Map<number, Execution>();
  const running = new Map<number, ExecutionRecord>();
  const byKey = new Map<string, number>();
  /** The row with the id n stands at n - 1. */
  const journal: StoredRow[] = [];
  let nextExecutionId = 1;

  const write = (given: ExecutionChange): void => {
    const replaced = given.replacedChildId === undefined ? undefined : executions.get(given.replacedChildId);
    if (replaced?.record.mapRun !== undefined) {
      const record = { ...replaced.record, mapRun: { ...replaced.record.mapRun, index: undefined } };
      executions.set(record.id, { ...replaced, record });
    }
    mapRuns.write(given);
    const { record, isNew, ...change } = encodeChange(given);
    const rows = executions.get(record.id)?.rows ?? [];
    for (const row of change.rows) {
      const stored = { id: journal.length + 1, executionId: record.id, firstEventId: eventsOf(row)[0]?.id ?? 0, row };
      rows.push(stored);
      journal.push(stored);
    }
    executions.set(record.id, { record, rows });
    if (record.status === "RUNNING") running.set(record.id, record);
    else running.delete(record.id);
    if (isNew) {
      byKey.set(keyOf(record), record.id);
      nextExecutionId = Math.max(nextExecutionId, record.id + 1);
    }
    offers.ended(record);
    for (const offer of change.offers) offers.add(offer);
    offers.withdraw(change.withdrawnOffers);
    for (const signal of change.signals) signals.add(signal);
    for (const id of change.consumedSignalIds) signals.remove(id);
    for (const job of change.jobs ?? []) jobs.put(job);
    for (const key of change.settledJobs ?? []) jobs.remove(key);
  };

  return {
    ...memoryQueries({ executions, running, mapRuns }),
    running: () => running.values(),
    newExecutionId: () => nextExecutionId++,
    encode: encodeChange,
    async append(changes) {
      verify(changes, executions, byKey);
      mapRuns.verify(changes);
      for (const change of changes) write(change);
    },
    async readRows({ limit, after = 0 }) {
      return journal
        .slice(after, after + limit)
        .map(({ id, executionId, row }) => ({ id, executionId, events: eventsOf(row) }));
    },
    async newestRowId() {
      return journal.length;
    },
    async findRecord(stateMachineName, key) {
      for (const stateMachineId of machinesNamed(stateMachineName)) {
        const id = byKey.get(keyOf({ stateMachineId, key }));
        if (id !== undefined) return executions.get(id)?.record;
      }
      return undefined;
    },
  };
}

function keyOf({ stateMachineId, key }: Pick<ExecutionRecord, "stateMachineId" | "key">): string {
  return `${stateMachineId}:${key}`;
}

/** Refuses a batch before the first change of it is written: all of them or none. */
function verify(
  changes: readonly ExecutionChange[],
  executions: ReadonlyMap<number, Execution>,
  byKey: ReadonlyMap<string, number>,
): void {
  const newIds = new Set<number>();
  const newKeys = new Set<string>();
  for (const { record, isNew } of changes) {
    const isKnown = executions.has(record.id) || newIds.has(record.id);
    if (!isNew) {
      if (!isKnown) throw new Error(`execution ${record.id} is not in the store`);
      continue;
    }
    const key = keyOf(record);
    if (isKnown) throw new Error(`execution ${record.id} is in the store already`);
    if (byKey.has(key) || newKeys.has(key)) throw new Error(`execution key ${key} is in the store already`);
    newIds.add(record.id);
    newKeys.add(key);
  }
}

type Queries = Omit<Journal, "newExecutionId" | "encode" | "append" | "findRecord" | "readRows" | "newestRowId">;

function wakeAtOf(record: ExecutionRecord): number {
  return record.wakeAt ?? Number.POSITIVE_INFINITY;
}

interface Held {
  readonly executions: ReadonlyMap<number, Execution>;
  readonly running: ReadonlyMap<number, ExecutionRecord>;
  readonly mapRuns: MemoryMapRuns;
}

function memoryQueries({ executions, running, mapRuns }: Held): Queries {
  const runningWhere = (isWanted: (record: ExecutionRecord) => boolean): ExecutionRecord[] =>
    [...running.values()].filter(isWanted);
  return {
    async readRecord(executionId) {
      return executions.get(executionId)?.record;
    },
    async readEvents(executionId, part): Promise<readonly JournalEvent[]> {
      const rows = executions.get(executionId)?.rows ?? [];
      return typeof part === "string" ? rowsOf(rows, part).flatMap(({ row }) => eventsOf(row)) : readRange(rows, part);
    },
    async readRowsOf(executionId, { after, mostCharacters }) {
      const behind = (executions.get(executionId)?.rows ?? []).filter(({ id }) => id > after);
      let characters = 0;
      const end = behind.findIndex(({ row }) => (characters += row.content.length) >= mostCharacters);
      const wanted = end === -1 ? behind : behind.slice(0, end + 1);
      return {
        rows: wanted.map(({ id, row }) => ({ id, executionId, events: eventsOf(row) })),
        isLast: wanted.length === behind.length,
      };
    },
    async *eachRow(executionId) {
      for (const { row } of executions.get(executionId)?.rows.slice() ?? []) yield eventsOf(row);
    },
    async listRecords(filter, page) {
      return listRecords(
        [...executions.values()].map(({ record }) => record),
        filter,
        page,
      );
    },
    async dueRecords(now, limit) {
      const due = runningWhere((record) => wakeAtOf(record) <= now);
      return due.toSorted((a, b) => wakeAtOf(a) - wakeAtOf(b) || a.id - b.id).slice(0, limit);
    },
    async inFlightRecords({ limit, after }) {
      const inFlight = runningWhere((record) => record.isInFlight && record.id > (after ?? -1));
      return inFlight.toSorted((a, b) => a.id - b.id).slice(0, limit);
    },
    async countRunning(stateMachineId) {
      const isOfMachine = (record: ExecutionRecord): boolean =>
        record.stateMachineId === stateMachineId && record.mapRun === undefined;
      return runningWhere(isOfMachine).length + mapRuns.countOpen(stateMachineId);
    },
    async countByStatus(stateMachineId, most) {
      const counts = { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 };
      for (const { record } of executions.values())
        if (record.stateMachineId === stateMachineId && record.mapRun === undefined) counts[record.status] += 1;
      for (const status of Object.keys(counts) as ExecutionStatus[]) counts[status] = Math.min(counts[status], most);
      return counts;
    },
    async countOpen() {
      return runningWhere(isOpen).length;
    },
  };
}

/** Whether a running execution counts where their number is bounded. */
export function isOpen({ type, mapRun }: ExecutionRecord): boolean {
  return type === "STANDARD" && mapRun === undefined;
}

function eventsOf({ content }: EncodedRow): readonly JournalEvent[] {
  return decodeRow({ content, name: "a row in memory" }).events;
}

function rowsOf(rows: readonly StoredRow[], part: "first" | "ends"): readonly StoredRow[] {
  return part === "first" ? rows.slice(0, 1) : [...rows.slice(0, 1), ...rows.slice(1).slice(-1)];
}

function readRange(rows: readonly StoredRow[], range: EventRange): readonly JournalEvent[] {
  const { from, to, mostCharacters = Infinity, mostEvents = Infinity, isNewestFirst = false } = range;
  // A row reaches up to where the next one begins.
  const within = rows.filter(
    ({ firstEventId }, i) => firstEventId <= to && (rows[i + 1]?.firstEventId ?? Infinity) >= from,
  );
  const ordered = isNewestFirst ? within.toReversed() : within;
  const read: (readonly JournalEvent[])[] = [];
  let characters = 0;
  let count = 0;
  for (const [i, { row }] of ordered.entries()) {
    const decoded = decodeRow({ content: row.content, name: "a row in memory" });
    characters += decoded.characters;
    const events = decoded.events.filter(({ id }) => id >= from && id <= to);
    count += events.length;
    read.push(events);
    const isEnough = count >= mostEvents || (count > 0 && characters >= mostCharacters);
    // The events of one id stay together: an unlisted one has the id of the listed one before it.
    const later = isNewestFirst ? row : ordered[i + 1]?.row;
    const [first] = later === undefined ? [] : eventsOf(later);
    if (isEnough && (first === undefined || !isUnlisted(first))) break;
  }
  return (isNewestFirst ? read.toReversed() : read).flat();
}
