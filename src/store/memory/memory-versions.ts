// Versions and aliases of state machines, in memory.
import type { AliasFilter, AliasRecord, AliasRefusal, Route, VersionRecord, Versions } from "../versions.ts";

export interface MemoryVersions {
  readonly role: Versions;
  /** Does at once what `publishVersion` does. */
  publish(version: Omit<VersionRecord, "number">): VersionRecord;
  /** Forgets the versions and aliases of a machine. */
  forget(stateMachineId: number): void;
}

/** The versions and aliases of one machine. */
interface Kept {
  /** Versions by ascending number. */
  readonly versions: Map<number, VersionRecord>;
  readonly aliases: Map<string, AliasRecord>;
  lastNumber: number;
}

export function openMemoryVersions(): MemoryVersions {
  const machines = new Map<number, Kept>();
  const keptFor = (stateMachineId: number): Kept => {
    const kept = machines.get(stateMachineId) ?? { versions: new Map(), aliases: new Map(), lastNumber: 0 };
    machines.set(stateMachineId, kept);
    return kept;
  };
  const { publish, ...versionCallsOfRole } = versionCalls(keptFor);
  return {
    role: { ...versionCallsOfRole, ...aliasCalls(keptFor) },
    publish,
    forget(stateMachineId) {
      machines.delete(stateMachineId);
    },
  };
}

type KeptFor = (stateMachineId: number) => Kept;
type AliasCall = "createAlias" | "findAlias" | "updateAlias" | "deleteAlias" | "countAliases" | "listAliases";

function versionCalls(keptFor: KeptFor): Omit<Versions, AliasCall> & Pick<MemoryVersions, "publish"> {
  const versionOf = (stateMachineId: number, revisionId: number): VersionRecord | undefined =>
    [...keptFor(stateMachineId).versions.values()].find((version) => version.revisionId === revisionId);
  const publish = (version: Omit<VersionRecord, "number">): VersionRecord => {
    const existing = versionOf(version.stateMachineId, version.revisionId);
    if (existing !== undefined) return existing;
    const kept = keptFor(version.stateMachineId);
    const published = { ...version, number: ++kept.lastNumber };
    kept.versions.set(published.number, published);
    return published;
  };
  return {
    publish,
    async publishVersion(version) {
      return publish(version);
    },
    async findVersion(stateMachineId, number) {
      return keptFor(stateMachineId).versions.get(number);
    },
    async findVersionOf(stateMachineId, revisionId) {
      return versionOf(stateMachineId, revisionId);
    },
    async countVersions(stateMachineId) {
      return keptFor(stateMachineId).versions.size;
    },
    async listVersions(stateMachineId, { limit, after = Infinity }) {
      const newestFirst = [...keptFor(stateMachineId).versions.values()].toReversed();
      return newestFirst.filter(({ number }) => number < after).slice(0, limit);
    },
    async deleteVersion(stateMachineId, number) {
      const kept = keptFor(stateMachineId);
      const names = byName(kept).flatMap((alias) => (refersTo(alias, number) ? [alias.name] : []));
      if (names.length === 0) kept.versions.delete(number);
      return names;
    },
  };
}

function aliasCalls(keptFor: KeptFor): Pick<Versions, AliasCall> {
  const isMissing = (stateMachineId: number, routes: readonly Route[]): boolean =>
    routes.some(({ versionNumber }) => !keptFor(stateMachineId).versions.has(versionNumber));
  const listed = ({ stateMachineId, versionNumber }: AliasFilter): readonly AliasRecord[] =>
    byName(keptFor(stateMachineId)).filter((alias) => versionNumber === undefined || refersTo(alias, versionNumber));
  return {
    async createAlias(alias): Promise<AliasRecord | AliasRefusal> {
      const { aliases } = keptFor(alias.stateMachineId);
      if (aliases.has(alias.name)) return "nameTaken";
      if (isMissing(alias.stateMachineId, alias.routes)) return "versionMissing";
      aliases.set(alias.name, alias);
      return alias;
    },
    async findAlias(stateMachineId, name) {
      return keptFor(stateMachineId).aliases.get(name);
    },
    async updateAlias(stateMachineId, name, { updatedAt, description, routes }) {
      const { aliases } = keptFor(stateMachineId);
      const alias = aliases.get(name);
      if (alias === undefined) return "aliasMissing";
      if (routes !== undefined && isMissing(stateMachineId, routes)) return "versionMissing";
      const { description: before, ...rest } = alias;
      const after = description ?? before ?? "";
      const updated = {
        ...rest,
        ...(after === "" ? {} : { description: after }),
        routes: routes ?? alias.routes,
        updatedAt,
      };
      aliases.set(name, updated);
      return updated;
    },
    async deleteAlias(stateMachineId, name) {
      keptFor(stateMachineId).aliases.delete(name);
    },
    async countAliases(stateMachineId) {
      return keptFor(stateMachineId).aliases.size;
    },
    async listAliases(filter, { limit, after = "" }) {
      return listed(filter)
        .filter(({ name }) => name > after)
        .slice(0, limit);
    },
  };
}

/** Names are ASCII: this order is that of the bytes. */
function byName({ aliases }: Kept): readonly AliasRecord[] {
  return [...aliases.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function refersTo({ routes }: AliasRecord, number: number): boolean {
  return routes.some(({ versionNumber }) => versionNumber === number);
}
