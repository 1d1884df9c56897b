// Makes of a store what an earlier version would have written, for proofs that its files open and are read as before.
import { DatabaseSync } from "node:sqlite";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { encodeEvents } from "../../engine/journal/event-codec.ts";

/** Takes out of a closed file all that came with the schema versions 4 to 9. */
export function toSchemaVersion3(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    DROP TABLE copy;
    DROP TABLE journal_mark;
    ALTER TABLE journal DROP COLUMN packed_events;
    ALTER TABLE journal DROP COLUMN checksum;
    ALTER TABLE revision DROP COLUMN checksum;
    DROP TABLE quarantine;
    DROP TABLE job;
    DROP TABLE map_run;
    DROP INDEX execution_map_index;
    DROP INDEX execution_map_run;
    DROP INDEX execution_status;
    DROP INDEX execution_version;
    DROP INDEX execution_alias;
    DROP INDEX execution_redriven;
    ALTER TABLE execution DROP COLUMN listed_at;
    ALTER TABLE execution DROP COLUMN map_run_id;
    ALTER TABLE execution DROP COLUMN map_index;
    ALTER TABLE execution DROP COLUMN item_count;
    ALTER TABLE execution DROP COLUMN map_redrive;
    CREATE INDEX execution_status ON execution (state_machine_id, status);
    CREATE INDEX execution_version ON execution (state_machine_id, version_number) WHERE version_number IS NOT NULL;
    CREATE INDEX execution_alias ON execution (state_machine_id, alias_name) WHERE alias_name IS NOT NULL;
    CREATE INDEX execution_redriven ON execution (state_machine_id) WHERE redrive_count IS NOT NULL;
    PRAGMA user_version = 3;
  `);
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
