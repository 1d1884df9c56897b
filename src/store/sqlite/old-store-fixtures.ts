// Makes of a store what an earlier version would have written, for proofs that its files open and are read as before.
import { DatabaseSync } from "node:sqlite";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { encodeEvents } from "../../engine/journal/event-codec.ts";

/** Takes the marks of the journal out of a closed file, and with them all that came with schema version 4. */
export function toSchemaVersion3(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("DROP TABLE journal_mark; PRAGMA user_version = 3");
  database.close();
}

/** Puts all events of an execution into one row, however many they are: an earlier version wrote a row for each commit. */
export function inOneRow(file: string, executionId: number, events: readonly JournalEvent[]): void {
  const database = new DatabaseSync(file);
  database
    .prepare("UPDATE journal SET events = ? WHERE id = (SELECT first_journal_id FROM execution WHERE id = ?)")
    .run(encodeEvents(events), executionId);
  database.prepare("UPDATE execution SET last_journal_id = first_journal_id WHERE id = ?").run(executionId);
  database.close();
}
