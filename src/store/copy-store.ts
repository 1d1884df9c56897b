// Copies all data of a store into another: page by page, each with its mark, so that it goes on after any interruption; then
// every row is read on both sides and compared, and what was copied may be served.
import type { PageBounds, TransferPage, TransferSource, TransferTarget } from "./transfer.ts";
import {
  nameOfRow,
  type TransferCell,
  type TransferRow,
  type TransferTable,
  transferTables,
} from "./transfer-tables.ts";

export interface CopyProgress {
  readonly step: "copying" | "comparing";
  /** The name of the rows that are at hand, such as `journal rows`. */
  readonly says: string;
  /** Rows of all tables that this step is done with. */
  readonly rows: number;
  /** About as many as there are. */
  readonly ofRows: number;
}

export interface CopyOptions {
  readonly source: TransferSource;
  readonly target: TransferTarget;
  readonly bounds?: PageBounds | undefined;
  /** Hears that an earlier copy is gone on with, behind so many rows. */
  readonly onResumed?: ((rows: number) => void) | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** The number of rows of each table, by what they are called; `undefined` where the copy was complete before. */
export type CopyFigures = ReadonlyMap<string, number> | undefined;

const usualBounds: PageBounds = { mostRows: 2_000, mostBytes: 4 * 1024 * 1024 };

/**
 * @throws StoreInUseError while a server works with either, Error when the target holds anything else, or something differs
 * at the end. The target is left as a part of this copy; the same call goes on with it.
 */
export async function copyStore(options: CopyOptions): Promise<CopyFigures> {
  const { source, target } = options;
  const identity = await source.identify();
  const begun = await target.begin(source, identity);
  if (begun === "complete") return undefined;
  const ofRows = await source.estimateRows();
  await copyRows({ ...options, ofRows }, begun === "nothing" ? undefined : begun);
  await target.written();
  const figures = await compareRows({ ...options, ofRows });
  if ((await source.identify()) !== identity) {
    throw new Error(
      `A server has worked with ${source.place} while it was copied: stop it, and copy into an empty store anew`,
    );
  }
  await target.complete();
  return figures;
}

interface Work extends CopyOptions {
  readonly ofRows: number;
}

type Position = Parameters<TransferTarget["write"]>[2];

async function copyRows({ source, target, onResumed, onProgress, ...work }: Work, begun: Position | undefined) {
  if (begun !== undefined) onResumed?.(begun.rows);
  const left = tablesFrom(begun?.table);
  let rows = begun?.rows ?? 0;
  let writing: Promise<void> = Promise.resolve();
  for (const table of left) {
    let after = table.name === begun?.table ? begun.after : undefined;
    for (;;) {
      const page = await readBeside(source, { table, after, bounds: work.bounds }, writing);
      if (page.last === undefined) break;
      after = page.last;
      rows += page.rows.length;
      // The next page is read while this one is written.
      writing = target.write(table, page.rows, { table: table.name, after, rows });
      onProgress?.({ step: "copying", says: table.says, rows, ofRows: work.ofRows });
    }
  }
  await writing;
}

/** Reads a page, and waits for what is being written. */
async function readBeside(
  source: TransferSource,
  wanted: {
    readonly table: TransferTable;
    readonly after: TransferPage["last"];
    readonly bounds: PageBounds | undefined;
  },
  writing: Promise<void>,
): Promise<TransferPage> {
  const { table, after, bounds = usualBounds } = wanted;
  const reading = source.read(table, after, bounds);
  await Promise.allSettled([reading, writing]);
  await writing;
  return reading;
}

function tablesFrom(name: string | undefined): readonly TransferTable[] {
  if (name === undefined) return transferTables;
  const first = transferTables.findIndex((table) => table.name === name);
  if (first === -1) throw new Error(`another version of Pawl has begun the copy: there is no table ${name}`);
  return transferTables.slice(first);
}

/** @throws Error that names the first row that is not the same. */
async function compareRows({ source, target, onProgress, ...work }: Work): Promise<ReadonlyMap<string, number>> {
  const figures = new Map<string, number>();
  let rows = 0;
  for (const table of transferTables) {
    let count = 0;
    for (let after: TransferPage["last"]; ;) {
      const page = await source.read(table, after, work.bounds ?? usualBounds);
      if (page.last === undefined) break;
      after = page.last;
      const found = await target.readBack(table, page.rows);
      for (const [i, row] of page.rows.entries()) requireSame(table, row, found[i], target.place);
      count += page.rows.length;
      rows += page.rows.length;
      onProgress?.({ step: "comparing", says: table.says, rows, ofRows: work.ofRows });
    }
    const copied = await target.count(table);
    if (copied !== count) {
      throw new Error(
        `${target.place} has ${copied} ${table.says} where ${source.place} has ${count}: the copy is not right`,
      );
    }
    figures.set(table.says, count);
  }
  return figures;
}

function requireSame(table: TransferTable, row: TransferRow, found: TransferRow | undefined, place: string): void {
  if (found === undefined) throw new Error(`${place} misses ${nameOfRow(table, row)}: the copy is not right`);
  const differing = Object.keys(table.columns).find((column) => !isSame(row[column] ?? null, found[column] ?? null));
  if (differing === undefined) return;
  throw new Error(`${place} has another ${differing} in ${nameOfRow(table, row)}: the copy is not right`);
}

/** Half a character is no text in UTF-8, which files and sealed cells are in: it is no difference what a store has made of it. */
function isSame(cell: TransferCell, other: TransferCell): boolean {
  if (typeof cell === "string" && typeof other === "string")
    return cell === other || cell.toWellFormed() === other.toWellFormed();
  if (cell instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(cell, other) === 0;
  return cell === other;
}
