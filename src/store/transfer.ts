// The roles by which all data of one store go into another: read table by table in pages, written with a mark of how far that has
// come, found again for the proof. Nobody works with either store meanwhile. copy-store.ts brings the two together.
import type { TransferRow, TransferTable } from "./transfer-tables.ts";

/** The place of a row in the order in which its source reads them. */
export type TransferCursor = readonly (string | number)[];

export interface TransferPage {
  readonly rows: readonly TransferRow[];
  /** The place of the last row; absent where there is none. */
  readonly last: TransferCursor | undefined;
}

export interface PageBounds {
  readonly mostRows: number;
  /** A page breaks off when its texts are longer, though never before its first row. */
  readonly mostBytes: number;
}

export interface TransferSource {
  /** In words. */
  readonly place: string;
  /** The secret that seals what clients carry for the store. */
  readonly secret: string;
  /**
   * Tells these data from others, and from themselves as they are when a server has worked with them.
   * @throws StoreInUseError while a server does.
   */
  identify(): Promise<string>;
  /** About how many rows there are, in all tables. */
  estimateRows(): Promise<number>;
  /** Rows behind a place, in an order of the source. @throws StoreDamagedError, SealBrokenError */
  read(table: TransferTable, after: TransferCursor | undefined, bounds: PageBounds): Promise<TransferPage>;
  close(): Promise<void>;
}

/** The rows up to here are in the target. */
export interface TransferPosition {
  readonly table: string;
  readonly after: TransferCursor;
  /** The number of rows, in all tables. */
  readonly rows: number;
}

/** The state of a target: nothing is in it yet, a part up to a place, or all. */
export type Begun = "nothing" | TransferPosition | "complete";

export interface TransferTarget {
  /** In words. */
  readonly place: string;
  /**
   * Begins to take the data that are identified so, or finds how far that has come. No server opens the target from here on.
   * @throws StoreInUseError while one works with it, Error when it holds anything other than a part of the same copy.
   */
  begin(source: Pick<TransferSource, "secret">, identity: string): Promise<Begun>;
  /** Writes rows, and how far that is, in one durable transaction. */
  write(table: TransferTable, rows: readonly TransferRow[], position: TransferPosition): Promise<void>;
  /** All rows are written; they are about to be read. */
  written(): Promise<void>;
  /** The rows that have the keys of these, each in its place. */
  readBack(table: TransferTable, rows: readonly TransferRow[]): Promise<readonly (TransferRow | undefined)[]>;
  count(table: TransferTable): Promise<number>;
  /** Lets servers open it. */
  complete(): Promise<void>;
  close(): Promise<void>;
}
