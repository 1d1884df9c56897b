// The changes of one transaction, gathered table by table: several changes of one execution become one of its rows.
import type { PartitionLease } from "../cluster-store.ts";
import { type EncodedChange, type ExecutionRecord, listedAt } from "../journal.ts";
import type { Job } from "../jobs.ts";
import type { ActivityOffer } from "../offers.ts";
import {
  attemptKey,
  batchSql,
  endColumns,
  executionKey,
  jobColumns,
  journalColumns,
  liveColumns,
  markColumns,
  newLiveColumns,
  offerColumns,
  revivedColumns,
  signalColumns,
  signalKey,
} from "./batch-statements.ts";
import type { EventCells } from "./event-cells.ts";
import type { Statement } from "./link.ts";
import { type MapRunRows, type MapRunStep, mapRunStatement } from "./map-run-rows.ts";
import { newCells, newColumns, turnCells } from "./record-row.ts";
import { encodeStatus } from "../record-cells.ts";
import type { Sealing } from "./sealing.ts";
import { type Cell, type Columns, transposed } from "./tables.ts";

export type Step = readonly [statement: Statement, values: readonly unknown[]];

export interface BatchOptions {
  readonly partitionOf: (executionId: number) => number;
  readonly cells: EventCells;
  readonly sealing: Sealing | undefined;
  readonly mapRuns: MapRunRows;
}

/** A partition as its owner appends to it. */
export interface Owner {
  readonly lease: PartitionLease;
  /** False while the partition never had an offer: most have none, and the ends of their executions withdraw none. */
  mayHaveOffers: boolean;
  /** Nothing of it is written any more. */
  isClosed: boolean;
}

/** An execution as the batch leaves it. */
interface Folded {
  readonly record: ExecutionRecord;
  readonly isNew: boolean;
  readonly firstRow: number | null;
  readonly lastRow: number | null;
}

export class Batch {
  readonly #options: BatchOptions;
  readonly #executions = new Map<number, Folded>();
  readonly #replaced: number[] = [];
  readonly #journal: (readonly Cell[])[] = [];
  readonly #marks: (readonly Cell[])[] = [];
  readonly #ended = new Set<number>();
  readonly #withdrawn: ActivityOffer[] = [];
  #offers: ActivityOffer[] = [];
  readonly #signals: (readonly Cell[])[] = [];
  readonly #consumed: (readonly Cell[])[] = [];
  /** By attempt; `undefined` for one that is settled. */
  readonly #jobs = new Map<string, { readonly key: readonly Cell[]; readonly job: Job | undefined }>();
  readonly #mapRunSteps: MapRunStep[] = [];

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /**
   * @param nextRowId gives each row its id, ascending.
   * @throws Error where the change does not fit to one before it.
   */
  add(change: EncodedChange, owner: Owner, nextRowId: () => number): void {
    const { record } = change;
    this.#addExecution(change, nextRowId);
    if (change.replacedChildId !== undefined) this.#replaced.push(change.replacedChildId);
    for (const step of change.mapRuns ?? []) this.#mapRunSteps.push({ executionId: record.id, change: step });
    owner.mayHaveOffers ||= change.offers.length > 0;
    if (record.status !== "RUNNING" && owner.mayHaveOffers) this.#endOffers(record.id);
    this.#offers.push(...change.offers);
    for (const offer of change.withdrawnOffers) this.#withdraw(offer);
    const partition = this.#options.partitionOf(record.id);
    for (const signal of change.signals) this.#signals.push([...this.#attempt(signal), signal.childExecutionId]);
    for (const id of change.consumedSignalIds) this.#consumed.push([partition, id]);
    for (const job of change.jobs ?? []) this.#jobs.set(nameOf(job), { key: this.#attempt(job), job });
    for (const job of change.settledJobs ?? [])
      this.#jobs.set(nameOf(job), { key: this.#attempt(job), job: undefined });
  }

