// State machines, their revisions, and activities.
import { checksumOf, verifyChecksum } from "../encoded-row.ts";
import {
  type ActivityRecord,
  type Catalogue,
  machineStatuses,
  type RevisionRecord,
  type StateMachineRecord,
} from "../catalogue.ts";
import type { Cell, Connection, Row, Write } from "./connection.ts";
import { openRowCache } from "./row-cache.ts";
import { decodeType, encodeType } from "../record-cells.ts";
import { cellName } from "../cell-names.ts";
import type { Sealing } from "./sealing.ts";
import type { SqliteVersions } from "./versions.ts";

type Tags = StateMachineRecord["tags"];

/** Position is the number that is stored; schema.ts names them too. */

export interface CatalogueOptions {
  readonly write: Write;
  /** Absent for a store that is not encrypted. */
  readonly sealing: Sealing | undefined;
  readonly versions: Pick<SqliteVersions, "publish" | "forget">;
}

export function openCatalogue(connection: Connection, options: CatalogueOptions): Catalogue {
  return { ...openStateMachines(connection, options), ...openActivities(connection, options.write) };
}

type ActivityCall =
  "createActivity" | "findActivity" | "updateActivityTags" | "deleteActivity" | "listActivities" | "countActivities";

function openStateMachines(
  connection: Connection,
  { write, sealing, versions }: CatalogueOptions,
): Omit<Catalogue, ActivityCall> {
  const live = connection.prepare("SELECT * FROM state_machine WHERE name = ? AND status <> 2");
  const byId = connection.prepare("SELECT * FROM state_machine WHERE id = ?");
  const list = connection.prepare(
    `SELECT * FROM state_machine
     WHERE status <> 2 AND name > coalesce((SELECT name FROM state_machine WHERE id = ?), '')
     ORDER BY name LIMIT ?`,
  );
  const count = connection.prepare("SELECT count(*) AS n FROM state_machine WHERE status <> 2");
  const update = connection.prepare(
    "UPDATE state_machine SET status = max(status, coalesce(?, status)), tags = coalesce(?, tags) WHERE id = ?",
  );
  const definitions = prepareDefinitions(connection, sealing);
  const insertRevision = prepareRevisions(connection, definitions);
  const insert = prepareMachines(connection, insertRevision, versions);
  const revisionById = connection.prepare("SELECT * FROM revision WHERE id = ?");

  const machinesByName = openRowCache(1_000, (name: string) => decodeFound(live.first(name), decodeMachine));
  const machinesById = openRowCache(1_000, (id: number) => decodeFound(byId.first(id), decodeMachine));
  const revisions = openRowCache(100, (id: number) =>
    decodeFound(revisionById.first(id), (row) => decodeRevision(row, definitions.of(row))),
  );
  /** Forgets within the transaction: the next reader reads the rows that are stored, however the transaction ends. */
  const change = <T>(work: () => T): Promise<T> =>
    write(() => {
      machinesByName.forget();
      machinesById.forget();
      return work();
    });

  return {
    async createStateMachine(machine, revision) {
      return change(() => {
        if (live.first(machine.name) !== undefined) return undefined;
        return insert(machine, revision);
      });
    },
    async findStateMachine(name) {
      return machinesByName.get(name);
    },
    async readStateMachine(id) {
      return machinesById.get(id);
    },
    async addRevision(revision) {
      return change(() => insertRevision(revision));
    },
    async readRevision(id) {
      return revisions.get(id);
    },
    async updateStateMachine(id, { status, tags }) {
      const cells = [
        status === undefined ? null : machineStatuses.indexOf(status),
        tags === undefined ? null : JSON.stringify(tags),
      ] as const;
      await change(() => {
        update.run(...cells, id);
        if (status === "DELETED") versions.forget(id);
      });
    },
    async listStateMachines({ limit, after }) {
      return list.all(after ?? 0, limit).map(decodeMachine);
    },
    async countStateMachines() {
      return count.first()?.["n"] as number;
    },
  };
}

/** Inserts a machine with its first revision, and the version of it. */
function prepareMachines(
  connection: Connection,
  insertRevision: InsertRevision,
  versions: Pick<SqliteVersions, "publish">,
): (...created: Parameters<Catalogue["createStateMachine"]>) => StateMachineRecord {
  const insert = connection.prepare(
    `INSERT INTO state_machine (name, type, status, created_at, revision_id, tags, initial_version_description)
     VALUES (?, ?, 0, ?, 0, ?, ?)`,
  );
  return (machine, revision) => {
    const { initialVersionDescription: description } = machine;
    const { lastInsertRowid } = insert.run(
      machine.name,
      encodeType(machine.type),
      machine.createdAt,
      JSON.stringify(machine.tags),
      description ?? null,
    );
    const id = Number(lastInsertRowid);
    const { id: revisionId } = insertRevision({ ...revision, stateMachineId: id });
    if (description !== undefined) {
      const { createdAt } = machine;
      versions.publish({ stateMachineId: id, revisionId, createdAt, description: description || undefined });
    }
    return { ...machine, id, revisionId, status: "ACTIVE" };
  };
}

type InsertRevision = (revision: Omit<RevisionRecord, "id">) => RevisionRecord;

