// The journal of executions: how it is read and appended to. append.ts holds what a change writes.
import type { SQLInputValue } from "node:sqlite";
import type { JournalEvent } from "../../engine/event.ts";
import { decodeEvents } from "../event-codec.ts";
import type { ExecutionFilter, ExecutionRecord, Journal, JournalPart, Page, Signal } from "../store.ts";
import { prepareAppender } from "./append.ts";
import { allRows, type Connection, firstRow, type Row } from "./connection.ts";
import { partitionId } from "./lease.ts";
import { openOfferQueue } from "./offer-queue.ts";
import { decodeRecord, encodeStatus, recordColumns } from "./record-row.ts";

export type Outcome = "committed" | "undone";

/** Runs work in one durable transaction of the owner; `settled` hears how it ended before any other work begins. */
export type Write = <T>(work: () => T, settled?: (outcome: Outcome) => void) => Promise<T>;

export interface SqliteJournal extends Journal {
  readonly nextExecutionId: number;
}

/** @param wrote told the approximate number of bytes of every change. */
export function openJournal(connection: Connection, write: Write, wrote: (bytes: number) => void): SqliteJournal {
  const offers = openOfferQueue(connection);
  const appender = prepareAppender(connection, offers, wrote);
  return {
    ...openRecords(connection),
    ...openSignals(connection),
    get nextExecutionId() {
      return appender.nextExecutionId;
    },
    async append(changes) {
      await write(() => {
        for (const change of changes) appender.write(change);
      }, offers.settled);
    },
    async takeOffer(activityArn) {
      return offers.take(activityArn);
    },
    async returnOffer(offer) {
      if (offers.putBack(offer)) await write(() => offers.addFirst(offer));
    },
  };
}

type Records = Omit<Journal, "append" | "takeOffer" | "returnOffer" | "signals" | "signalsOf">;

function openRecords({ database }: Connection): Records {
  const select = `SELECT ${recordColumns} FROM execution`;
  const byId = database.prepare(`${select} WHERE id = ?`);
  const byKey = database.prepare(
    `SELECT ${recordColumns.replaceAll(/\b(id|[a-z_]+)\b/g, "e.$1")} FROM state_machine m
     JOIN execution e ON e.state_machine_id = m.id AND e.key = ?
     WHERE m.name = ? ORDER BY m.id DESC LIMIT 1`,
  );
  const ends = database.prepare("SELECT first_journal_id, last_journal_id FROM execution WHERE id = ?");
  const journalRow = database.prepare("SELECT previous_id, events FROM journal WHERE id = ?");
  // The conditions of the partial indexes must stand here as literals for SQLite to use them.
  const due = database.prepare(
    `${select} WHERE partition_id = ${partitionId} AND wake_at <= ? AND wake_at IS NOT NULL AND status = 0
     ORDER BY wake_at, id LIMIT ?`,
  );
  const earliest = database.prepare(
    `SELECT min(wake_at) AS wake_at FROM execution
     WHERE partition_id = ${partitionId} AND wake_at IS NOT NULL AND status = 0`,
  );
  const inFlight = database.prepare(
    `${select} WHERE partition_id = ${partitionId} AND is_in_flight = 1 AND status = 0 AND id > ? ORDER BY id LIMIT ?`,
  );
  const running = database.prepare("SELECT count(*) AS n FROM execution WHERE state_machine_id = ? AND status = 0");

  const readJournalRow = (id: number): Row => {
    const row = firstRow(journalRow, id);
    if (row === undefined) throw new Error(`the store is damaged: journal row ${id} is missing`);
    return row;
  };
  const list = prepareListing(database);

  return {
    async readRecord(executionId) {
      return decodeFound(firstRow(byId, executionId));
    },
    async findRecord(stateMachineName, key) {
      return decodeFound(firstRow(byKey, key, stateMachineName));
    },
    async readEvents(executionId, part) {
      return readChain(firstRow(ends, executionId), part, readJournalRow);
    },
    async listRecords(filter, page) {
      return list(filter, page).map(decodeRecord);
    },
    async dueRecords(now, limit) {
      return allRows(due, now, limit).map(decodeRecord);
    },
    async earliestWakeAt() {
      return (firstRow(earliest)?.["wake_at"] ?? undefined) as number | undefined;
    },
    async inFlightRecords({ limit, after }) {
      return allRows(inFlight, after ?? -1, limit).map(decodeRecord);
    },
    async countRunning(stateMachineId) {
      return firstRow(running, stateMachineId)?.["n"] as number;
    },
  };
}

