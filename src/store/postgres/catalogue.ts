// State machines, their revisions, and activities. Every change counts up the number of the catalogue in its transaction.
import { cellName } from "../cell-names.ts";
import {
  type ActivityRecord,
  type Catalogue,
  machineStatuses,
  type RevisionRecord,
  type StateMachineRecord,
} from "../catalogue.ts";
import { checksumOf, verifyChecksum } from "../encoded-row.ts";
import type { CatalogueCache } from "./catalogue-cache.ts";
import type { Row, Runs, Statement } from "./link.ts";
import { decodeType, encodeType } from "../record-cells.ts";
import type { Sealing } from "./sealing.ts";
import { freeText, readFreeText } from "./tables.ts";
import { one, type Transact } from "./transact.ts";
import { forgetVersions, publish } from "./versions.ts";

type Tags = StateMachineRecord["tags"];

/** Position is the number that is stored; schema.ts names them too. */

/** Makes a change of the catalogue, in one transaction, and lets everybody know. */
export type Change = <T>(work: (held: Runs) => Promise<T>) => Promise<T>;

/** @param onChanged hears after each change. */
export function catalogueChanges(transact: Transact, cache: CatalogueCache, onChanged: () => void): Change {
  const count = { text: "UPDATE pawl.catalogue_change SET number = number + 1 WHERE id = 0 RETURNING number" };
  return async (work) => {
    const { result, number } = await transact(async (held) => {
      // First of all: changes follow one another.
      const counted = await one(held, count);
      return { result: await work(held), number: counted?.["number"] as number };
    }).finally(() => cache.forget());
    cache.changed(number);
    onChanged();
    return result;
  };
}

export interface CatalogueOptions {
  readonly runs: Runs;
  readonly change: Change;
  readonly cache: CatalogueCache;
  /** Absent for a store that is not encrypted. */
  readonly sealing: Sealing | undefined;
  readonly place: string;
}

export function openCatalogue(options: CatalogueOptions): Catalogue {
  return { ...openStateMachines(options), ...openActivities(options) };
}

type ActivityCall =
  "createActivity" | "findActivity" | "updateActivityTags" | "deleteActivity" | "listActivities" | "countActivities";

// Columns are named one by one: a node of an earlier version goes on when a newer one has added some.
const machineColumns = "id, name, type, status, created_at, revision_id, tags, initial_version_description";
const revisionColumns = `id, state_machine_id, public_id, created_at, definition, sealed_definition, checksum, role_arn,
  logging_configuration, tracing_configuration, encryption_configuration`;
const activityColumns = "name, created_at, tags, encryption_configuration";

const liveMachine: Statement = {
  name: "pawl-machine-by-name",
  text: `SELECT ${machineColumns} FROM pawl.state_machine WHERE name = $1 AND status <> 2`,
};
const machineById: Statement = {
  name: "pawl-machine",
  text: `SELECT ${machineColumns} FROM pawl.state_machine WHERE id = $1`,
};
const machines: Statement = {
  name: "pawl-machines",
  text: `SELECT ${machineColumns} FROM pawl.state_machine
    WHERE status <> 2 AND name > coalesce((SELECT name FROM pawl.state_machine WHERE id = $1), '') ORDER BY name LIMIT $2`,
};
const countMachines: Statement = {
  name: "pawl-count-machines",
  text: "SELECT count(*) AS n FROM pawl.state_machine WHERE status <> 2",
};
const revisionById: Statement = {
  name: "pawl-revision",
  text: `SELECT ${revisionColumns} FROM pawl.revision WHERE id = $1`,
};
const updateMachine: Statement = {
  text: `UPDATE pawl.state_machine SET status = greatest(status, $2::smallint), tags = coalesce($3, tags) WHERE id = $1`,
};

function openStateMachines({ runs, change, cache, sealing, place }: CatalogueOptions): Omit<Catalogue, ActivityCall> {
  const definitions = new Definitions(sealing, place);
  const machine = async (statement: Statement, value: unknown): Promise<StateMachineRecord | undefined> => {
    const row = await one(runs, statement, [value]);
    return row === undefined ? undefined : decodeMachine(row);
  };
  const byName = cache.keep(1_000, (name: string) => machine(liveMachine, name));
  const byId = cache.keep(1_000, (id: number) => machine(machineById, id));
  const revisions = cache.keep(100, async (id: number) => {
    const row = await one(runs, revisionById, [id]);
    return row === undefined ? undefined : decodeRevision(row, await definitions.of(row));
  });
  return {
    async createStateMachine(created, revision) {
      await sealing?.prepare();
      return change((held) => createMachine(held, definitions, { machine: created, revision }));
    },
    findStateMachine: byName,
    readStateMachine: byId,
    async addRevision(revision) {
      await sealing?.prepare();
      return change((held) => definitions.insert(held, revision));
    },
    readRevision: revisions,
    async updateStateMachine(id, { status, tags }) {
      const number = status === undefined ? null : machineStatuses.indexOf(status);
      await change(async (held) => {
        await held.run(updateMachine, [id, number, tags === undefined ? null : JSON.stringify(tags)]);
        if (status === "DELETED") await forgetVersions(held, id);
      });
    },
    listStateMachines: async ({ limit, after = 0 }) => (await runs.run(machines, [after, limit])).map(decodeMachine),
    async countStateMachines() {
      return (await one(runs, countMachines))?.["n"] as number;
    },
  };
}

interface NewMachine {
  readonly machine: Omit<StateMachineRecord, "id" | "revisionId" | "status">;
  readonly revision: Omit<RevisionRecord, "id" | "stateMachineId">;
}

