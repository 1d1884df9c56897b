// Finding what an ARN names: state machines, their revisions and activities, with AWS's error where there is nothing.
import { stateMachineArn } from "../../engine/arn.ts";
import type { ActivityRecord, RevisionRecord, StateMachineRecord } from "../../store/store.ts";
import { isOfSpace, requireArn } from "../arguments.ts";
import type { ApiContext } from "../context.ts";
import { ApiError, stateMachineMissing } from "../errors.ts";

export interface FoundStateMachine {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
}

/** The machine that an unqualified ARN names. There are no versions and aliases yet, so a qualified one names nothing. */
export async function requireStateMachine(arn: string, context: ApiContext): Promise<StateMachineRecord> {
  const stateMachine = await findStateMachine(arn, context);
  if (stateMachine === undefined) throw stateMachineMissing(arn);
  return stateMachine;
}

export async function findStateMachine(arn: string, context: ApiContext): Promise<StateMachineRecord | undefined> {
  const { name, label, qualifier } = requireArn(arn, "stateMachine");
  if (label !== undefined) throw labelledArn(arn);
  if (qualifier !== undefined || !isOfSpace(arn, context.arnSpace)) return undefined;
  return context.catalogue.findStateMachine(name);
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

/** The ARN of a machine, of a version or of an alias of it. */
export function qualifiedArn(context: ApiContext, name: string, qualifier?: string | number): string {
  const arn = stateMachineArn(context.arnSpace, name);
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

function labelledArn(arn: string): ApiError {
  const message = `This action does not take the ARN of a Distributed Map state: '${arn}'`;
  return new ApiError("ValidationException", message, { reason: "API_DOES_NOT_SUPPORT_LABELED_ARNS" });
}
