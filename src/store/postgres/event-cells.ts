// The cells of a journal row that hold its events: as text, packed, or sealed.
import { cellName } from "../cell-names.ts";
import { damaged, type DecodedRow, decodeRow } from "../encoded-row.ts";
import type { EncodedRow } from "../journal.ts";
import type { Row } from "./link.ts";
import type { Sealing } from "./sealing.ts";
import type { Cell } from "./tables.ts";

/** The columns of the cells, in the order of `write`. */
export const eventColumns = ["events", "packed_events", "sealed_events", "checksum"] as const;

export interface EventCells {
  write(row: EncodedRow, journalId: number, executionId: number): readonly Cell[];
  /**
   * @param rows have `id`, `execution_id` and the columns.
   * @param executionId the execution whose rows they are to be.
   * @throws StoreDamagedError, SealBrokenError
   */
  read(rows: readonly Row[], executionId: number): Promise<readonly DecodedRow[]>;
  /** As `read`, of any executions; `undefined` where a row is damaged, which is reported. */
  readOrReport(rows: readonly Row[]): Promise<readonly (DecodedRow | undefined)[]>;
}

export interface EventCellsOptions {
  readonly place: string;
  readonly sealing: Sealing | undefined;
  readonly onProblem: (problem: Error) => void;
}

export function eventCells({ place, sealing, onProblem }: EventCellsOptions): EventCells {
  const know = async (rows: readonly Row[]): Promise<void> => sealing?.know(rows.map((row) => row["sealed_events"]));
  const decode = (row: Row, executionId: number): DecodedRow => {
    const name = `${place}: row ${String(row["id"])} of the journal, for execution ${executionId},`;
    if (row["execution_id"] !== executionId) throw damaged(name);
    if (sealing !== undefined) {
      const cell = cellName.events(row["id"] as number, executionId);
      return decodeRow({ content: sealing.openBytes(cell, row["sealed_events"]), name });
    }
    const packed = row["packed_events"];
    return decodeRow({
      content: packed instanceof Uint8Array ? packed : (row["events"] as string),
      checksum: (row["checksum"] as number | null) ?? undefined,
      name,
    });
  };
  return {
    write({ content, checksum }, journalId, executionId) {
      if (sealing !== undefined)
        return ["", null, sealing.seal(cellName.events(journalId, executionId), content), null];
      return typeof content === "string" ? [content, null, null, checksum] : ["", content, null, checksum];
    },
    async read(rows, executionId) {
      await know(rows);
      return rows.map((row) => decode(row, executionId));
    },
    async readOrReport(rows) {
      await know(rows);
      return rows.map((row) => {
        try {
          return decode(row, row["execution_id"] as number);
        } catch (error) {
          onProblem(error instanceof Error ? error : new Error(String(error)));
          return undefined;
        }
      });
    },
  };
}
