// Versions and aliases of state machines. An alias has its one or two routes in its own row.
import type { AliasRecord, AliasRefusal, Route, VersionRecord, Versions } from "../versions.ts";
import type { Cell, Connection, Row, Write } from "./connection.ts";

export interface SqliteVersions {
  readonly role: Versions;
  /** Does within the transaction that runs what `publishVersion` does in one of its own. */
  publish(version: Omit<VersionRecord, "number">): VersionRecord;
  /** Removes the versions and aliases of a machine within the transaction that runs. */
  forget(stateMachineId: number): void;
}

type AliasCall = "createAlias" | "findAlias" | "updateAlias" | "deleteAlias" | "countAliases" | "listAliases";

export function openVersions(connection: Connection, write: Write): SqliteVersions {
  const forgetVersions = connection.prepare("DELETE FROM version WHERE state_machine_id = ?");
  const forgetAliases = connection.prepare("DELETE FROM alias WHERE state_machine_id = ?");
  const { publish, ...versionCallsOfRole } = versionCalls(connection, write);
  return {
    role: { ...versionCallsOfRole, ...aliasCalls(connection, write) },
    publish,
    forget(stateMachineId) {
      forgetVersions.run(stateMachineId);
      forgetAliases.run(stateMachineId);
    },
  };
}

type VersionCalls = Omit<Versions, AliasCall> & Pick<SqliteVersions, "publish">;

function versionCalls(connection: Connection, write: Write): VersionCalls {
  const ofRevision = connection.prepare("SELECT * FROM version WHERE revision_id = ? AND state_machine_id = ?");
  const byNumber = connection.prepare("SELECT * FROM version WHERE state_machine_id = ? AND number = ?");
  const count = connection.prepare("SELECT count(*) AS n FROM version WHERE state_machine_id = ?");
  const list = connection.prepare(
    "SELECT * FROM version WHERE state_machine_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
  );
  const number = connection.prepare(
    "UPDATE state_machine SET last_version = last_version + 1 WHERE id = ? RETURNING last_version",
  );
  const insert = connection.prepare(
    "INSERT INTO version (state_machine_id, number, revision_id, created_at, description) VALUES (?, ?, ?, ?, ?)",
  );
  const remove = connection.prepare("DELETE FROM version WHERE state_machine_id = ? AND number = ?");
  const references = connection.prepare(
    "SELECT name FROM alias WHERE state_machine_id = ?1 AND ?2 IN (version_number, other_version_number) ORDER BY name",
  );
  const publish = (version: Omit<VersionRecord, "number">): VersionRecord => {
    const { stateMachineId, revisionId, createdAt, description } = version;
    const existing = ofRevision.first(revisionId, stateMachineId);
    if (existing !== undefined) return decodeVersion(existing);
    const given = number.first(stateMachineId)?.["last_version"] as number;
    insert.run(stateMachineId, given, revisionId, createdAt, description ?? null);
    return { ...version, number: given };
  };
  return {
    publish,
    async publishVersion(version) {
      return write(() => publish(version));
    },
    async findVersion(stateMachineId, versionNumber) {
      const row = byNumber.first(stateMachineId, versionNumber);
      return row === undefined ? undefined : decodeVersion(row);
    },
    async findVersionOf(stateMachineId, revisionId) {
      const row = ofRevision.first(revisionId, stateMachineId);
      return row === undefined ? undefined : decodeVersion(row);
    },
    async countVersions(stateMachineId) {
      return count.first(stateMachineId)?.["n"] as number;
    },
    async listVersions(stateMachineId, { limit, after }) {
      return list.all(stateMachineId, after ?? Number.MAX_SAFE_INTEGER, limit).map(decodeVersion);
    },
    async deleteVersion(stateMachineId, versionNumber) {
      return write(() => {
        const names = references.all(stateMachineId, versionNumber).map((row) => row["name"] as string);
        if (names.length === 0) remove.run(stateMachineId, versionNumber);
        return names;
      });
    },
  };
}

