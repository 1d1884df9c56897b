// State machines: create, describe, update, delete and list (API reference; idempotency and defaults as recorded).
import { childDefinition } from "../../asl/child-definition.ts";
import { stateMachineArn } from "../../aws/arn.ts";
import type { Catalogue, RevisionRecord, StateMachineRecord } from "../../store/catalogue.ts";
import { requireName, requireRoleArn } from "../arguments.ts";
import {
  configurationTexts,
  echoedConfigurations,
  requireConfigurations,
  requireLogGroup,
} from "../machine-configuration.ts";
import { type Answer, type ApiContext, type OperationTable, toSeconds } from "../context.ts";
import {
  ApiError,
  executionMissing,
  limitExceeded,
  stateMachineDeleting,
  stateMachineExists,
  stateMachineMissing,
} from "../errors.ts";
import type {
  CreateStateMachineInput,
  DeleteStateMachineInput,
  DescribeStateMachineForExecutionInput,
  DescribeStateMachineInput,
  ListStateMachinesInput,
  UpdateStateMachineInput,
} from "../model.ts";
import { cutPage, pageSize } from "../page-token.ts";
import { requireDefinition } from "./definition.ts";
import {
  findStateMachine,
  qualifiedArn,
  requireDescribableArn,
  requireQualified,
  requireRevised,
  requireRevision,
  requireUnlabelled,
} from "./find.ts";
import { requireTags } from "./tags.ts";
import { type Publication, publishRevision, requireRoomForVersion, requireVersionRequest } from "./versions.ts";

export const stateMachineOperations = {
  CreateStateMachine: createStateMachine,
  DescribeStateMachine: describeStateMachine,
  DescribeStateMachineForExecution: describeStateMachineForExecution,
  UpdateStateMachine: updateStateMachine,
  DeleteStateMachine: deleteStateMachine,
  ListStateMachines: listStateMachines,
} satisfies OperationTable;

async function createStateMachine(input: CreateStateMachineInput, context: ApiContext): Promise<Answer> {
  const { name, definition, roleArn, type = "STANDARD", tags = [] } = input;
  requireName(name);
  requireRoleArn(roleArn);
  requireVersionRequest(input);
  requireConfigurations(input);
  const arn = stateMachineArn(context.arnSpace, name);
  const tagRecord = requireTags(tags, arn);
  await requireDefinition(definition, type, context);
  await requireLogGroup(input, arn, context.admitLogging);

  return context.inOrder(arn, async () => {
    const isNew = (await context.catalogue.findStateMachine(name)) === undefined;
    const createdAt = context.now();
    const machine = { name, type, createdAt, tags: tagRecord, ...initialVersion(input) };
    const revision = { createdAt, definition, roleArn, ...configurationTexts(input) };
    const created = isNew ? await createWithinQuota([machine, revision], context) : undefined;
    const stateMachine = created ?? (await requireSameStateMachine(input, context));
    return {
      stateMachineArn: arn,
      creationDate: toSeconds(stateMachine.createdAt),
      stateMachineVersionArn: input.publish === true ? qualifiedArn(context, name, 1) : undefined,
    };
  });
}

/** Machines are created one after the other: each looks how many there are. */
function createWithinQuota(
  created: Parameters<Catalogue["createStateMachine"]>,
  { catalogue, quotas, inOrder }: ApiContext,
): Promise<StateMachineRecord | undefined> {
  return inOrder("the number of state machines", async () => {
    const limit = quotas.maxStateMachines;
    if ((await catalogue.countStateMachines()) >= limit) throw limitExceeded("StateMachineLimitExceeded", limit);
    return catalogue.createStateMachine(...created);
  });
}

function initialVersion({ publish = false, versionDescription = "" }: CreateStateMachineInput): InitialVersion {
  return publish ? { initialVersionDescription: versionDescription } : {};
}
type InitialVersion = Pick<StateMachineRecord, "initialVersionDescription">;

