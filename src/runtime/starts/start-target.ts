// The target of a start by an ARN: the newest revision of a machine, a version of it, or the version that an alias chooses.
import { type StatesArn, versionNumberOf } from "../../aws/arn.ts";
import type { AliasRecord, Catalogue, RevisionRecord, StateMachineRecord } from "../../store/store.ts";

export interface StartTarget {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
  readonly versionNumber?: number | undefined;
  readonly aliasName?: string | undefined;
}

type StateMachineArn = Extract<StatesArn, { readonly kind: "stateMachine" }>;
export type TargetCatalogue = Pick<Catalogue, "findStateMachine" | "readRevision" | "findVersion" | "findAlias">;

/** @param random from 0 up to 1, as `Math.random` gives it. */
export async function findStartTarget(
  catalogue: TargetCatalogue,
  { name, label, qualifier }: StateMachineArn,
  random: () => number,
): Promise<StartTarget | undefined> {
  const stateMachine = label === undefined ? await catalogue.findStateMachine(name) : undefined;
  if (stateMachine === undefined) return undefined;
  const { id } = stateMachine;
  if (qualifier === undefined) return pinned(catalogue, { stateMachine }, stateMachine.revisionId);

  const number = versionNumberOf(qualifier);
  const alias = number === undefined ? await catalogue.findAlias(id, qualifier) : undefined;
  const versionNumber = alias === undefined ? number : chooseVersion(alias, random);
  const version = versionNumber === undefined ? undefined : await catalogue.findVersion(id, versionNumber);
  if (version === undefined) return undefined;
  return pinned(catalogue, { stateMachine, versionNumber, aliasName: alias?.name }, version.revisionId);
}

async function pinned(
  catalogue: TargetCatalogue,
  target: Omit<StartTarget, "revision">,
  revisionId: number,
): Promise<StartTarget | undefined> {
  const revision = await catalogue.readRevision(revisionId);
  return revision === undefined ? undefined : { ...target, revision };
}

/** Each start draws anew: the first route has the numbers below its weight, the second the rest of a hundred. */
export function chooseVersion({ routes }: Pick<AliasRecord, "routes">, random: () => number): number | undefined {
  const [first, second] = routes;
  if (first === undefined || second === undefined) return first?.versionNumber;
  return random() * 100 < first.weight ? first.versionNumber : second.versionNumber;
}
