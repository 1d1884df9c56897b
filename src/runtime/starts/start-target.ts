// The target of a start by an ARN: the newest revision of a machine, a version of it, or the version that an alias chooses.
import { type StatesArn, versionNumberOf } from "../../aws/arn.ts";
import type { RevisionRecord, StateMachineRecord } from "../../store/catalogue.ts";
import type { Store } from "../../store/store.ts";
import type { AliasRecord } from "../../store/versions.ts";

export interface StartTarget {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
  readonly versionNumber?: number | undefined;
  readonly aliasName?: string | undefined;
}

type StateMachineArn = Extract<StatesArn, { readonly kind: "stateMachine" }>;
export type TargetStore = Pick<Store, "catalogue" | "versions">;

/** @param random from 0 up to 1, as `Math.random` gives it. */
export async function findStartTarget(
  store: TargetStore,
  { name, label, qualifier }: StateMachineArn,
  random: () => number,
): Promise<StartTarget | undefined> {
  const stateMachine = label === undefined ? await store.catalogue.findStateMachine(name) : undefined;
  if (stateMachine === undefined) return undefined;
  const { id } = stateMachine;
  if (qualifier === undefined) return pinned(store, { stateMachine }, stateMachine.revisionId);

  const number = versionNumberOf(qualifier);
  const alias = number === undefined ? await store.versions.findAlias(id, qualifier) : undefined;
  const versionNumber = alias === undefined ? number : chooseVersion(alias, random);
  const version = versionNumber === undefined ? undefined : await store.versions.findVersion(id, versionNumber);
  if (version === undefined) return undefined;
  return pinned(store, { stateMachine, versionNumber, aliasName: alias?.name }, version.revisionId);
}

async function pinned(
  { catalogue }: TargetStore,
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