function aliasCalls(connection: Connection, write: Write): Pick<Versions, AliasCall> {
  const byName = connection.prepare("SELECT * FROM alias WHERE state_machine_id = ? AND name = ?");
  const version = connection.prepare("SELECT 1 AS found FROM version WHERE state_machine_id = ? AND number = ?");
  const insert = connection.prepare(
    `INSERT INTO alias (state_machine_id, name, description, version_number, weight, other_version_number,
       other_weight, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = connection.prepare(
    `UPDATE alias SET description = ?, version_number = ?, weight = ?, other_version_number = ?, other_weight = ?,
       updated_at = ?
     WHERE state_machine_id = ? AND name = ?`,
  );
  const remove = connection.prepare("DELETE FROM alias WHERE state_machine_id = ? AND name = ?");
  const count = connection.prepare("SELECT count(*) AS n FROM alias WHERE state_machine_id = ?");
  const list = connection.prepare(
    `SELECT * FROM alias
     WHERE state_machine_id = ?1 AND name > ?2 AND (?4 IS NULL OR ?4 IN (version_number, other_version_number))
     ORDER BY name LIMIT ?3`,
  );
  const isMissing = (stateMachineId: number, routes: readonly Route[]): boolean =>
    routes.some(({ versionNumber }) => version.first(stateMachineId, versionNumber) === undefined);
  return {
    async createAlias(alias): Promise<AliasRecord | AliasRefusal> {
      const { stateMachineId, name, description, routes, createdAt, updatedAt } = alias;
      return write(() => {
        if (byName.first(stateMachineId, name) !== undefined) return "nameTaken";
        if (isMissing(stateMachineId, routes)) return "versionMissing";
        insert.run(stateMachineId, name, description ?? null, ...routeCells(routes), createdAt, updatedAt);
        return alias;
      });
    },
    async findAlias(stateMachineId, name) {
      const row = byName.first(stateMachineId, name);
      return row === undefined ? undefined : decodeAlias(row);
    },
    async updateAlias(stateMachineId, name, { updatedAt, description, routes }) {
      return write(() => {
        const row = byName.first(stateMachineId, name);
        if (row === undefined) return "aliasMissing";
        const alias = decodeAlias(row);
        if (routes !== undefined && isMissing(stateMachineId, routes)) return "versionMissing";
        const described = (description ?? alias.description ?? "") || null;
        update.run(described, ...routeCells(routes ?? alias.routes), updatedAt, stateMachineId, name);
        return decodeAlias(byName.first(stateMachineId, name) ?? row);
      });
    },
    async deleteAlias(stateMachineId, name) {
      await write(() => remove.run(stateMachineId, name));
    },
    async countAliases(stateMachineId) {
      return count.first(stateMachineId)?.["n"] as number;
    },
    async listAliases({ stateMachineId, versionNumber }, { limit, after }) {
      return list.all(stateMachineId, after ?? "", limit, versionNumber ?? null).map(decodeAlias);
    },
  };
}

function routeCells([first, other]: readonly Route[]): readonly Cell[] {
  if (first === undefined) throw new Error("an alias refers to one version at least");
  return [first.versionNumber, first.weight, other?.versionNumber ?? null, other?.weight ?? null];
}

function decodeVersion(row: Row): VersionRecord {
  const description = row["description"] as string | null;
  return {
    stateMachineId: row["state_machine_id"] as number,
    number: row["number"] as number,
    revisionId: row["revision_id"] as number,
    createdAt: row["created_at"] as number,
    ...(description === null ? {} : { description }),
  };
}

function decodeAlias(row: Row): AliasRecord {
  const description = row["description"] as string | null;
  const other = row["other_version_number"] as number | null;
  return {
    stateMachineId: row["state_machine_id"] as number,
    name: row["name"] as string,
    ...(description === null ? {} : { description }),
    routes: [
      { versionNumber: row["version_number"] as number, weight: row["weight"] as number },
      ...(other === null ? [] : [{ versionNumber: other, weight: row["other_weight"] as number }]),
    ],
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}
