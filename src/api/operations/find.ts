// Finding what an ARN names: state machines, their revisions and activities, with AWS's error where there is nothing.
import { isOfSpace, stateMachineArn, versionNumberOf } from "../../aws/arn.ts";
import { findStartTarget, type StartTarget } from "../../runtime/starts/start-target.ts";
import type { ActivityRecord, RevisionRecord, StateMachineRecord } from "../../store/catalogue.ts";
import type { VersionRecord } from "../../store/versions.ts";
import { parseArn, requireArn } from "../arguments.ts";
import type { ApiContext } from "../context.ts";
import { ApiError, executionMissing, stateMachineMissing } from "../errors.ts";

export interface FoundStateMachine {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
}

/** The machine that an unqualified ARN names; that of a version or alias names none. */
export async function requireStateMachine(arn: string, context: ApiContext): Promise<StateMachineRecord> {
  const stateMachine = await findStateMachine(arn, context);
  if (stateMachine === undefined) throw stateMachineMissing(arn);
  return stateMachine;
}

export async function findStateMachine(arn: string, context: ApiContext): Promise<StateMachineRecord | undefined> {
  const { name, qualifier } = requireUnlabelled(arn);
  if (qualifier !== undefined || !isOfSpace(arn, context.arnSpace)) return undefined;
  return context.catalogue.findStateMachine(name);
}

/** The parts of the ARN of a machine, a version or an alias. */
export function requireUnlabelled(arn: string): { readonly name: string; readonly qualifier?: string } {
  const parsed = requireArn(arn, "stateMachine");
  if (parsed.label !== undefined) throw labelledArn(arn);
  return parsed;
}

/** The target of a start by the ARN of a machine, a version or an alias. */
export async function requireStartTarget(arn: string, context: ApiContext): Promise<StartTarget> {
  const parsed = requireArn(arn, "stateMachine");
  if (parsed.label !== undefined) throw labelledArn(arn);
  const target = isOfSpace(arn, context.arnSpace) ? await findStartTarget(context, parsed, context.random) : undefined;
  if (target === undefined) throw stateMachineMissing(arn);
  return target;
}

/** A machine, with the version or the alias of it that the ARN names. */
export interface Qualified {
  readonly stateMachine: StateMachineRecord;
  readonly version?: VersionRecord | undefined;
  readonly aliasName?: string | undefined;
}

export async function requireQualified(arn: string, context: ApiContext): Promise<Qualified> {
  const { name, qualifier } = requireUnlabelled(arn);
  const { catalogue, versions, arnSpace } = context;
  const stateMachine = isOfSpace(arn, arnSpace) ? await catalogue.findStateMachine(name) : undefined;
  if (stateMachine === undefined) throw stateMachineMissing(arn);
  if (qualifier === undefined) return { stateMachine };
  const number = versionNumberOf(qualifier);
  if (number === undefined) {
    if ((await versions.findAlias(stateMachine.id, qualifier)) === undefined) throw stateMachineMissing(arn);
    return { stateMachine, aliasName: qualifier };
  }
  const version = await versions.findVersion(stateMachine.id, number);
  if (version === undefined) throw stateMachineMissing(arn);
  return { stateMachine, version };
}

export async function requireRevised(arn: string, context: ApiContext): Promise<FoundStateMachine> {
  const stateMachine = await requireStateMachine(arn, context);
  return { stateMachine, revision: await requireRevision(stateMachine.revisionId, context) };
}

/** Revisions are never removed while a row refers to them. */
export async function requireRevision(id: number, { catalogue }: ApiContext): Promise<RevisionRecord> {
  const revision = await catalogue.readRevision(id);
  if (revision === undefined) throw new Error(`The catalogue lacks revision ${id}, which a row refers to`);
  return revision;
}

export async function findActivity(arn: string, context: ApiContext): Promise<ActivityRecord | undefined> {
  const { name } = requireArn(arn, "activity");
  return isOfSpace(arn, context.arnSpace) ? context.catalogue.findActivity(name) : undefined;
}

/** Express executions are not kept for the API: their ARN is refused by its type. */
export function requireExecutionArn(arn: string, context: ApiContext): void {
  requireArn(arn, "execution");
  if (!isOfSpace(arn, context.arnSpace)) throw executionMissing(arn);
}

/** As `requireExecutionArn`, also of an Express child of a Map Run: such can be described, and nothing else (recorded). */
export function requireDescribableArn(arn: string, context: ApiContext): void {
  const parsed = parseArn(arn);
  // The keys of children begin so.
  if (parsed.kind !== "express" || !parsed.key.startsWith("/")) return requireExecutionArn(arn, context);
  if (!isOfSpace(arn, context.arnSpace)) throw executionMissing(arn);
}

/** The ARN of a machine, of a version or of an alias of it. */
export function qualifiedArn(context: ApiContext, name: string, qualifier?: string | number): string {
  const arn = stateMachineArn(context.arnSpace, name);
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

function labelledArn(arn: string): ApiError {
  const message = `This action does not take the ARN of a Distributed Map state: '${arn}'`;
  return new ApiError("ValidationException", message, { reason: "API_DOES_NOT_SUPPORT_LABELED_ARNS" });
}
