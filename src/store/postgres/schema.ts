// The tables of the PostgreSQL store, in a schema of their own. Keys lead with the partition. The hot row of an execution is
// narrow (`live`): a turn touches no index of the wide one (`execution`), which is written at the start and at the end. The
// journal grows at its end only, and finds an execution's rows by a chain from the newest to the first.
import type { Runs } from "./link.ts";
import { one } from "./transact.ts";

/**
 * Position + 1 is the schema version that a migration leads to. Never edit one that was released. Nodes of the version before
 * go on while it is made and after: what they read and write stays.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE pawl.database (
    id smallint PRIMARY KEY CHECK (id = 0),
    schema_version integer NOT NULL,
    partitions integer NOT NULL,
    secret text NOT NULL,    -- seals what clients carry for the store; empty where it is sealed itself
    sealed_secret bytea,
    encryption smallint NOT NULL DEFAULT 0, -- 0 plain, 3 sealed
    touches bigint NOT NULL DEFAULT 0       -- nobody reads it: proves that one can write
  );

  CREATE TABLE pawl.catalogue_change (
    id smallint PRIMARY KEY CHECK (id = 0),
    number bigint NOT NULL
  );
  INSERT INTO pawl.catalogue_change VALUES (0, 0);

  CREATE TABLE pawl.data_key (
    id integer PRIMARY KEY,
    master_key text NOT NULL, -- fingerprint of the key that wraps it
    wrapped bytea NOT NULL
  );

  CREATE TABLE pawl.node (
    id uuid PRIMARY KEY,
    url text,
    version text NOT NULL,
    renewed_at timestamptz NOT NULL,
    open_executions bigint NOT NULL
  );

  CREATE TABLE pawl.partition (
    id integer PRIMARY KEY,
    owner uuid,                       -- NULL when nobody holds it
    epoch bigint NOT NULL DEFAULT 0,  -- grows with every owner: a late writer finds another number than its own
    next_block bigint NOT NULL DEFAULT 0 -- of ids
  ) WITH (fillfactor = 50);

  -- One row for each connection that appends: tells whether a batch was committed whose answer was lost.
  CREATE TABLE pawl.lane (
    writer uuid NOT NULL,
    number integer NOT NULL,
    generation bigint NOT NULL, -- grows with every connection: a late batch of an earlier one finds another
    batch bigint NOT NULL,      -- the last one that was committed
    used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (writer, number)
  ) WITH (fillfactor = 50);

  CREATE TABLE pawl.execution (
    partition integer NOT NULL,
    id bigint NOT NULL,
    state_machine_id integer NOT NULL,
    revision_id integer NOT NULL,
    key text COLLATE "C" NOT NULL,
    type smallint NOT NULL,   -- 0 STANDARD, 1 EXPRESS
    status smallint NOT NULL, -- 0 RUNNING, 1 SUCCEEDED, 2 FAILED, 3 TIMED_OUT, 4 ABORTED
    started_at bigint NOT NULL,
    stopped_at bigint,
    listed_at bigint NOT NULL, -- the time that lists go by
    version_number integer,
    alias_name text COLLATE "C",
    trace_header text,         -- a JSON string
    sealed_trace_header bytea,
    parent_execution_id bigint,
    parent_scheduled_event_id integer,
    redrive_count integer,     -- NULL when it was never redriven
    redriven_at bigint,
    map_run_id bigint,
    map_index integer,         -- NULL also for a child in whose place another was started
    item_count integer,
    map_redrive integer,       -- the redrive of the run that began it or redrove it last
    first_journal_id bigint,
    -- As of the end; NULL while it runs: the row in live has them.
    wake_at bigint,
    is_in_flight boolean,
    last_event_id integer,
    last_journal_id bigint,
    PRIMARY KEY (partition, id)
  );
  CREATE UNIQUE INDEX execution_key ON pawl.execution (partition, state_machine_id, key);
  CREATE INDEX execution_status ON pawl.execution (state_machine_id, status, listed_at, id) WHERE map_run_id IS NULL;
  CREATE INDEX execution_version ON pawl.execution (state_machine_id, version_number, listed_at, id)
    WHERE version_number IS NOT NULL AND map_run_id IS NULL;
  CREATE INDEX execution_alias ON pawl.execution (state_machine_id, alias_name, listed_at, id)
    WHERE alias_name IS NOT NULL AND map_run_id IS NULL;
  CREATE INDEX execution_redriven ON pawl.execution (state_machine_id, listed_at, id)
    WHERE redrive_count IS NOT NULL AND map_run_id IS NULL;
  CREATE UNIQUE INDEX execution_map_index ON pawl.execution (partition, map_run_id, map_index)
    WHERE map_run_id IS NOT NULL;
  CREATE INDEX execution_map_run ON pawl.execution
    (partition, map_run_id, status, listed_at, id) INCLUDE (map_index, map_redrive, item_count)
    WHERE map_run_id IS NOT NULL;

  CREATE TABLE pawl.live (
    partition integer NOT NULL,
    execution_id bigint NOT NULL,
    wake_at bigint,
    is_in_flight boolean NOT NULL,
    counts boolean NOT NULL, -- among the open executions: Standard, and no child of a Map Run
    last_event_id integer NOT NULL,
    last_journal_id bigint,
    PRIMARY KEY (partition, execution_id)
  ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX live_wake ON pawl.live (partition, wake_at) WHERE wake_at IS NOT NULL;

  CREATE SEQUENCE pawl.journal_order AS bigint;
  CREATE TABLE pawl.journal (
    partition integer NOT NULL,
    id bigint NOT NULL,        -- of journal_order, taken in the transaction that writes it
    execution_id bigint NOT NULL,
    previous_id bigint,        -- the row that the same execution wrote before
    events text NOT NULL,      -- engine/journal/event-codec.ts; empty where it is packed or sealed
    packed_events bytea,
    sealed_events bytea,
    checksum bigint,           -- CRC-32 (encoded-row.ts); NULL in sealed ones
    PRIMARY KEY (partition, id)
  );
  ALTER TABLE pawl.journal ALTER COLUMN packed_events SET STORAGE EXTERNAL;
  ALTER TABLE pawl.journal ALTER COLUMN sealed_events SET STORAGE EXTERNAL;

  CREATE TABLE pawl.journal_mark (
    partition integer NOT NULL,
    execution_id bigint NOT NULL,
    event_id integer NOT NULL,   -- begins a block of events (event-blocks.ts)
    journal_id bigint NOT NULL,  -- the row that begins with it
    PRIMARY KEY (partition, execution_id, event_id)
  );

  CREATE TABLE pawl.activity_offer (
    partition integer NOT NULL,
    execution_id bigint NOT NULL,
    scheduled_event_id integer NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY, -- ascending in the order of the queue
    activity_arn text COLLATE "C" NOT NULL,
    taken_until timestamptz, -- NULL when nobody has it
    PRIMARY KEY (partition, execution_id, scheduled_event_id)
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX activity_offer_queue ON pawl.activity_offer (activity_arn, id);

  CREATE TABLE pawl.signal (
    partition integer NOT NULL, -- of the execution that it goes to
    id bigint GENERATED ALWAYS AS IDENTITY,
    execution_id bigint NOT NULL,
    scheduled_event_id integer NOT NULL,
    child_execution_id bigint NOT NULL,
    PRIMARY KEY (partition, id)
  ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX signal_execution ON pawl.signal (partition, execution_id, id);

  CREATE TABLE pawl.job (
    partition integer NOT NULL,
    execution_id bigint NOT NULL,
    scheduled_event_id integer NOT NULL,
    submitted_event_id integer NOT NULL,
    is_abandoned boolean NOT NULL,
    since bigint NOT NULL,
    look_at bigint NOT NULL,
    PRIMARY KEY (partition, execution_id, scheduled_event_id)
  );
  CREATE INDEX job_look ON pawl.job (partition, look_at);

  CREATE TABLE pawl.quarantine (
    partition integer NOT NULL,
    execution_id bigint NOT NULL,
    since bigint NOT NULL,
    version text NOT NULL, -- of Pawl, which has the bug
    PRIMARY KEY (partition, execution_id)
  );

  CREATE TABLE pawl.map_run (
    partition integer NOT NULL,
    id bigint NOT NULL,
    uuid text COLLATE "C" NOT NULL,
    label text NOT NULL,
    state_machine_id integer NOT NULL,
    execution_id bigint NOT NULL, -- the one that waits for it
    started_event_id integer NOT NULL,
    status smallint NOT NULL,     -- 0 RUNNING, 1 SUCCEEDED, 2 FAILED, 3 ABORTED
    is_open boolean NOT NULL,     -- children of it may run
    started_at bigint NOT NULL,
    stopped_at bigint,
    redrive_count integer,        -- NULL when it was never redriven
    redriven_at bigint,
    state text NOT NULL,          -- JSON of MapRunState; empty where it is sealed
    sealed_state bytea,
    PRIMARY KEY (partition, id)
  );
  CREATE UNIQUE INDEX map_run_uuid ON pawl.map_run (uuid);
  CREATE UNIQUE INDEX map_run_event ON pawl.map_run (partition, execution_id, started_event_id);
  CREATE INDEX map_run_open ON pawl.map_run (state_machine_id) WHERE is_open;

  CREATE TABLE pawl.state_machine (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    type smallint NOT NULL,
    status smallint NOT NULL, -- 0 ACTIVE, 1 DELETING, 2 DELETED
    created_at bigint NOT NULL,
    revision_id integer NOT NULL,
    tags text NOT NULL,
    initial_version_description text, -- a JSON string, as all texts that people write freely
    last_version integer NOT NULL DEFAULT 0 -- the number that was given last
  );
  CREATE INDEX state_machine_name ON pawl.state_machine (name, id);
  CREATE UNIQUE INDEX state_machine_live_name ON pawl.state_machine (name) WHERE status <> 2;

  CREATE TABLE pawl.revision (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state_machine_id integer NOT NULL,
    public_id text,
    created_at bigint NOT NULL,
    definition text NOT NULL, -- empty where it is sealed
    sealed_definition bytea,
    checksum bigint,
    role_arn text NOT NULL,   -- a JSON string
    logging_configuration text,
    tracing_configuration text,
    encryption_configuration text
  );

  CREATE TABLE pawl.version (
    state_machine_id integer NOT NULL,
    number integer NOT NULL,
    revision_id integer NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    description text, -- a JSON string
    PRIMARY KEY (state_machine_id, number)
  );

  CREATE TABLE pawl.alias (
    state_machine_id integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text, -- a JSON string
    version_number integer NOT NULL,
    weight integer NOT NULL,
    other_version_number integer, -- NULL with one route
    other_weight integer,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (state_machine_id, name)
  );

  CREATE TABLE pawl.activity (
    name text COLLATE "C" PRIMARY KEY,
    created_at bigint NOT NULL,
    tags text NOT NULL,
    encryption_configuration text
  );
  `,
  // Data that are copied in from another store (transfer.ts): how far that has come, and what it leaves behind.
  `
  CREATE TABLE pawl.copy (
    id smallint PRIMARY KEY CHECK (id = 0),
    source text NOT NULL,   -- tells which data they are, and of when
    position text NOT NULL, -- JSON
    completed_at bigint     -- NULL until all of it is there: no node works with a part
  );
  ALTER TABLE pawl.database ADD COLUMN moved_below bigint NOT NULL DEFAULT 0; -- lower ids are in the partition 0
  `,
];

export const newestSchema = migrations.length;

export interface NewDatabase {
  readonly partitions: number;
  readonly secret: string;
}

/** Any number that no other program is likely to lock. */
const migrationLock = 0x5061776c;

