// The hot path: a lane is one connection that appends batches (lanes.ts), one transaction for each, in which the right to write
// each of its partitions is proven. A commit whose answer was lost is settled by the number that each batch leaves in the
// lane's row.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { NotOwnerError, OutcomeUnknownError, StoreAwayError } from "../errors.ts";
import type { Durability, EncodedChange } from "../journal.ts";
import { Batch, type BatchOptions, type Owner, type Step } from "./batch.ts";
import { batchSql } from "./batch-statements.ts";
import type { Link, Runs, Statement } from "./link.ts";
import { mapRunSteps } from "./map-run-rows.ts";
import { codeOf, isPassing } from "./problems.ts";
import { isMissingCode } from "./tables.ts";
import { mostIdleMs, one } from "./transact.ts";

export interface LaneOptions extends BatchOptions {
  readonly link: Link;
  /** A UUID of this opening of the store, and the number of the lane in it. */
  readonly writer: string;
  readonly number: number;
  /** How long a batch is tried while the database is away, milliseconds; its owner must have given up nothing by then. */
  readonly patienceMs: number;
}

/** Changes that one partition appends. */
export interface Entry {
  readonly owner: Owner;
  readonly changes: readonly EncodedChange[];
  readonly durability: Durability;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const firstRestMs = 20;
const longestRestMs = 500;

const begin = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${mostIdleMs}`;
const begins: Readonly<Record<Durability, Statement>> = {
  atOnce: { text: begin },
  soon: { text: `${begin}; SET LOCAL synchronous_commit = off` },
};
/**
 * Leaves the number of the batch, and proves its leases: a node that takes a partition waits for those who share its row. Rows get
 * their ids where the transaction has its own.
 */
const fence: Statement = {
  name: "pawl-fence",
  text: `WITH numbered AS (UPDATE pawl.lane SET batch = $4, used_at = now()
        WHERE writer = $1 AND number = $2 AND generation = $3 RETURNING 1)
    SELECT EXISTS (SELECT FROM numbered) AS is_numbered,
      array(SELECT p.id || ':' || p.epoch FROM pawl.partition p
        JOIN unnest($5::int[], $6::bigint[]) AS held (id, epoch) ON p.id = held.id AND p.epoch = held.epoch
        WHERE p.owner IS NOT NULL
        ORDER BY p.id FOR SHARE OF p) AS held,
      array(SELECT nextval('pawl.journal_order') FROM generate_series(1, $7::int)
        WHERE EXISTS (SELECT FROM numbered)) AS ids`,
};
/** Bars the way to what an earlier connection may still have under way, or waits for it. */
const open: Statement = {
  text: `INSERT INTO pawl.lane AS l (writer, number, generation, batch) VALUES ($1, $2, 1, 0)
    ON CONFLICT (writer, number) DO UPDATE SET generation = l.generation + 1, used_at = now() RETURNING generation, batch`,
};

/** Nothing of the transaction has happened: the server has answered so. */
class RefusedError extends Error {
  override readonly name = "RefusedError";
}
/** The commit was asked for, and the answer was lost. */
class UnansweredError extends Error {
  override readonly name = "UnansweredError";
}

export class Lane {
  readonly #options: LaneOptions;
  /** Absent while the lane's row must be looked at first. */
  #generation: number | undefined;
  #batch = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  close(): Promise<void> {
    return this.#options.link.close();
  }

  /** Settles every entry; does not reject. */
  async commit(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const deadline = performance.now() + this.#options.patienceMs;
    for (let restMs = firstRestMs; ; restMs = Math.min(2 * restMs, longestRestMs)) {
      try {
        await this.#transact(entries);
        return;
      } catch (error) {
        this.#generation = error instanceof StoreAwayError ? undefined : this.#generation;
        if (error instanceof UnansweredError) {
          if (await this.#settle(entries, deadline, error)) return;
        } else if (error instanceof RefusedError) {
          return await this.#commitEach(entries, error.cause);
        } else if (!(error instanceof StoreAwayError || isPassing(error)) || performance.now() > deadline) {
          for (const entry of entries) entry.reject(error);
          return;
        }
        await pause(restMs);
      }
    }
  }

  /** A fault of one entry is not one of the others. */
  async #commitEach(entries: readonly Entry[], cause: unknown): Promise<void> {
    if (entries.length > 1) for (const entry of entries) await this.commit([entry]);
    else entries[0]?.reject(cause);
  }

  /** Answers whether the entries are settled; otherwise nothing of them has happened. */
  async #settle(entries: readonly Entry[], deadline: number, cause: unknown): Promise<boolean> {
    this.#generation = undefined;
    const sent = this.#batch + 1;
    for (;;) {
      try {
        await this.#options.link.hold((held) => this.#open(held));
        if (this.#batch !== sent) return false;
        for (const entry of entries) entry.resolve();
        return true;
      } catch {
        if (performance.now() <= deadline) {
          await pause(longestRestMs);
          continue;
        }
        const problem = "The database went away while a batch was being committed, and cannot be asked whether it was";
        for (const entry of entries) entry.reject(new OutcomeUnknownError(problem, { cause }));
        return true;
      }
    }
  }

  /** Reads the number of the last batch that was committed; none that an earlier connection has under way is from now on. */
  async #open(held: Runs): Promise<number> {
    const { writer, number: lane } = this.#options;
    const [, row] = await whole([
      held.run({ text: `BEGIN; SET LOCAL lock_timeout = ${mostIdleMs / 2}` }),
      one(held, open, [writer, lane]),
      held.run({ text: "COMMIT" }),
    ]);
    const { generation, batch } = row as { generation: number; batch: number };
    this.#batch = batch;
    this.#generation = generation;
    return generation;
  }

  #transact(entries: readonly Entry[]): Promise<void> {
    return this.#options.link.hold(async (held) => {
      await this.#options.sealing?.prepare();
      const generation = this.#generation ?? (await this.#open(held));
      const { kept, lost, ids } = await this.#begin(held, generation, entries);
      for (const { reject, owner } of lost) {
        const { partition } = owner.lease;
        reject(new NotOwnerError(`Partition ${partition} belongs to another node now: nothing was written`));
      }
      if (kept.length === 0) return void (await held.run({ text: "ROLLBACK" }));
      let steps: readonly Step[];
      try {
        steps = this.#gather(kept, ids);
      } catch (cause) {
        await held.run({ text: "ROLLBACK" });
        if (lost.length > 0) return this.#commitEach(kept, cause);
        throw new RefusedError("a change cannot be written", { cause });
      }
      await this.#end(held, steps);
      this.#batch += 1;
      for (const { resolve } of kept) resolve();
    });
  }

  async #begin(held: Runs, generation: number, entries: readonly Entry[]): Promise<Begun> {
    const { writer, number: lane } = this.#options;
    const leases = new Map(entries.map(({ owner }) => [nameOf(owner), owner.lease]));
    const rows = entries.flatMap(({ changes }) => changes).reduce((sum, change) => sum + change.rows.length, 0);
    const durability = entries.some((entry) => entry.durability === "atOnce") ? "atOnce" : "soon";
    const [, fenced] = await orUndone(held, [
      held.run(begins[durability]),
      one(held, fence, [
        writer,
        lane,
        generation,
        this.#batch + 1,
        [...leases.values()].map(({ partition }) => partition),
        [...leases.values()].map(({ epoch }) => epoch),
        rows,
      ]),
    ]);
    if (fenced?.["is_numbered"] !== true) {
      await held.run({ text: "ROLLBACK" });
      throw new StoreAwayError("The row of this connection was changed by another one: it is opened again");
    }
    const { held: stillHeld, ids } = fenced as unknown as { held: readonly string[]; ids: readonly number[] };
    const isHeld = ({ owner }: Entry): boolean => stillHeld.includes(nameOf(owner));
    return { kept: entries.filter(isHeld), lost: entries.filter((entry) => !isHeld(entry)), ids };
  }

  #gather(entries: readonly Entry[], ids: readonly number[]): readonly Step[] {
    const batch = new Batch(this.#options);
    let next = 0;
    const nextRowId = (): number => ids[next++] as number;
    for (const { owner, changes } of entries) for (const change of changes) batch.add(change, owner, nextRowId);
    return batch.steps();
  }

  async #end(held: Runs, steps: readonly Step[]): Promise<void> {
    const work = [...steps.map(([statement, values]) => held.run(statement, values)), held.run({ text: "COMMIT" })];
    const results = await Promise.allSettled(work);
    const failures = results.map((result) => (result.status === "rejected" ? (result.reason as unknown) : undefined));
    const away = failures.find((failure) => failure instanceof StoreAwayError);
    if (away !== undefined) throw new UnansweredError("the answer to a commit was lost", { cause: away });
    const failed = failures.findIndex((failure) => failure !== undefined);
    if (failed === -1) return;
    // A transaction that has failed is undone by its COMMIT.
    if (isPassing(failures[failed])) throw failures[failed];
    throw new RefusedError("a change cannot be written", { cause: causeOf(steps[failed], failures[failed]) });
  }
}

const nameOf = ({ lease: { partition, epoch } }: Owner): string => `${partition}:${epoch}`;

interface Begun {
  readonly kept: readonly Entry[];
  /** Those whose partitions others have. */
  readonly lost: readonly Entry[];
  readonly ids: readonly number[];
}

/** As `Promise.all`, but waits for all: no statement is under way any more when one has failed. */
async function whole<T extends readonly unknown[]>(work: { [I in keyof T]: Promise<T[I]> }): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work) as unknown as Promise<T>;
}

/** As `whole`, in a transaction that ends where one has failed. */
async function orUndone<T extends readonly unknown[]>(held: Runs, work: { [I in keyof T]: Promise<T[I]> }): Promise<T> {
  try {
    return await whole(work);
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await held.run({ text: "ROLLBACK" }).catch(() => undefined);
    throw error;
  }
}

function causeOf(step: Step | undefined, failure: unknown): unknown {
  if (step === undefined || codeOf(failure) !== isMissingCode) return failure;
  const [statement, values] = step;
  if (mapRunSteps.has(statement))
    return new Error(`execution ${String(values[1])} has no such Map Run`, { cause: failure });
  if (statement === batchSql.turn || statement === batchSql.end) {
    const ids = (values[1] as readonly number[]).join(", ");
    return new Error(`one of the executions ${ids} is not in the store, or does not run`, { cause: failure });
  }
  return failure;
}
