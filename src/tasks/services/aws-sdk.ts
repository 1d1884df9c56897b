// `aws-sdk:<service>:<action>`: every action of every service that there is a model of.
import { type JsonObject, isJsonObject } from "../../asl/json.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { CallAws } from "../../aws/call.ts";
import { loadModel, operationNamed } from "../../aws/models/load-model.ts";
import { exceptionName, type MemberNames, pascalCase } from "../../aws/models/names.ts";
import { readInput } from "../../aws/values/input.ts";
import { type Connector, idempotencyKey } from "../connector.ts";
import { parametersOf } from "../parameters.ts";
import { requestIdOf } from "../request-id.ts";
import { sdkFailed } from "../service-error.ts";
import { accepted, unanswered } from "./outcome.ts";

const sdkPrefix = "aws-sdk:";

/** The service of an `aws-sdk` resource, such as `sqs`; `undefined` for others. */
export function sdkServiceOf(resource: TaskResource): string | undefined {
  if (resource.kind !== "service" || !resource.service.startsWith(sdkPrefix)) return undefined;
  return resource.service.slice(sdkPrefix.length);
}

/** Whether a resource is an action of an AWS service that there is a model of, and that gives an answer as a whole. */
export function isSdkAction(resource: TaskResource): boolean {
  const service = sdkServiceOf(resource);
  if (service === undefined || resource.kind !== "service") return false;
  const isRequest = resource.pattern === "requestResponse" || resource.pattern === "waitForTaskToken";
  return isRequest && isModelled(service, resource.action);
}

/** Whether a service is known not to have an action; of one without a model nothing is known. */
export function isUnknownAction(service: string, action: string): boolean {
  const model = loadModel(service);
  return model !== undefined && operationNamed(model, action) === undefined;
}

/** The actions of a service, as `aws-sdk` ARNs have them; none of one without a model. */
export function actionsOf(service: string): readonly string[] {
  return Object.keys(loadModel(service)?.operations ?? {}).map((name) => name.charAt(0).toLowerCase() + name.slice(1));
}

export function isModelled(service: string, action: string): boolean {
  const model = loadModel(service);
  return model !== undefined && operationNamed(model, action) !== undefined;
}

/** The signature that requests of a service take, where it is one that Pawl cannot make. */
export function foreignSignatureOf(resource: TaskResource): string | undefined {
  const service = sdkServiceOf(resource);
  return service === undefined ? undefined : loadModel(service)?.otherSignature;
}

export function awsSdkConnector(callAws: CallAws, resource: TaskResource): Connector {
  const service = sdkServiceOf(resource) ?? "";
  const action = resource.kind === "service" ? resource.action : "";
  const prefix = loadModel(service)?.name ?? service;
  return {
    parameterProblem: ({ value }) => inputProblem({ service, action, names: "sdk" }, isJsonObject(value) ? value : {}),
    async perform(task, signal) {
      const input = parametersOf(task.parameters);
      const idempotencyToken = requestIdOf(idempotencyKey(task));
      const { credentialsRoleArn: roleArn } = task;
      const answer = await callAws({ service, action, input, names: "sdk", idempotencyToken, roleArn }, signal);
      switch (answer.kind) {
        case "answered":
          return accepted(task, answer.output);
        case "refused": {
          const exception =
            answer.modelled === undefined ? `${prefix}Exception` : pascalCase(exceptionName(answer.modelled));
          return sdkFailed({ ...answer, prefix, exception });
        }
        default:
          return unanswered(answer, task, prefix);
      }
    },
  };
}

export interface Action {
  readonly service: string;
  readonly action: string;
  readonly names?: MemberNames;
}

/** The first thing in the parameters that is no input of the action, in AWS's words. */
export function inputProblem({ service, action, names }: Action, input: JsonObject): string | undefined {
  const model = loadModel(service);
  const name = model && operationNamed(model, action);
  if (model === undefined || name === undefined) return undefined;
  const read = readInput(input, { model, shape: model.operations[name]?.input, names });
  return read.kind === "problem" ? read.problem : undefined;
}
