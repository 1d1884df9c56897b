// Aliases: names for one version of a state machine, or for two that share its starts by weight (API reference; texts as
// recorded where they were).
import { isOfSpace, versionNumberOf } from "../../aws/arn.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { AliasRecord, AliasRefusal, Route } from "../../store/versions.ts";
import { type Answer, type ApiContext, type OperationTable, toSeconds } from "../context.ts";
import {
  ApiError,
  conflict,
  invalidArn,
  missingParameter,
  quotaExceeded,
  referenceMissing,
  stateMachineDeleting,
  stateMachineMissing,
} from "../errors.ts";
import type {
  CreateStateMachineAliasInput,
  DeleteStateMachineAliasInput,
  DescribeStateMachineAliasInput,
  ListStateMachineAliasesInput,
  RoutingConfigurationListItem,
  UpdateStateMachineAliasInput,
} from "../model.ts";
import { cutPage, pageSize } from "../page-token.ts";
import { qualifiedArn, requireQualified, requireUnlabelled } from "./find.ts";

export const aliasOperations = {
  CreateStateMachineAlias: createStateMachineAlias,
  DescribeStateMachineAlias: describeStateMachineAlias,
  UpdateStateMachineAlias: updateStateMachineAlias,
  DeleteStateMachineAlias: deleteStateMachineAlias,
  ListStateMachineAliases: listStateMachineAliases,
} satisfies OperationTable;

const mostAliases = 100;

async function createStateMachineAlias(input: CreateStateMachineAliasInput, context: ApiContext): Promise<Answer> {
  const { routes, stateMachineName } = requireRouting(input.routingConfiguration, context);
  const machineArn = qualifiedArn(context, stateMachineName);
  return context.inOrder(machineArn, async () => {
    const stateMachine = await context.catalogue.findStateMachine(stateMachineName);
    if (stateMachine === undefined) throw referenceMissing();
    if (stateMachine.status === "DELETING") throw stateMachineDeleting(machineArn);
    const alias = await createOnce(stateMachine, input, routes, context);
    return {
      stateMachineAliasArn: qualifiedArn(context, stateMachineName, alias.name),
      creationDate: toSeconds(alias.createdAt),
    };
  });
}

/** An alias that is there already must be what the request asks for. */
async function createOnce(
  stateMachine: StateMachineRecord,
  { name, description = "" }: CreateStateMachineAliasInput,
  routes: readonly Route[],
  { versions, now }: ApiContext,
): Promise<AliasRecord> {
  const existing = await versions.findAlias(stateMachine.id, name);
  if (existing !== undefined) {
    if (isSameRouting(existing.routes, routes) && (existing.description ?? "") === description) return existing;
    throw aliasExists();
  }
  if ((await versions.countAliases(stateMachine.id)) >= mostAliases) throw tooManyAliases(stateMachine);
  const createdAt = now();
  const alias = { stateMachineId: stateMachine.id, name, routes, createdAt, updatedAt: createdAt };
  return requireWritten(await versions.createAlias(description === "" ? alias : { ...alias, description }));
}

function requireWritten(outcome: AliasRecord | AliasRefusal): AliasRecord {
  if (outcome === "nameTaken") throw aliasExists();
  if (outcome === "aliasMissing" || outcome === "versionMissing") throw referenceMissing();
  return outcome;
}

/** AWS says so of another description too. */
const aliasExists = (): ApiError =>
  conflict(
    "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
  );
const tooManyAliases = ({ name }: StateMachineRecord): ApiError =>
  quotaExceeded(`State machine '${name}' has ${mostAliases} aliases, the most it can have: delete unused ones.`);

function isSameRouting(left: readonly Route[], right: readonly Route[]): boolean {
  const has = ({ versionNumber, weight }: Route): boolean =>
    right.some((route) => route.versionNumber === versionNumber && route.weight === weight);
  return left.length === right.length && left.every(has);
}

interface Routing {
  readonly stateMachineName: string;
  readonly routes: readonly Route[];
}

function requireRouting(given: readonly RoutingConfigurationListItem[], context: ApiContext): Routing {
  const arns = given.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const invalid = (rule: string): ApiError => invalidRouting(rule, arns);
  const names = new Set<string>();
  const routes = given.map(({ stateMachineVersionArn, weight }) => {
    const { name, qualifier = "" } = requireUnlabelled(stateMachineVersionArn);
    const versionNumber = versionNumberOf(qualifier);
    if (versionNumber === undefined) throw invalid("Routing configuration must contain state machine version ARNs");
    names.add(name);
    return { versionNumber, weight };
  });
  if (new Set(arns).size < arns.length) {
    throw invalid("Routing configuration must contain distinct state machine version ARNs");
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalidRouting("Sum of routing configuration weights must equal 100", weights);
  }
  const [stateMachineName = "", ...others] = names;
  if (others.length > 0) throw invalid(oneMachine);
  if (!arns.every((arn) => isOfSpace(arn, context.arnSpace))) throw referenceMissing();
  return { stateMachineName, routes };
}