/** Inserts a machine with its first revision, and the version of it. */
async function createMachine(
  held: Runs,
  definitions: Definitions,
  { machine, revision }: NewMachine,
): Promise<StateMachineRecord | undefined> {
  const { name, type, createdAt, tags, initialVersionDescription: description } = machine;
  const row = await one(
    held,
    {
      text: `INSERT INTO pawl.state_machine (name, type, status, created_at, revision_id, tags, initial_version_description)
        VALUES ($1, $2, 0, $3, 0, $4, $5) ON CONFLICT (name) WHERE status <> 2 DO NOTHING RETURNING id`,
    },
    [name, encodeType(type), createdAt, JSON.stringify(tags), freeText(description)],
  );
  if (row === undefined) return undefined;
  const id = row["id"] as number;
  const { id: revisionId } = await definitions.insert(held, { ...revision, stateMachineId: id });
  if (description !== undefined) {
    await publish(held, { stateMachineId: id, revisionId, createdAt, description: description || undefined });
  }
  return { ...machine, id, revisionId, status: "ACTIVE" };
}

/** Revisions with their definitions, which may be sealed: such a one is bound to the id of the row. */
class Definitions {
  readonly #sealing: Sealing | undefined;
  readonly #place: string;

  constructor(sealing: Sealing | undefined, place: string) {
    this.#sealing = sealing;
    this.#place = place;
  }

  /** Inserts a revision and makes it the newest of its machine. */
  async insert(held: Runs, revision: Omit<RevisionRecord, "id">): Promise<RevisionRecord> {
    const { stateMachineId, definition } = revision;
    const given = await one(held, { text: "SELECT nextval(pg_get_serial_sequence('pawl.revision', 'id')) AS id" });
    const id = given?.["id"] as number;
    const sealed = this.#sealing?.seal(cellName.definition(id, stateMachineId), definition) ?? null;
    await held.run(
      {
        text: `INSERT INTO pawl.revision (id, state_machine_id, public_id, created_at, definition, sealed_definition, checksum,
            role_arn, logging_configuration, tracing_configuration, encryption_configuration)
          OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      },
      [
        id,
        stateMachineId,
        revision.publicId ?? null,
        revision.createdAt,
        sealed === null ? definition : "",
        sealed,
        sealed === null ? checksumOf(definition) : null,
        freeText(revision.roleArn),
        revision.loggingConfiguration ?? null,
        revision.tracingConfiguration ?? null,
        revision.encryptionConfiguration ?? null,
      ],
    );
    const point = { text: "UPDATE pawl.state_machine SET revision_id = $1 WHERE id = $2 RETURNING id" };
    if ((await one(held, point, [id, stateMachineId])) === undefined) {
      throw new Error(`state machine ${stateMachineId} is not in the store`);
    }
    return { ...revision, id };
  }

  async of(row: Row): Promise<string> {
    if (this.#sealing !== undefined) {
      await this.#sealing.know([row["sealed_definition"]]);
      const name = cellName.definition(row["id"] as number, row["state_machine_id"] as number);
      return this.#sealing.open(name, row["sealed_definition"]);
    }
    const definition = row["definition"] as string;
    const name = `${this.#place}: the definition of revision ${String(row["id"])}`;
    verifyChecksum(definition, row["checksum"] as number, name);
    return definition;
  }
}

const activity: Statement = {
  name: "pawl-activity",
  text: `SELECT ${activityColumns} FROM pawl.activity WHERE name = $1`,
};
const activities: Statement = {
  name: "pawl-activities",
  text: `SELECT ${activityColumns} FROM pawl.activity WHERE name > $1 ORDER BY name LIMIT $2`,
};
const countActivities: Statement = { name: "pawl-count-activities", text: "SELECT count(*) AS n FROM pawl.activity" };
const createActivity: Statement = {
  text: `INSERT INTO pawl.activity (name, created_at, tags, encryption_configuration) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING`,
};

function openActivities({ runs, change, cache }: CatalogueOptions): Pick<Catalogue, ActivityCall> {
  const byName = cache.keep(1_000, async (name: string) => {
    const row = await one(runs, activity, [name]);
    return row === undefined ? undefined : decodeActivity(row);
  });
  const write = (statement: Statement, values: readonly unknown[]): Promise<void> =>
    change(async (held) => void (await held.run(statement, values)));
  return {
    createActivity: ({ name, createdAt, tags, encryptionConfiguration }) =>
      write(createActivity, [name, createdAt, JSON.stringify(tags), encryptionConfiguration ?? null]),
    findActivity: byName,
    updateActivityTags: (name, tags) =>
      write({ text: "UPDATE pawl.activity SET tags = $2 WHERE name = $1" }, [name, JSON.stringify(tags)]),
    deleteActivity: (name) => write({ text: "DELETE FROM pawl.activity WHERE name = $1" }, [name]),
    listActivities: async ({ limit, after = "" }) => (await runs.run(activities, [after, limit])).map(decodeActivity),
    async countActivities() {
      return (await one(runs, countActivities))?.["n"] as number;
    },
  };
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
    ...optional("initialVersionDescription", readFreeText(row["initial_version_description"])),
  };
}

function decodeRevision(row: Row, definition: string): RevisionRecord {
  return {
    id: row["id"] as number,
    stateMachineId: row["state_machine_id"] as number,
    createdAt: row["created_at"] as number,
    definition,
    roleArn: readFreeText(row["role_arn"]) ?? "",
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

function optional<Name extends string>(name: Name, cell: unknown): { readonly [key in Name]?: string } {
  return (cell === null || cell === undefined ? {} : { [name]: cell }) as { readonly [key in Name]?: string };
}
