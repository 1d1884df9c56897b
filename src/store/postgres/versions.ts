// Versions and aliases of state machines. An alias has its one or two routes in its own row. Changes of one machine follow one
// another: each of them counts up the number of the catalogue first.
import type { AliasRecord, Route, VersionRecord, Versions } from "../versions.ts";
import type { Row, Runs, Statement } from "./link.ts";
import { type Cell, freeText, readFreeText } from "./tables.ts";
import { one } from "./transact.ts";

type AliasCall = "createAlias" | "findAlias" | "updateAlias" | "deleteAlias" | "countAliases" | "listAliases";

export interface VersionsOptions {
  readonly runs: Runs;
  readonly change: <T>(work: (held: Runs) => Promise<T>) => Promise<T>;
}

export function openVersions(options: VersionsOptions): Versions {
  return { ...openVersionCalls(options), ...openAliases(options) };
}

const versionColumns = "state_machine_id, number, revision_id, created_at, description";
const aliasColumns = `state_machine_id, name, description, version_number, weight, other_version_number, other_weight,
  created_at, updated_at`;

const versionOfRevision: Statement = {
  name: "pawl-version-of",
  text: `SELECT ${versionColumns} FROM pawl.version WHERE state_machine_id = $1 AND revision_id = $2`,
};
const version: Statement = {
  name: "pawl-version",
  text: `SELECT ${versionColumns} FROM pawl.version WHERE state_machine_id = $1 AND number = $2`,
};
const countVersions: Statement = {
  name: "pawl-count-versions",
  text: "SELECT count(*) AS n FROM pawl.version WHERE state_machine_id = $1",
};
const versions: Statement = {
  name: "pawl-versions",
  text: `SELECT ${versionColumns} FROM pawl.version WHERE state_machine_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3`,
};

/** Does within a transaction what `publishVersion` does in one of its own. */
export async function publish(held: Runs, published: Omit<VersionRecord, "number">): Promise<VersionRecord> {
  const { stateMachineId, revisionId, createdAt, description } = published;
  const existing = await one(held, versionOfRevision, [stateMachineId, revisionId]);
  if (existing !== undefined) return decodeVersion(existing);
  const count = {
    text: "UPDATE pawl.state_machine SET last_version = last_version + 1 WHERE id = $1 RETURNING last_version AS number",
  };
  const number = (await one(held, count, [stateMachineId]))?.["number"] as number;
  await held.run(
    {
      text: `INSERT INTO pawl.version (state_machine_id, number, revision_id, created_at, description)
        VALUES ($1, $2, $3, $4, $5)`,
    },
    [stateMachineId, number, revisionId, createdAt, freeText(description)],
  );
  return { ...published, number };
}

/** Removes the versions and aliases of a machine within a transaction. */
export async function forgetVersions(held: Runs, stateMachineId: number): Promise<void> {
  await held.run({ text: "DELETE FROM pawl.alias WHERE state_machine_id = $1" }, [stateMachineId]);
  await held.run({ text: "DELETE FROM pawl.version WHERE state_machine_id = $1" }, [stateMachineId]);
}

function openVersionCalls({ runs, change }: VersionsOptions): Omit<Versions, AliasCall> {
  const found = async (statement: Statement, values: readonly unknown[]): Promise<VersionRecord | undefined> => {
    const row = await one(runs, statement, values);
    return row === undefined ? undefined : decodeVersion(row);
  };
  return {
    publishVersion: (published) => change((held) => publish(held, published)),
    findVersion: (stateMachineId, number) => found(version, [stateMachineId, number]),
    findVersionOf: (stateMachineId, revisionId) => found(versionOfRevision, [stateMachineId, revisionId]),
    async countVersions(stateMachineId) {
      return (await one(runs, countVersions, [stateMachineId]))?.["n"] as number;
    },
    listVersions: async (stateMachineId, { limit, after = mostVersion }) =>
      (await runs.run(versions, [stateMachineId, after, limit])).map(decodeVersion),
    deleteVersion: (stateMachineId, number) =>
      change(async (held) => {
        const references = {
          text: `SELECT name FROM pawl.alias
            WHERE state_machine_id = $1 AND $2 IN (version_number, other_version_number) ORDER BY name`,
        };
        const names = (await held.run(references, [stateMachineId, number])).map((row) => row["name"] as string);
        const remove = { text: "DELETE FROM pawl.version WHERE state_machine_id = $1 AND number = $2" };
        if (names.length === 0) await held.run(remove, [stateMachineId, number]);
        return names;
      }),
  };
}