const oneMachine = "Routing configuration must contain versions of the same state machine";

function invalidRouting(rule: string, received: readonly (string | number)[]): ApiError {
  return new ApiError("ValidationException", `${rule}. Received: [${received.join(", ")}]`);
}

interface AliasName {
  readonly stateMachineName: string;
  readonly name: string;
}

/** @throws InvalidArn for the ARN of a machine or of a version. */
function requireAliasArn(arn: string): AliasName {
  const { name: stateMachineName, qualifier } = requireUnlabelled(arn);
  if (qualifier === undefined || versionNumberOf(qualifier) !== undefined) {
    throw invalidArn(`Not the ARN of a state machine alias: ${arn}`);
  }
  return { stateMachineName, name: qualifier };
}

async function machineOf(arn: string, context: ApiContext): Promise<StateMachineRecord | undefined> {
  if (!isOfSpace(arn, context.arnSpace)) return undefined;
  return context.catalogue.findStateMachine(requireAliasArn(arn).stateMachineName);
}

async function describeStateMachineAlias(
  { stateMachineAliasArn: arn }: DescribeStateMachineAliasInput,
  context: ApiContext,
): Promise<Answer> {
  const { stateMachineName, name } = requireAliasArn(arn);
  const stateMachine = await machineOf(arn, context);
  const alias = stateMachine === undefined ? undefined : await context.versions.findAlias(stateMachine.id, name);
  if (alias === undefined) throw referenceMissing();
  return {
    stateMachineAliasArn: arn,
    name,
    description: alias.description,
    routingConfiguration: alias.routes.map(({ versionNumber, weight }) => ({
      stateMachineVersionArn: qualifiedArn(context, stateMachineName, versionNumber),
      weight,
    })),
    creationDate: toSeconds(alias.createdAt),
    updateDate: toSeconds(alias.updatedAt),
  };
}

async function updateStateMachineAlias(input: UpdateStateMachineAliasInput, context: ApiContext): Promise<Answer> {
  const { stateMachineAliasArn: arn, description, routingConfiguration } = input;
  const { stateMachineName, name } = requireAliasArn(arn);
  if (description === undefined && routingConfiguration === undefined) {
    throw missingParameter("Either the description or the routing configuration must be specified");
  }
  const routing = routingConfiguration === undefined ? undefined : requireRouting(routingConfiguration, context);
  if (routing !== undefined && routing.stateMachineName !== stateMachineName) {
    throw invalidRouting(oneMachine, [routing.stateMachineName, stateMachineName]);
  }
  const machineArn = qualifiedArn(context, stateMachineName);
  return context.inOrder(machineArn, async () => {
    const stateMachine = await machineOf(arn, context);
    if (stateMachine === undefined) throw referenceMissing();
    if (stateMachine.status === "DELETING") throw stateMachineDeleting(machineArn);
    const updatedAt = context.now();
    const change = {
      updatedAt,
      ...(description === undefined ? {} : { description }),
      ...(routing === undefined ? {} : { routes: routing.routes }),
    };
    requireWritten(await context.versions.updateAlias(stateMachine.id, name, change));
    return { updateDate: toSeconds(updatedAt) };
  });
}

/** An alias that is not there is no error. */
async function deleteStateMachineAlias(
  { stateMachineAliasArn: arn }: DeleteStateMachineAliasInput,
  context: ApiContext,
): Promise<Answer> {
  const { stateMachineName, name } = requireAliasArn(arn);
  return context.inOrder(qualifiedArn(context, stateMachineName), async () => {
    const stateMachine = await machineOf(arn, context);
    if (stateMachine !== undefined) await context.versions.deleteAlias(stateMachine.id, name);
    return {};
  });
}

/** The aliases of a machine, or those that refer to a version of it. */
async function listStateMachineAliases(input: ListStateMachineAliasesInput, context: ApiContext): Promise<Answer> {
  const { stateMachineArn: arn } = input;
  const { stateMachine, version, aliasName } = await requireQualified(arn, context);
  if (aliasName !== undefined) throw stateMachineMissing(arn);
  const { id: stateMachineId, name, status } = stateMachine;
  if (status === "DELETING") throw stateMachineDeleting(arn);
  const versionNumber = version?.number;
  const listing = ["ListStateMachineAliases", stateMachineId, versionNumber].join("|");
  const after = context.pageTokens.read(listing, input.nextToken);
  const size = pageSize(input.maxResults);
  const found = await context.versions.listAliases(
    { stateMachineId, versionNumber },
    { limit: size + 1, after: typeof after === "string" ? after : undefined },
  );
  const { items, members } = cutPage(found, size, (alias) => context.pageTokens.issue(listing, alias.name));
  const stateMachineAliases = items.map((alias) => ({
    stateMachineAliasArn: qualifiedArn(context, name, alias.name),
    creationDate: toSeconds(alias.createdAt),
  }));
  return { stateMachineAliases, ...members };
}