/** The machine that has the name, where it is what the request asks for: role and tags may differ. */
async function requireSameStateMachine(
  input: CreateStateMachineInput,
  context: ApiContext,
): Promise<StateMachineRecord> {
  const { stateMachine, revision } = await requireRevised(stateMachineArn(context.arnSpace, input.name), context);
  const arn = stateMachineArn(context.arnSpace, input.name);
  if (stateMachine.status === "DELETING") throw stateMachineDeleting(arn);
  const isSame =
    stateMachine.type === (input.type ?? "STANDARD") &&
    revision.definition === input.definition &&
    stateMachine.initialVersionDescription === initialVersion(input).initialVersionDescription &&
    isSameConfiguration(revision, configurationTexts(input));
  if (!isSame) throw stateMachineExists(arn);
  return stateMachine;
}

type Content = Omit<RevisionRecord, "id" | "stateMachineId" | "publicId" | "createdAt">;
type ConfigurationContent = Omit<Content, "definition" | "roleArn">;

function isSameConfiguration(left: ConfigurationContent, right: ConfigurationContent): boolean {
  return canonicalText(echoedConfigurations(left)) === canonicalText(echoedConfigurations(right));
}

/** JSON with the members of every object in the order of their names. */
function canonicalText(value: object): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

async function describeStateMachine(input: DescribeStateMachineInput, context: ApiContext): Promise<Answer> {
  const { stateMachine, version, aliasName } = await requireQualified(input.stateMachineArn, context);
  // An alias has a description of its own (DescribeStateMachineAlias), and may stand for two revisions.
  if (aliasName !== undefined) throw stateMachineMissing(input.stateMachineArn);
  const revision = await requireRevision(version?.revisionId ?? stateMachine.revisionId, context);
  return {
    stateMachineArn: qualifiedArn(context, stateMachine.name, version?.number),
    name: stateMachine.name,
    status: stateMachine.status,
    type: stateMachine.type,
    creationDate: toSeconds(version?.createdAt ?? stateMachine.createdAt),
    description: version?.description,
    ...(await describedRevision(revision, input.includedData, context)),
  };
}

/** The definition that an execution is pinned to, whatever became of its machine since: that of a child is a part of it. */
async function describeStateMachineForExecution(
  { executionArn, includedData }: DescribeStateMachineForExecutionInput,
  context: ApiContext,
): Promise<Answer> {
  requireDescribableArn(executionArn, context);
  const execution = await context.runtime.describeExecution(executionArn);
  if (execution === undefined) throw executionMissing(executionArn);
  const { record, stateMachineName } = execution;
  const revision = await requireRevision(record.revisionId, context);
  const child = record.mapRun === undefined ? undefined : await context.runtime.mapRuns.read(record.mapRun.id);
  const shown = child === undefined ? revision : childRevision(revision, child.run.state.stateName);
  return {
    stateMachineArn: qualifiedArn(context, stateMachineName),
    name: child?.stateMachineName ?? stateMachineName,
    mapRunArn: child?.mapRunArn,
    label: child?.run.label,
    updateDate: toSeconds(revision.createdAt),
    ...(await describedRevision(shown, includedData, context)),
  };
}

function childRevision(revision: RevisionRecord, mapStateName: string): ShownRevision {
  const definition = childDefinition(revision.definition, mapStateName) ?? revision.definition;
  return { ...revision, id: `${revision.id}/${mapStateName}`, definition };
}

/** A revision, or a part of one under an id of its own. */
type ShownRevision = Omit<RevisionRecord, "id"> & { readonly id: number | string };

type IncludedData = DescribeStateMachineInput["includedData"];

async function describedRevision(
  revision: ShownRevision,
  includedData: IncludedData,
  { describedVariables }: ApiContext,
): Promise<Answer> {
  return {
    definition: includedData === "METADATA_ONLY" ? "{}" : revision.definition,
    roleArn: revision.roleArn,
    revisionId: revision.publicId,
    variableReferences: await describedVariables(revision),
    ...echoedConfigurations(revision),
  };
}

