// The role that holds the versions and aliases of state machines.
import type { Page } from "./page.ts";

/** A revision that has a number. */
export interface VersionRecord {
  readonly stateMachineId: number;
  /** The number of the version, ascending from 1 and never given again. */
  readonly number: number;
  readonly revisionId: number;
  readonly createdAt: number;
  readonly description?: string | undefined;
}
/** The share of an alias's starts that a version gets, in percent. */
export interface Route {
  readonly versionNumber: number;
  readonly weight: number;
}
export interface AliasRecord {
  readonly stateMachineId: number;
  readonly name: string;
  readonly description?: string | undefined;
  /** One or two, to versions that exist. */
  readonly routes: readonly Route[];
  readonly createdAt: number;
  readonly updatedAt: number;
}
/** The reason why an alias could not be written: its name is taken, it is not there, or a version of its routes is not. */
export type AliasRefusal = "nameTaken" | "aliasMissing" | "versionMissing";

export interface Versions {
  /** Gives the revision the next number of its machine; the version that the revision has where it has one. */
  publishVersion(version: Omit<VersionRecord, "number">): Promise<VersionRecord>;
  findVersion(stateMachineId: number, number: number): Promise<VersionRecord | undefined>;
  findVersionOf(stateMachineId: number, revisionId: number): Promise<VersionRecord | undefined>;
  countVersions(stateMachineId: number): Promise<number>;
  /** Versions by descending number. */
  listVersions(stateMachineId: number, page: Page<number>): Promise<readonly VersionRecord[]>;
  /** Does nothing while aliases refer to the version, and answers with their names; with none when it is gone. */
  deleteVersion(stateMachineId: number, number: number): Promise<readonly string[]>;

  createAlias(alias: AliasRecord): Promise<AliasRecord | AliasRefusal>;
  findAlias(stateMachineId: number, name: string): Promise<AliasRecord | undefined>;
  /** Sets what the change names; an empty description takes the description away. */
  updateAlias(stateMachineId: number, name: string, change: AliasChange): Promise<AliasRecord | AliasRefusal>;
  deleteAlias(stateMachineId: number, name: string): Promise<void>;
  countAliases(stateMachineId: number): Promise<number>;
  /** Aliases by ascending name. */
  listAliases(filter: AliasFilter, page: Page<string>): Promise<readonly AliasRecord[]>;
}
export type AliasChange = Pick<AliasRecord, "updatedAt"> & Partial<Pick<AliasRecord, "description" | "routes">>;
export interface AliasFilter {
  readonly stateMachineId: number;
  /** The version that an alias must refer to, where one is given. */
  readonly versionNumber?: number | undefined;
}