/** Inserts a revision and makes it the newest of its machine. */
function prepareRevisions(connection: Connection, definitions: Definitions): InsertRevision {
  const insert = connection.prepare(
    `INSERT INTO revision (state_machine_id, public_id, created_at, definition, role_arn, logging_configuration,
       tracing_configuration, encryption_configuration)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const point = connection.prepare("UPDATE state_machine SET revision_id = ? WHERE id = ?");
  return (revision) => {
    const { lastInsertRowid } = insert.run(
      revision.stateMachineId,
      revision.publicId ?? null,
      revision.createdAt,
      definitions.written(revision.definition),
      revision.roleArn,
      revision.loggingConfiguration ?? null,
      revision.tracingConfiguration ?? null,
      revision.encryptionConfiguration ?? null,
    );
    const id = Number(lastInsertRowid);
    if (point.run(id, revision.stateMachineId).changes !== 1) {
      throw new Error(`state machine ${revision.stateMachineId} is not in the store`);
    }
    definitions.complete({ ...revision, id });
    return { ...revision, id };
  };
}

/** Definitions as they stand in their rows. A sealed one is bound to the row's id, which is there after the row. */
interface Definitions {
  written(definition: string): string;
  /** Within the transaction that inserted the row. */
  complete(revision: RevisionRecord): void;
  of(row: Row): string;
}

function prepareDefinitions(connection: Connection, sealing: Sealing | undefined): Definitions {
  if (sealing === undefined) {
    const updateChecksum = connection.prepare("UPDATE revision SET checksum = ? WHERE id = ?");
    return {
      written: (definition) => definition,
      complete: ({ id, definition }) => void updateChecksum.run(checksumOf(definition), id),
      of(row) {
        const definition = row["definition"] as string;
        const checksum = row["checksum"];
        const name = `${connection.file}: the definition of revision ${String(row["id"])}`;
        if (typeof checksum === "number") verifyChecksum(definition, checksum, name);
        return definition;
      },
    };
  }
  const update = connection.prepare("UPDATE revision SET sealed_definition = ? WHERE id = ?");
  return {
    written: () => "",
    complete({ id, stateMachineId, definition }) {
      update.run(sealing.seal(cellName.definition(id, stateMachineId), definition), id);
    },
    of(row) {
      const name = cellName.definition(row["id"] as number, row["state_machine_id"] as number);
      return sealing.open(name, row["sealed_definition"]);
    },
  };
}

function openActivities(connection: Connection, write: Write): Pick<Catalogue, ActivityCall> {
  const insert = connection.prepare(
    `INSERT INTO activity (name, created_at, tags, encryption_configuration) VALUES (?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const byName = connection.prepare("SELECT * FROM activity WHERE name = ?");
  const updateTags = connection.prepare("UPDATE activity SET tags = ? WHERE name = ?");
  const remove = connection.prepare("DELETE FROM activity WHERE name = ?");
  const list = connection.prepare("SELECT * FROM activity WHERE name > ? ORDER BY name LIMIT ?");
  const count = connection.prepare("SELECT count(*) AS n FROM activity");
  return {
    async createActivity({ name, createdAt, tags, encryptionConfiguration }) {
      await write(() => insert.run(name, createdAt, JSON.stringify(tags), encryptionConfiguration ?? null));
    },
    async findActivity(name) {
      return decodeFound(byName.first(name), decodeActivity);
    },
    async updateActivityTags(name, tags) {
      await write(() => updateTags.run(JSON.stringify(tags), name));
    },
    async deleteActivity(name) {
      await write(() => remove.run(name));
    },
    async listActivities({ limit, after }) {
      return list.all(after ?? "", limit).map(decodeActivity);
    },
    async countActivities() {
      return count.first()?.["n"] as number;
    },
  };
}

function decodeFound<T>(row: Row | undefined, decode: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : decode(row);
}

function decodeMachine(row: Row): StateMachineRecord {
  return {
    id: row["id"] as number,
    name: row["name"] as string,
    type: decodeType(row["type"]),
    status: machineStatuses[row["status"] as number] as StateMachineRecord["status"],
    createdAt: row["created_at"] as number,
    revisionId: row["revision_id"] as number,
    tags: JSON.parse(row["tags"] as string) as Tags,
    ...optional("initialVersionDescription", row["initial_version_description"]),
  };
}

function decodeRevision(row: Row, definition: string): RevisionRecord {
  return {
    id: row["id"] as number,
    stateMachineId: row["state_machine_id"] as number,
    createdAt: row["created_at"] as number,
    definition,
    roleArn: row["role_arn"] as string,
    ...optional("publicId", row["public_id"]),
    ...optional("loggingConfiguration", row["logging_configuration"]),
    ...optional("tracingConfiguration", row["tracing_configuration"]),
    ...optional("encryptionConfiguration", row["encryption_configuration"]),
  };
}

function decodeActivity(row: Row): ActivityRecord {
  return {
    name: row["name"] as string,
    createdAt: row["created_at"] as number,
    tags: JSON.parse(row["tags"] as string) as Tags,
    ...optional("encryptionConfiguration", row["encryption_configuration"]),
  };
}

function optional<Name extends string>(name: Name, cell: Cell | undefined): { readonly [key in Name]?: string } {
  return (cell === null || cell === undefined ? {} : { [name]: cell }) as { readonly [key in Name]?: string };
}
