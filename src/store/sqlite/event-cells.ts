// The cells of a journal row that hold its events: as text, compressed, or sealed.
import { damaged, type DecodedRow, decodeRow } from "../encoded-row.ts";
import type { EncodedRow } from "../journal.ts";
import type { Cell, Row } from "./connection.ts";
import { cellName } from "../cell-names.ts";
import type { Sealing } from "./sealing.ts";

export interface EventCells {
  /** The columns of the cells, in the order of `write`. */
  readonly columns: readonly string[];
  /** To be called within a transaction. */
  write(row: EncodedRow, journalId: number, executionId: number): readonly Cell[];
  /**
   * @param row has `id`, `execution_id` and the columns.
   * @param executionId the execution whose row it is to be.
   * @throws StoreDamagedError, SealBrokenError
   */
  read(row: Row, executionId: number): DecodedRow;
  /** As `read`; `undefined` where the row is damaged, which is reported. */
  readOrReport(row: Row, executionId: number): DecodedRow | undefined;
}

export interface EventCellsOptions {
  readonly file: string;
  readonly sealing: Sealing | undefined;
  readonly onProblem: (problem: Error) => void;
}

export function eventCells({ file, sealing, onProblem }: EventCellsOptions): EventCells {
  const cells = sealing === undefined ? plainCells(file) : sealedCells(sealing);
  return {
    ...cells,
    readOrReport(row, executionId) {
      try {
        return cells.read(row, executionId);
      } catch (error) {
        onProblem(error instanceof Error ? error : new Error(String(error)));
        return undefined;
      }
    },
  };
}

function plainCells(file: string): Omit<EventCells, "readOrReport"> {
  return {
    columns: ["events", "packed_events", "checksum"],
    write: ({ content, checksum }) =>
      typeof content === "string" ? [content, null, checksum] : ["", content, checksum],
    read: (row, executionId) => {
      const name = `${file}: row ${String(row["id"])} of the journal, for execution ${executionId},`;
      if (row["execution_id"] !== executionId) throw damaged(name);
      const packed = row["packed_events"];
      return decodeRow({
        content: packed instanceof Uint8Array ? packed : (row["events"] as string),
        checksum: (row["checksum"] as number | null) ?? undefined,
        name,
      });
    },
  };
}

function sealedCells(sealing: Sealing): Omit<EventCells, "readOrReport"> {
  return {
    columns: ["events", "sealed_events"],
    write: ({ content }, journalId, executionId) => [
      "",
      sealing.seal(cellName.events(journalId, executionId), content),
    ],
    read: (row, executionId) => {
      const name = cellName.events(row["id"] as number, executionId);
      return decodeRow({ content: sealing.openBytes(name, row["sealed_events"]), name });
    },
  };
}
