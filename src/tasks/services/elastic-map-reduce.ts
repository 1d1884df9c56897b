// Actions of the EMR integration: its names and parameters are not those of EMR's own operations.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import type { AwsAnswer } from "../../aws/call.ts";
import { inputProblem } from "./aws-sdk.ts";
import { fieldProblem } from "./integrations.ts";

type Call = (operation: string, input: JsonObject) => Promise<AwsAnswer>;

interface Action {
  readonly operation: string;
  /** The input of the operation. */
  readonly input: (parameters: JsonObject) => JsonObject;
  readonly output: (output: JsonObject) => JsonObject;
}

const nothing = (): JsonObject => ({});
const clusterIds = (parameters: JsonObject): JsonObject => ({
  JobFlowIds: [memberOf(parameters, "ClusterId") ?? null],
});

const actions: Readonly<Record<string, Action>> = {
  createCluster: {
    operation: "runJobFlow",
    input: (parameters) => parameters,
    output: ({ JobFlowId = null, ...rest }) => ({ ClusterId: JobFlowId, ...rest }),
  },
  terminateCluster: { operation: "terminateJobFlows", input: clusterIds, output: nothing },
  setClusterTerminationProtection: {
    operation: "setTerminationProtection",
    input: (parameters) => ({
      ...clusterIds(parameters),
      TerminationProtected: memberOf(parameters, "TerminationProtected") ?? null,
    }),
    output: nothing,
  },
  addStep: {
    operation: "addJobFlowSteps",
    input: ({ ClusterId = null, Step = null, ExecutionRoleArn = null }) => ({
      JobFlowId: ClusterId,
      Steps: [Step],
      ExecutionRoleArn,
    }),
    output: ({ StepIds }) => ({ StepId: first(StepIds) }),
  },
  cancelStep: {
    operation: "cancelSteps",
    input: ({ ClusterId = null, StepId = null }) => ({ ClusterId, StepIds: [StepId] }),
    output: ({ CancelStepsInfoList }) => ({ CancelStepsInfo: first(CancelStepsInfoList) }),
  },
};

/** Actions on a part of a cluster that the workflow knows by its name: EMR wants its id, so that the parts are listed first. */
interface PartAction {
  readonly list: string;
  readonly listed: string;
  readonly modify: string;
  readonly nameField: string;
  readonly part: string;
  readonly input: (clusterId: Json, part: JsonObject) => JsonObject;
}

const partActions: Readonly<Record<string, PartAction>> = {
  modifyInstanceFleetByName: {
    list: "listInstanceFleets",
    listed: "InstanceFleets",
    modify: "modifyInstanceFleet",
    nameField: "InstanceFleetName",
    part: "InstanceFleet",
    input: (ClusterId, { Id = null, ...part }) => ({ ClusterId, InstanceFleet: { ...part, InstanceFleetId: Id } }),
  },
  modifyInstanceGroupByName: {
    list: "listInstanceGroups",
    listed: "InstanceGroups",
    modify: "modifyInstanceGroups",
    nameField: "InstanceGroupName",
    part: "InstanceGroup",
    input: (ClusterId, { Id = null, ...part }) => ({ ClusterId, InstanceGroups: [{ ...part, InstanceGroupId: Id }] }),
  },
};

export function isEmrAction(action: string): boolean {
  return Object.hasOwn(actions, action) || Object.hasOwn(partActions, action);
}

export function emrParameterProblem(action: string, parameters: JsonObject): string | undefined {
  const { [action]: direct } = actions;
  const problem = fieldProblem(`elasticmapreduce:${action}`, parameters);
  return problem ?? (direct && inputProblem({ service: "emr", action: direct.operation }, direct.input(parameters)));
}

export async function elasticMapReduce(action: string, parameters: JsonObject, call: Call): Promise<AwsAnswer> {
  const { [action]: onPart } = partActions;
  if (onPart !== undefined) return modifyPart(onPart, parameters, call);
  const { [action]: direct } = actions;
  if (direct === undefined) return { kind: "invalid", message: `Pawl knows no action elasticmapreduce:${action}` };
  const answer = await call(direct.operation, direct.input(parameters));
  return answer.kind === "answered" ? { ...answer, output: direct.output(answer.output) } : answer;
}

async function modifyPart(action: PartAction, parameters: JsonObject, call: Call): Promise<AwsAnswer> {
  const clusterId = memberOf(parameters, "ClusterId") ?? null;
  const name = memberOf(parameters, action.nameField) ?? null;
  const id = await idOfPart(action, { clusterId, name }, call);
  if (typeof id !== "string") return id;
  const part = memberOf(parameters, action.part);
  const answer = await call(action.modify, action.input(clusterId, { ...(isJsonObject(part) ? part : {}), Id: id }));
  return answer.kind === "answered" ? { ...answer, output: {} } : answer;
}

interface Wanted {
  readonly clusterId: Json;
  readonly name: Json;
}

async function idOfPart(
  { list, listed, part }: PartAction,
  { clusterId, name }: Wanted,
  call: Call,
): Promise<AwsAnswer | string> {
  for (let marker: Json = null; ;) {
    const answer = await call(list, { ClusterId: clusterId, Marker: marker });
    if (answer.kind !== "answered") return answer;
    const parts = memberOf(answer.output, listed);
    const found = isJsonArray(parts)
      ? parts.filter(isJsonObject).find((one) => memberOf(one, "Name") === name)
      : undefined;
    const id = found && memberOf(found, "Id");
    if (typeof id === "string") return id;
    marker = memberOf(answer.output, "Marker") ?? null;
    if (marker === null) {
      const message = `${part} ${JSON.stringify(name)} does not exist in the cluster.`;
      return {
        kind: "refused",
        status: 400,
        code: "InvalidRequestException",
        modelled: "InvalidRequestException",
        message,
        requestId: answer.requestId,
      };
    }
  }
}

function first(list: Json | undefined): Json {
  return isJsonArray(list) ? (list[0] ?? null) : null;
}