async function updateStateMachine(input: UpdateStateMachineInput, context: ApiContext): Promise<Answer> {
  const { stateMachineArn: arn, definition, roleArn } = input;
  if (roleArn !== undefined) requireRoleArn(roleArn);
  requireVersionRequest(input);
  const configurations = configurationTexts(input);
  const changes = Object.values({ definition, roleArn, ...configurations }).filter((change) => change !== undefined);
  if (changes.length === 0) throw nothingToUpdate();
  requireConfigurations(input);
  await requireLogGroup(input, arn, context.admitLogging);

  return context.inOrder(arn, async () => {
    const { stateMachine, revision } = await requireRevised(arn, context);
    if (stateMachine.status === "DELETING") throw stateMachineDeleting(arn);
    if (definition !== undefined) await requireDefinition(definition, stateMachine.type, context);
    const now = context.now();
    const content: Content = {
      definition: definition ?? revision.definition,
      roleArn: roleArn ?? revision.roleArn,
      loggingConfiguration: configurations.loggingConfiguration ?? revision.loggingConfiguration,
      tracingConfiguration: configurations.tracingConfiguration ?? revision.tracingConfiguration,
      encryptionConfiguration: configurations.encryptionConfiguration ?? revision.encryptionConfiguration,
    };
    const isSame =
      content.definition === revision.definition &&
      content.roleArn === revision.roleArn &&
      isSameConfiguration(content, revision);
    const next = isSame ? revision : await addRevision(stateMachine, content, input, context);
    return {
      updateDate: toSeconds(now),
      revisionId: next.publicId,
      stateMachineVersionArn: await publishedArn({ stateMachine, revisionId: next.id }, input, context),
    };
  });
}

async function addRevision(
  stateMachine: StateMachineRecord,
  content: Content,
  { publish = false }: UpdateStateMachineInput,
  context: ApiContext,
): Promise<RevisionRecord> {
  // Refused before anything has changed.
  if (publish) await requireRoomForVersion(stateMachine, context);
  return context.catalogue.addRevision({
    stateMachineId: stateMachine.id,
    publicId: context.newId(),
    createdAt: context.now(),
    ...content,
  });
}

async function publishedArn(
  publication: Publication,
  { publish = false, versionDescription: description }: UpdateStateMachineInput,
  context: ApiContext,
): Promise<string | undefined> {
  if (!publish) return undefined;
  const { number } = await publishRevision({ ...publication, description }, context);
  return qualifiedArn(context, publication.stateMachine.name, number);
}

function nothingToUpdate(): ApiError {
  return new ApiError(
    "MissingRequiredParameter",
    "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
  );
}

/** An unknown machine is no error; one whose executions still run is gone when the last of them ends. */
async function deleteStateMachine(
  { stateMachineArn: arn }: DeleteStateMachineInput,
  context: ApiContext,
): Promise<Answer> {
  return context.inOrder(arn, async () => {
    const stateMachine = await findStateMachine(arn, context);
    if (stateMachine === undefined) {
      if (requireUnlabelled(arn).qualifier !== undefined) throw qualifiedDeletion(arn);
      return {};
    }
    await context.runtime.deleteStateMachine(stateMachine);
    return {};
  });
}

/** Answered with success it would look as if something were gone. */
function qualifiedDeletion(arn: string): ApiError {
  const message = `Delete versions with DeleteStateMachineVersion and aliases with DeleteStateMachineAlias: '${arn}'`;
  return new ApiError("ValidationException", message);
}

async function listStateMachines(input: ListStateMachinesInput, context: ApiContext): Promise<Answer> {
  const listing = "ListStateMachines";
  const after = context.pageTokens.read(listing, input.nextToken);
  const size = pageSize(input.maxResults);
  const found = await context.catalogue.listStateMachines({
    limit: size + 1,
    ...(typeof after === "number" ? { after } : {}),
  });
  const { items, members } = cutPage(found, size, ({ id }) => context.pageTokens.issue(listing, id));
  const stateMachines = items.map(({ name, type, createdAt }) => ({
    stateMachineArn: stateMachineArn(context.arnSpace, name),
    name,
    type,
    creationDate: toSeconds(createdAt),
  }));
  return { stateMachines, ...members };
}