const mostVersion = 2 ** 31 - 1;

const alias: Statement = {
  name: "pawl-alias",
  text: `SELECT ${aliasColumns} FROM pawl.alias WHERE state_machine_id = $1 AND name = $2`,
};
const countAliases: Statement = {
  name: "pawl-count-aliases",
  text: "SELECT count(*) AS n FROM pawl.alias WHERE state_machine_id = $1",
};
const aliases: Statement = {
  name: "pawl-aliases",
  text: `SELECT ${aliasColumns} FROM pawl.alias WHERE state_machine_id = $1 AND name > $2
    AND ($4::int IS NULL OR $4 IN (version_number, other_version_number)) ORDER BY name LIMIT $3`,
};
const insertAlias: Statement = {
  text: `INSERT INTO pawl.alias (state_machine_id, name, description, version_number, weight, other_version_number,
      other_weight, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};
const updateAlias: Statement = {
  text: `UPDATE pawl.alias SET description = $3, version_number = $4, weight = $5, other_version_number = $6,
      other_weight = $7, updated_at = $8
    WHERE state_machine_id = $1 AND name = $2 RETURNING ${aliasColumns}`,
};

async function isMissing(held: Runs, stateMachineId: number, routes: readonly Route[]): Promise<boolean> {
  for (const { versionNumber } of routes)
    if ((await one(held, version, [stateMachineId, versionNumber])) === undefined) return true;
  return false;
}

function openAliases({ runs, change }: VersionsOptions): Pick<Versions, AliasCall> {
  return {
    createAlias: (created) =>
      change(async (held) => {
        const { stateMachineId, name, description, routes, createdAt, updatedAt } = created;
        if ((await one(held, alias, [stateMachineId, name])) !== undefined) return "nameTaken";
        if (await isMissing(held, stateMachineId, routes)) return "versionMissing";
        const cells = [stateMachineId, name, freeText(description), ...routeCells(routes), createdAt, updatedAt];
        await held.run(insertAlias, cells);
        return created;
      }),
    async findAlias(stateMachineId, name) {
      const row = await one(runs, alias, [stateMachineId, name]);
      return row === undefined ? undefined : decodeAlias(row);
    },
    updateAlias: (stateMachineId, name, { updatedAt, description, routes }) =>
      change(async (held) => {
        const row = await one(held, alias, [stateMachineId, name]);
        if (row === undefined) return "aliasMissing";
        const before = decodeAlias(row);
        if (routes !== undefined && (await isMissing(held, stateMachineId, routes))) return "versionMissing";
        const described = freeText((description ?? before.description ?? "") || undefined);
        const cells = [stateMachineId, name, described, ...routeCells(routes ?? before.routes), updatedAt];
        return decodeAlias((await one(held, updateAlias, cells)) ?? row);
      }),
    deleteAlias: (stateMachineId, name) =>
      change(async (held) => {
        const remove = { text: "DELETE FROM pawl.alias WHERE state_machine_id = $1 AND name = $2" };
        await held.run(remove, [stateMachineId, name]);
      }),
    async countAliases(stateMachineId) {
      return (await one(runs, countAliases, [stateMachineId]))?.["n"] as number;
    },
    listAliases: async ({ stateMachineId, versionNumber }, { limit, after = "" }) =>
      (await runs.run(aliases, [stateMachineId, after, limit, versionNumber ?? null])).map(decodeAlias),
  };
}

function routeCells([first, other]: readonly Route[]): readonly Cell[] {
  if (first === undefined) throw new Error("an alias refers to one version at least");
  return [first.versionNumber, first.weight, other?.versionNumber ?? null, other?.weight ?? null];
}

function decodeVersion(row: Row): VersionRecord {
  const description = readFreeText(row["description"]);
  return {
    stateMachineId: row["state_machine_id"] as number,
    number: row["number"] as number,
    revisionId: row["revision_id"] as number,
    createdAt: row["created_at"] as number,
    ...(description === undefined ? {} : { description }),
  };
}

function decodeAlias(row: Row): AliasRecord {
  const description = readFreeText(row["description"]);
  const other = row["other_version_number"] as number | null;
  return {
    stateMachineId: row["state_machine_id"] as number,
    name: row["name"] as string,
    ...(description === undefined ? {} : { description }),
    routes: [
      { versionNumber: row["version_number"] as number, weight: row["weight"] as number },
      ...(other === null ? [] : [{ versionNumber: other, weight: row["other_weight"] as number }]),
    ],
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}