  /** The statements to be run, in this order. */
  steps(): readonly Step[] {
    const { mapRuns } = this.#options;
    const settled = [...this.#jobs.values()];
    return [
      ...this.#step(
        batchSql.replace,
        executionKey,
        this.#replaced.map((id) => this.#key(id)),
      ),
      ...this.#executionSteps(),
      ...this.#step(
        batchSql.endOffers,
        executionKey,
        [...this.#ended].map((id) => this.#key(id)),
      ),
      ...this.#step(
        batchSql.withdraw,
        attemptKey,
        this.#withdrawn.map((offer) => this.#attempt(offer)),
      ),
      ...this.#step(
        batchSql.offer,
        offerColumns,
        this.#offers.map((offer) => [...this.#attempt(offer), offer.activityArn]),
      ),
      ...this.#step(batchSql.signal, signalColumns, this.#signals),
      ...this.#step(batchSql.consume, signalKey, this.#consumed),
      ...this.#step(
        batchSql.settleJobs,
        attemptKey,
        settled.filter(({ job }) => job === undefined).map(({ key }) => key),
      ),
      ...this.#step(
        batchSql.jobs,
        jobColumns,
        settled.flatMap(({ key, job }) => (job === undefined ? [] : [jobCells(key, job)])),
      ),
      ...this.#mapRunSteps.map((step) => mapRunStatement(mapRuns, step)),
    ];
  }

  #executionSteps(): readonly Step[] {
    const executions = [...this.#executions.values()];
    const begun = executions.filter(({ isNew }) => isNew);
    const going = executions.filter(({ isNew, record }) => !isNew && record.status === "RUNNING");
    const ended = executions.filter(({ isNew, record }) => !isNew && record.status !== "RUNNING");
    const { sealing } = this.#options;
    const created = begun.map(({ record, firstRow, lastRow }) =>
      newCells(record, this.#partition(record.id), { written: { first: firstRow, last: lastRow }, sealing }),
    );
    const begunLive = begun
      .filter(({ record }) => record.status === "RUNNING")
      .map(({ record, lastRow }) => [...this.#key(record.id), counts(record), ...turnCells(record, lastRow)]);
    const revived = going.filter(({ record }) => record.redrive !== undefined);
    return [
      ...this.#step(
        batchSql.revive,
        revivedColumns,
        revived.map(({ record }) => [...this.#key(record.id), ...redriveCells(record)]),
      ),
      ...this.#step(batchSql.begin, newColumns, created),
      ...this.#step(batchSql.journal, journalColumns, this.#journal),
      ...this.#step(batchSql.mark, markColumns, this.#marks),
      ...this.#step(batchSql.beginLive, newLiveColumns, begunLive),
      ...this.#counted(
        batchSql.turn,
        liveColumns,
        going.map(({ record, lastRow }) => [...this.#key(record.id), ...turnCells(record, lastRow)]),
      ),
      ...this.#counted(
        batchSql.end,
        endColumns,
        ended.map(({ record, lastRow }) => [
          ...this.#key(record.id),
          encodeStatus(record.status),
          record.stoppedAt ?? null,
          ...redriveCells(record),
          ...turnCells(record, lastRow),
        ]),
      ),
    ];
  }

  #addExecution({ record, isNew, rows }: EncodedChange, nextRowId: () => number): void {
    const { id } = record;
    const before = this.#executions.get(id);
    if (isNew && before !== undefined) throw new Error(`execution ${id} is begun twice`);
    let { firstRow, lastRow } = before ?? { firstRow: null, lastRow: null };
    const begins = isNew || before?.isNew === true;
    for (const row of rows) {
      const rowId = nextRowId();
      const cells = this.#options.cells.write(row, rowId, id);
      this.#journal.push([...this.#key(id), rowId, lastRow, begins && lastRow === null, ...cells]);
      if (row.mark !== undefined) this.#marks.push([...this.#key(id), row.mark, rowId]);
      firstRow ??= rowId;
      lastRow = rowId;
    }
    this.#executions.set(id, { record, isNew: begins, firstRow, lastRow });
  }

  #endOffers(executionId: number): void {
    this.#ended.add(executionId);
    if (this.#offers.length > 0) this.#offers = this.#offers.filter((offer) => offer.executionId !== executionId);
  }

  #withdraw(offer: ActivityOffer): void {
    this.#withdrawn.push(offer);
    if (this.#offers.length > 0) this.#offers = this.#offers.filter((other) => nameOf(other) !== nameOf(offer));
  }

  #step(statement: Statement, columns: Columns, rows: readonly (readonly Cell[])[]): readonly Step[] {
    return rows.length === 0 ? [] : [[statement, transposed(columns, rows)]];
  }

  #counted(statement: Statement, columns: Columns, rows: readonly (readonly Cell[])[]): readonly Step[] {
    return rows.length === 0 ? [] : [[statement, [...transposed(columns, rows), rows.length]]];
  }

  #partition(executionId: number): number {
    return this.#options.partitionOf(executionId);
  }

  #key(executionId: number): readonly [number, number] {
    return [this.#partition(executionId), executionId];
  }

  #attempt({ executionId, scheduledEventId }: Attempt): readonly Cell[] {
    return [...this.#key(executionId), scheduledEventId];
  }
}

interface Attempt {
  readonly executionId: number;
  readonly scheduledEventId: number;
}

const nameOf = ({ executionId, scheduledEventId }: Attempt): string => `${executionId}:${scheduledEventId}`;

const counts = ({ type, mapRun }: ExecutionRecord): boolean => type === "STANDARD" && mapRun === undefined;

function redriveCells(record: ExecutionRecord): readonly Cell[] {
  const { redrive, mapRun } = record;
  return [listedAt(record), redrive?.count ?? null, redrive?.at ?? null, mapRun?.redrive ?? null];
}

function jobCells(key: readonly Cell[], { submittedEventId, isAbandoned, since, lookAt }: Job): readonly Cell[] {
  return [...key, submittedEventId, isAbandoned, since, lookAt];
}
