// Versions: revisions of a state machine that are published under a number (API reference; texts as recorded).
import { isOfSpace, versionNumberOf } from "../../aws/arn.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { VersionRecord } from "../../store/versions.ts";
import { type Answer, type ApiContext, type OperationTable, toSeconds } from "../context.ts";
import { ApiError, conflict, invalidArn, quotaExceeded, stateMachineDeleting } from "../errors.ts";
import type {
  DeleteStateMachineVersionInput,
  ListStateMachineVersionsInput,
  PublishStateMachineVersionInput,
} from "../model.ts";
import { cutPage, pageSize } from "../page-token.ts";
import { qualifiedArn, requireRevised, requireStateMachine, requireUnlabelled } from "./find.ts";

export const versionOperations = {
  PublishStateMachineVersion: publishStateMachineVersion,
  ListStateMachineVersions: listStateMachineVersions,
  DeleteStateMachineVersion: deleteStateMachineVersion,
} satisfies OperationTable;

const mostVersions = 1000;
/** The revision id of a machine that was never updated. */
const initialRevision = "INITIAL";

interface VersionRequest {
  readonly publish?: boolean | undefined;
  readonly versionDescription?: string | undefined;
}

/** The version that a create or an update asks for. Terraform sends an empty description where none is meant. */
export function requireVersionRequest({ publish = false, versionDescription = "" }: VersionRequest): void {
  if (publish || versionDescription === "") return;
  throw new ApiError("ValidationException", "Version description can only be set when publish is true");
}

async function publishStateMachineVersion(
  input: PublishStateMachineVersionInput,
  context: ApiContext,
): Promise<Answer> {
  const { stateMachineArn: arn, revisionId, description } = input;
  return context.inOrder(arn, async () => {
    const { stateMachine, revision } = await requireRevised(arn, context);
    if (stateMachine.status === "DELETING") throw stateMachineDeleting(arn);
    const current = revision.publicId ?? initialRevision;
    if (revisionId !== undefined && revisionId !== current) throw revisionConflict(revisionId, current);
    const version = await publishRevision({ stateMachine, revisionId: revision.id, description }, context);
    return {
      creationDate: toSeconds(version.createdAt),
      stateMachineVersionArn: qualifiedArn(context, stateMachine.name, version.number),
    };
  });
}

const revisionConflict = (given: string, current: string): ApiError =>
  conflict(
    `Failed to publish the State Machine version for revision ${given}. ` +
      `The current State Machine revision is ${current}.`,
  );

export interface Publication {
  readonly stateMachine: StateMachineRecord;
  /** `RevisionRecord.id` */
  readonly revisionId: number;
  readonly description?: string | undefined;
}

/** The version of the revision: a new one only where it has none, whatever the description. */
export async function publishRevision(publication: Publication, context: ApiContext): Promise<VersionRecord> {
  const { stateMachine, revisionId, description = "" } = publication;
  const existing = await context.versions.findVersionOf(stateMachine.id, revisionId);
  if (existing !== undefined) return existing;
  await requireRoomForVersion(stateMachine, context);
  return context.versions.publishVersion({
    stateMachineId: stateMachine.id,
    revisionId,
    createdAt: context.now(),
    ...(description === "" ? {} : { description }),
  });
}

export async function requireRoomForVersion({ id, name }: StateMachineRecord, { versions }: ApiContext): Promise<void> {
  if ((await versions.countVersions(id)) < mostVersions) return;
  throw quotaExceeded(
    `State machine '${name}' has ${mostVersions} versions, the most it can have: delete unused ones.`,
  );
}

async function listStateMachineVersions(input: ListStateMachineVersionsInput, context: ApiContext): Promise<Answer> {
  const { id, name } = await requireStateMachine(input.stateMachineArn, context);
  const listing = `ListStateMachineVersions|${id}`;
  const after = context.pageTokens.read(listing, input.nextToken);
  const size = pageSize(input.maxResults);
  const found = await context.versions.listVersions(id, {
    limit: size + 1,
    after: typeof after === "number" ? after : undefined,
  });
  const { items, members } = cutPage(found, size, ({ number }) => context.pageTokens.issue(listing, number));
  const stateMachineVersions = items.map(({ number, createdAt }) => ({
    stateMachineVersionArn: qualifiedArn(context, name, number),
    creationDate: toSeconds(createdAt),
  }));
  return { stateMachineVersions, ...members };
}

/** A version that is not there is no error. Its executions go on, and are described as before. */
async function deleteStateMachineVersion(
  { stateMachineVersionArn: arn }: DeleteStateMachineVersionInput,
  context: ApiContext,
): Promise<Answer> {
  const { name, qualifier } = requireUnlabelled(arn);
  const number = qualifier === undefined ? undefined : versionNumberOf(qualifier);
  if (number === undefined) throw invalidArn(`Not the ARN of a state machine version: ${arn}`);
  if (!isOfSpace(arn, context.arnSpace)) return {};
  return context.inOrder(qualifiedArn(context, name), async () => {
    const stateMachine = await context.catalogue.findStateMachine(name);
    if (stateMachine === undefined) return {};
    const aliases = await context.versions.deleteVersion(stateMachine.id, number);
    if (aliases.length === 0) return {};
    throw conflict(
      "Version to be deleted must not be referenced by an alias. " +
        `Current list of aliases referencing this version: [${aliases.join(", ")}]`,
    );
  });
}
