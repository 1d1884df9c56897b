// The journal in the order of its commits, whatever execution a row belongs to, for readers that follow it. Rows are numbered
// by one sequence, and a transaction may be visible before another that took lower numbers: a reader is shown rows only up to
// a number below which everything is decided.
import { setTimeout as pause } from "node:timers/promises";
import type { Journal, JournalRow } from "../journal.ts";
import { type EventCells, eventColumns } from "./event-cells.ts";
import type { Runs, Statement } from "./link.ts";
import { one } from "./transact.ts";

/** A page of rows ends early where the texts of its rows grow beyond this, in bytes as they are stored. */
const mostPageBytes = 8 * 1024 * 1024;

const lastNumber: Statement = {
  name: "pawl-order",
  text: "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS number FROM pawl.journal_order",
};
/** A transaction gets its id before its numbers: all that took one by now have lower ids than this. */
const upperId: Statement = { name: "pawl-upper-id", text: "SELECT pg_current_xact_id()::text::bigint AS id" };
/** Every transaction below this one has come to its end. */
const lowestOpen: Statement = {
  name: "pawl-lowest-open",
  text: "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS id",
};
const ids: Statement = {
  name: "pawl-order-ids",
  text: `SELECT p.id AS partition, j.id, j.bytes FROM pawl.partition p CROSS JOIN LATERAL (
      SELECT j.id, octet_length(j.events) + coalesce(octet_length(j.packed_events), octet_length(j.sealed_events), 0) AS bytes
      FROM pawl.journal j WHERE j.partition = p.id AND j.id > $1 AND j.id <= $2 ORDER BY j.id LIMIT $3) j
    ORDER BY j.id LIMIT $3`,
};
const rowsOf: Statement = {
  name: "pawl-order-rows",
  text: `SELECT j.id, j.execution_id, ${eventColumns.map((column) => `j.${column}`).join(", ")} FROM pawl.journal j
    JOIN unnest($1::int[], $2::bigint[]) AS wanted (partition, id) ON j.partition = wanted.partition AND j.id = wanted.id
    ORDER BY j.id`,
};
const newest: Statement = {
  name: "pawl-order-newest",
  text: `SELECT coalesce(max(j.id), 0) AS id FROM pawl.partition p CROSS JOIN LATERAL (
      SELECT j.id FROM pawl.journal j WHERE j.partition = p.id AND j.id <= $1 ORDER BY j.id DESC LIMIT 1) j`,
};

const lookMs = 5;
/** Longer than this a reader does not wait for a transaction that has not come to its end: it sees the rows the next time. */
const patienceMs = 500;

export interface JournalOrderOptions {
  readonly runs: Runs;
  readonly cells: EventCells;
}

export function openJournalOrder({ runs, cells }: JournalOrderOptions): Pick<Journal, "readRows" | "newestRowId"> {
  const horizon = new Horizon(runs);
  return {
    async readRows({ limit, after = 0 }) {
      const upTo = await horizon.look();
      if (upTo <= after) return [];
      const wanted: { partition: number; id: number }[] = [];
      let bytes = 0;
      for (const row of await runs.run(ids, [after, upTo, limit])) {
        if (bytes >= mostPageBytes) break;
        bytes += row["bytes"] as number;
        wanted.push({ partition: row["partition"] as number, id: row["id"] as number });
      }
      const found = await runs.run(rowsOf, [wanted.map(({ partition }) => partition), wanted.map(({ id }) => id)]);
      const decoded = await cells.readOrReport(found);
      return found.map((row, i): JournalRow => ({
        id: row["id"] as number,
        executionId: row["execution_id"] as number,
        events: decoded[i]?.events ?? [],
      }));
    },
    async newestRowId() {
      const row = await one(runs, newest, [await horizon.look()]);
      return row?.["id"] as number;
    },
  };
}

class Horizon {
  readonly #runs: Runs;
  /** No row up to this number comes any more. */
  #decided: number | undefined;
  /** Numbers that are decided once no transaction below an id is open. */
  #waiting: { readonly number: number; readonly below: number }[] = [];
  #looking: Promise<number> | undefined;

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** @throws Error where a transaction of another program has kept everything undecided since the store was opened. */
  async look(): Promise<number> {
    // One that began earlier may not know what was committed since.
    await this.#looking?.catch(() => undefined);
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<number> {
    const number = (await one(this.#runs, lastNumber))?.["number"] as number;
    if (number === this.#decided) return number;
    const below = (await one(this.#runs, upperId))?.["id"] as number;
    this.#waiting.push({ number, below });
    for (let waitedMs = 0; ; waitedMs += lookMs) {
      const open = (await one(this.#runs, lowestOpen))?.["id"] as number;
      for (const { number: decided, below: bound } of this.#waiting) if (bound <= open) this.#decided = decided;
      this.#waiting = this.#waiting.filter(({ below: bound }) => bound > open);
      if (this.#waiting.length === 0 || waitedMs >= patienceMs) break;
      await pause(lookMs);
    }
    if (this.#decided !== undefined) return this.#decided;
    throw new Error(
      "The order of the journal cannot be told yet: a transaction is open in the database server since before Pawl was " +
        "started. See pg_stat_activity for the oldest one, and end it",
    );
  }
}