/**
 * Makes the tables, or brings them up to this version, within a transaction; one node at a time.
 * @throws Error when they were made by a newer version; they are left as they were.
 */
export async function migrate(held: Runs, place: string, fresh: NewDatabase): Promise<void> {
  await held.run({ text: `SELECT pg_advisory_xact_lock(${migrationLock})` });
  const tables = await one(held, {
    text: "SELECT to_regnamespace('pawl') IS NOT NULL AS has_schema, to_regclass('pawl.database') IS NOT NULL AS is_made",
  });
  const version = tables?.["is_made"] === true ? await versionOf(held) : 0;
  if (version > newestSchema) {
    throw new Error(
      `${place}, was last opened by a newer version of Pawl: its schema is version ${version}, this version knows up to ` +
        `${newestSchema}. Run the newer version, or name another database`,
    );
  }
  if (version === newestSchema) return;
  if (tables?.["has_schema"] !== true) await held.run({ text: "CREATE SCHEMA pawl" });
  for (const migration of migrations.slice(version)) await held.run({ text: migration });
  if (version === 0) {
    await held.run({
      text: `INSERT INTO pawl.database (id, schema_version, partitions, secret) VALUES (0, 0, ${fresh.partitions}, '${fresh.secret}');
        INSERT INTO pawl.partition (id) SELECT generate_series(0, ${fresh.partitions} - 1)`,
    });
  }
  await held.run({ text: `UPDATE pawl.database SET schema_version = ${newestSchema} WHERE id = 0` });
}

async function versionOf(held: Runs): Promise<number> {
  const row = await one(held, { text: "SELECT schema_version FROM pawl.database WHERE id = 0" });
  return (row?.["schema_version"] ?? 0) as number;
}