function decodeFound(row: Row | undefined): ExecutionRecord | undefined {
  return row === undefined ? undefined : decodeRecord(row);
}

function readChain(ends: Row | undefined, part: JournalPart, readRow: (id: number) => Row): readonly JournalEvent[] {
  if (ends === undefined) return [];
  if (part !== "all") {
    return decodeEvents(
      readRow(ends[part === "first" ? "first_journal_id" : "last_journal_id"] as number)["events"] as string,
    );
  }
  const texts: string[] = [];
  let id = ends["last_journal_id"] as number | null;
  while (id !== null) {
    const row = readRow(id);
    texts.push(row["events"] as string);
    id = row["previous_id"] as number | null;
  }
  return texts.toReversed().flatMap(decodeEvents);
}

type Listing = (filter: ExecutionFilter, page: Page<number>) => readonly Row[];

/** One statement for each combination of filters, made when it is first asked for. */
function prepareListing(database: Connection["database"]): Listing {
  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  return (filter, { limit, after }) => {
    const conditions = ["state_machine_id = :stateMachineId", "id < :before"];
    const values: Record<string, SQLInputValue> = {
      stateMachineId: filter.stateMachineId,
      before: after ?? Number.MAX_SAFE_INTEGER,
      limit,
    };
    if (filter.versionNumber !== undefined) {
      conditions.push("version_number = :versionNumber");
      values["versionNumber"] = filter.versionNumber;
    }
    if (filter.aliasName !== undefined) {
      conditions.push("alias_name = :aliasName");
      values["aliasName"] = filter.aliasName;
    }
    const isNarrowed = conditions.length > 2;
    if (filter.status !== undefined) {
      // The index of the version or alias is the narrower one: "+" keeps SQLite from choosing that of the status.
      conditions.push(`${isNarrowed ? "+" : ""}status = :status`);
      values["status"] = encodeStatus(filter.status);
    }
    const where = conditions.join(" AND ");
    const select = `SELECT ${recordColumns} FROM execution WHERE ${where}`;
    // Without a filter the five runs of the index on the status are merged by their descending ids.
    const sources =
      isNarrowed || filter.status !== undefined ? [select] : [0, 1, 2, 3, 4].map((n) => `${select} AND status = ${n}`);
    const sql = `${sources.join(" UNION ALL ")} ORDER BY id DESC LIMIT :limit`;
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement.all(values) as unknown as readonly Row[];
  };
}

function openSignals({ database }: Connection): Pick<Journal, "signals" | "signalsOf"> {
  const select = "SELECT id, execution_id, scheduled_event_id, child_execution_id FROM signal";
  const after = database.prepare(`${select} WHERE id > ? ORDER BY id LIMIT ?`);
  const of = database.prepare(`${select} WHERE execution_id = ? ORDER BY id`);
  return {
    async signals(page) {
      return allRows(after, page.after ?? 0, page.limit).map(decodeSignal);
    },
    async signalsOf(executionId) {
      return allRows(of, executionId).map(decodeSignal);
    },
  };
}

function decodeSignal(row: Row): Signal {
  return {
    id: row["id"] as number,
    executionId: row["execution_id"] as number,
    scheduledEventId: row["scheduled_event_id"] as number,
    childExecutionId: row["child_execution_id"] as number,
  };
}
