// The tables of the SQLite store. The order of writes decides much: the journal grows at its end only, in commit order,
// and finds an execution's rows by a chain from the newest to the first, because an index on the execution would dirty a
// page per execution and commit. Every other index is either partial, short-lived or needed for uniqueness.
import { type Connection, readNumber } from "./connection.ts";

/** "Pawl" in ASCII: marks the file as ours. */
const applicationId = 0x5061776c;

/** Position + 1 is the schema version that a migration leads to. Never edit one that was released. */
const migrations: readonly string[] = [
  `
  CREATE TABLE partition (
    id INTEGER PRIMARY KEY,
    owner TEXT,             -- random, one per opening; NULL when nobody holds the lease
    epoch INTEGER NOT NULL, -- grows with every owner: a late writer finds another number than its own
    host TEXT,
    pid INTEGER,
    process TEXT,           -- tells the process from a later one with the same pid
    secret TEXT NOT NULL    -- seals what clients carry for the store
  ) STRICT;
  INSERT INTO partition (id, epoch, secret) VALUES (0, 0, hex(randomblob(32)));

  CREATE TABLE execution (
    id INTEGER PRIMARY KEY,
    partition_id INTEGER NOT NULL,
    state_machine_id INTEGER NOT NULL,
    revision_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    type INTEGER NOT NULL,   -- 0 STANDARD, 1 EXPRESS
    status INTEGER NOT NULL, -- 0 RUNNING, 1 SUCCEEDED, 2 FAILED, 3 TIMED_OUT, 4 ABORTED
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    version_number INTEGER,
    alias_name TEXT,
    trace_header TEXT,
    wake_at INTEGER,
    is_in_flight INTEGER NOT NULL,
    last_event_id INTEGER NOT NULL,
    parent_execution_id INTEGER,
    parent_scheduled_event_id INTEGER,
    first_journal_id INTEGER NOT NULL,
    last_journal_id INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX execution_key ON execution (state_machine_id, key);
  CREATE INDEX execution_status ON execution (state_machine_id, status);
  CREATE INDEX execution_version ON execution (state_machine_id, version_number) WHERE version_number IS NOT NULL;
  CREATE INDEX execution_alias ON execution (state_machine_id, alias_name) WHERE alias_name IS NOT NULL;
  CREATE INDEX execution_wake ON execution (partition_id, wake_at) WHERE wake_at IS NOT NULL AND status = 0;
  CREATE INDEX execution_in_flight ON execution (partition_id) WHERE is_in_flight = 1 AND status = 0;

  CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    execution_id INTEGER NOT NULL,
    previous_id INTEGER, -- the row that the same execution wrote before
    events TEXT NOT NULL -- engine/journal/event-codec.ts
  ) STRICT;

  CREATE TABLE activity_offer (
    id INTEGER PRIMARY KEY, -- ascending in the order of the queue
    partition_id INTEGER NOT NULL,
    activity_arn TEXT NOT NULL,
    execution_id INTEGER NOT NULL,
    scheduled_event_id INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX activity_offer_queue ON activity_offer (partition_id, activity_arn);
  CREATE INDEX activity_offer_execution ON activity_offer (execution_id);

  CREATE TABLE signal (
    id INTEGER PRIMARY KEY,
    partition_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    scheduled_event_id INTEGER NOT NULL,
    child_execution_id INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX signal_execution ON signal (execution_id);

  CREATE TABLE state_machine (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    type INTEGER NOT NULL,
    status INTEGER NOT NULL, -- 0 ACTIVE, 1 DELETING, 2 DELETED
    created_at INTEGER NOT NULL,
    revision_id INTEGER NOT NULL,
    tags TEXT NOT NULL,
    initial_version_description TEXT,
    last_version INTEGER NOT NULL DEFAULT 0 -- the number that was given last
  ) STRICT;
  CREATE INDEX state_machine_name ON state_machine (name);
  CREATE UNIQUE INDEX state_machine_live_name ON state_machine (name) WHERE status <> 2;

  CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    state_machine_id INTEGER NOT NULL,
    public_id TEXT,
    created_at INTEGER NOT NULL,
    definition TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    logging_configuration TEXT,
    tracing_configuration TEXT,
    encryption_configuration TEXT
  ) STRICT;

  CREATE TABLE version (
    state_machine_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    revision_id INTEGER NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    description TEXT,
    PRIMARY KEY (state_machine_id, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alias (
    state_machine_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    version_number INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    other_version_number INTEGER, -- NULL with one route
    other_weight INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (state_machine_id, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE activity (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    tags TEXT NOT NULL,
    encryption_configuration TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  // A text that is sealed stands in the column behind its own, which is empty then. encryption.ts has the rest.
  `
  CREATE TABLE data_key (
    id INTEGER PRIMARY KEY,
    master_key TEXT NOT NULL, -- fingerprint of the key that wraps it
    wrapped BLOB NOT NULL
  ) STRICT;
  ALTER TABLE partition ADD COLUMN encryption INTEGER NOT NULL DEFAULT 0; -- 0 plain, 1 and 2 on the way, 3 sealed
  ALTER TABLE partition ADD COLUMN sealed_secret BLOB;
  ALTER TABLE execution ADD COLUMN sealed_trace_header BLOB;
  ALTER TABLE journal ADD COLUMN sealed_events BLOB;
  ALTER TABLE revision ADD COLUMN sealed_definition BLOB;
  `,
  `
  ALTER TABLE execution ADD COLUMN redrive_count INTEGER; -- NULL when it was never redriven
  ALTER TABLE execution ADD COLUMN redriven_at INTEGER;
  CREATE INDEX execution_redriven ON execution (state_machine_id) WHERE redrive_count IS NOT NULL;
  `,
  // A sparse index into long journals: one row for every 128 events, so that most executions have none.
  `
  CREATE TABLE journal_mark (
    execution_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL, -- begins a block of events (event-blocks.ts)
    journal_id INTEGER NOT NULL, -- the row that begins with it
    PRIMARY KEY (execution_id, event_id)
  ) STRICT, WITHOUT ROWID;
  `,
  // Lists go by the time of the end, the redrive or the start. The column takes no room: SQLite computes it.
  `
  ALTER TABLE execution ADD COLUMN listed_at INTEGER
    GENERATED ALWAYS AS (coalesce(stopped_at, redriven_at, started_at)) VIRTUAL;
  DROP INDEX execution_status;
  DROP INDEX execution_version;
  DROP INDEX execution_alias;
  DROP INDEX execution_redriven;
  CREATE INDEX execution_status ON execution (state_machine_id, status, listed_at);
  CREATE INDEX execution_version ON execution (state_machine_id, version_number, listed_at)
    WHERE version_number IS NOT NULL;
  CREATE INDEX execution_alias ON execution (state_machine_id, alias_name, listed_at) WHERE alias_name IS NOT NULL;
  CREATE INDEX execution_redriven ON execution (state_machine_id, listed_at) WHERE redrive_count IS NOT NULL;
  `,
  // A long text stands compressed in the column behind its own, which is empty then.
  `
  ALTER TABLE journal ADD COLUMN packed_events BLOB;
  ALTER TABLE journal ADD COLUMN checksum INTEGER; -- CRC-32 (encoded-row.ts); NULL in rows of before and in sealed ones
  ALTER TABLE revision ADD COLUMN checksum INTEGER; -- of the definition; as above
  CREATE TABLE quarantine (
    execution_id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL,
    version TEXT NOT NULL -- of Pawl, which has the bug
  ) STRICT;
  `,
  // A job is named by its task attempt; the rest of it stands in the events.
  `
  CREATE TABLE job (
    execution_id INTEGER NOT NULL,
    scheduled_event_id INTEGER NOT NULL,
    submitted_event_id INTEGER NOT NULL,
    partition_id INTEGER NOT NULL,
    is_abandoned INTEGER NOT NULL, -- 1 is to be stopped
    since INTEGER NOT NULL,
    look_at INTEGER NOT NULL,
    PRIMARY KEY (execution_id, scheduled_event_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX job_look ON job (partition_id, look_at);
  `,
  // Map Runs, and their children among the executions, which lists and counts of a machine leave out.
  `
  CREATE TABLE map_run (
    id INTEGER PRIMARY KEY,
    partition_id INTEGER NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    state_machine_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL, -- the one that waits for it
    started_event_id INTEGER NOT NULL,
    status INTEGER NOT NULL, -- 0 RUNNING, 1 SUCCEEDED, 2 FAILED, 3 ABORTED
    is_open INTEGER NOT NULL, -- children of it may run
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    redrive_count INTEGER, -- NULL when it was never redriven
    redriven_at INTEGER,
    state TEXT NOT NULL DEFAULT '', -- JSON of MapRunState
    sealed_state BLOB
  ) STRICT;
  CREATE UNIQUE INDEX map_run_event ON map_run (execution_id, started_event_id);
  CREATE INDEX map_run_open ON map_run (state_machine_id) WHERE is_open = 1;

  ALTER TABLE execution ADD COLUMN map_run_id INTEGER;
  ALTER TABLE execution ADD COLUMN map_index INTEGER; -- NULL also for a child in whose place another was started
  ALTER TABLE execution ADD COLUMN item_count INTEGER;
  ALTER TABLE execution ADD COLUMN map_redrive INTEGER; -- the redrive of the run that began it or redrove it last
  CREATE UNIQUE INDEX execution_map_index ON execution (map_run_id, map_index) WHERE map_run_id IS NOT NULL;
  CREATE INDEX execution_map_run ON execution (map_run_id, status, listed_at, map_index, map_redrive, item_count)
    WHERE map_run_id IS NOT NULL;

  DROP INDEX execution_status;
  DROP INDEX execution_redriven;
  CREATE INDEX execution_status ON execution (state_machine_id, status, listed_at) WHERE map_run_id IS NULL;
  CREATE INDEX execution_redriven ON execution (state_machine_id, listed_at)
    WHERE redrive_count IS NOT NULL AND map_run_id IS NULL;
  `,
  // Data that are copied in from another store (transfer.ts).
  `
  CREATE TABLE copy (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    source TEXT NOT NULL,   -- tells which data they are, and of when
    position TEXT NOT NULL, -- JSON
    completed_at INTEGER    -- NULL until all of it is there: no server works with a part
  ) STRICT;
  `,
];

/** The schema from which on a store may be the target of a copy. */
const firstCopySchema = 9;

/** Whether data were copied into a file, or a part of them; `undefined` for neither. */
export function copyIn(connection: Connection): "part" | "whole" | undefined {
  if (readNumber(connection, "PRAGMA user_version") < firstCopySchema) return undefined;
  const row = connection.prepare("SELECT completed_at FROM copy").first();
  if (row === undefined) return undefined;
  return row["completed_at"] === null ? "part" : "whole";
}

/** @throws Error for a file into which a copy is under way. */
export function requireWhole(connection: Connection): void {
  if (copyIn(connection) !== "part") return;
  throw new Error(
    `${connection.file} holds a part of a copy: run the same pawl copy again to complete it, or name another file`,
  );
}

/** @throws Error when the file belongs to another program or a newer version; it is left as it was. */
export function requireOurs(connection: Connection): void {
  const { file } = connection;
  const version = readNumber(connection, "PRAGMA user_version");
  const isOurs = readNumber(connection, "PRAGMA application_id") === applicationId;
  if (!isOurs && readNumber(connection, "SELECT count(*) FROM sqlite_schema") > 0) {
    throw new Error(`${file} is a SQLite database of another program: name another file`);
  }
  if (version > migrations.length) {
    throw new Error(
      `${file} was written by a newer version of Pawl: its schema is version ${version}, this version knows up to ` +
        `${migrations.length}. Run the newer version, or name another file`,
    );
  }
}

/** Brings the schema of a file that is ours up to this version, within a transaction. */
export function migrate(connection: Connection): void {
  const { database } = connection;
  for (const migration of migrations.slice(readNumber(connection, "PRAGMA user_version"))) database.exec(migration);
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
}
