// States that whoever writes the workflow should be told of before they run: those that AWS runs and Pawl does not yet, which
// fail by name when they are entered (only the engine and the connectors know what is supported), those that name what the
// configuration does not have, and those that may wait for ever.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import { parseTaskResource, type TaskResource } from "../../asl/resource.ts";
import type { Diagnostic } from "../../asl/validate/diagnostic.ts";
import { processorOf } from "../../asl/validate/map-shapes.ts";
import { connectionLine, connectionNameOf } from "../../tasks/http/connection.ts";
import { findConnection } from "../../tasks/http/connection.ts";
import { unsupportedResource } from "../../tasks/registry.ts";
import type { Configured } from "./configured.ts";

/**
 * @param definition a valid one.
 * @param configured absent where nobody knows the configuration.
 */
export function unsupportedStates(definition: Json, configured?: Configured): readonly Diagnostic[] {
  const found = inScope(definition, "", configured);
  const hasTimeLimit = isJsonObject(definition) && memberOf(definition, "TimeoutSeconds") !== undefined;
  return hasTimeLimit ? found.filter(({ code }) => code !== noTimeLimit) : found;
}

function inScope(scope: Json | undefined, location: string, configured: Configured | undefined): readonly Diagnostic[] {
  const states = isJsonObject(scope) ? memberOf(scope, "States") : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) =>
    isJsonObject(state) ? inState(state, `${location}/States/${name}`, configured) : [],
  );
}

function inState(state: JsonObject, location: string, configured: Configured | undefined): readonly Diagnostic[] {
  switch (memberOf(state, "Type")) {
    case "Task":
      return inTask(state, location, configured);
    case "Map":
      return inMap(state, location, configured);
    case "Parallel":
      return inBranches(memberOf(state, "Branches"), `${location}/Branches`, configured);
    default:
      return [];
  }
}

function inTask(task: JsonObject, location: string, configured: Configured | undefined): readonly Diagnostic[] {
  const arn = memberOf(task, "Resource");
  const resource = typeof arn === "string" ? parseTaskResource(arn) : undefined;
  if (resource === undefined) return [];
  const reason = unsupportedResource(resource);
  if (reason === undefined) {
    const missing = configured === undefined ? [] : missingInConfiguration(task, { resource, location, configured });
    return mayWaitForEver(task, resource) ? [...missing, endlessWait(location)] : missing;
  }
  const advice = "Give its Resource a function of your own, or let a mock answer";
  return [warningOf(`${reason}: this state fails with States.Runtime. ${advice}`, `${location}/Resource`)];
}

interface ConfiguredTask {
  readonly resource: TaskResource;
  readonly location: string;
  readonly configured: Configured;
}

function missingInConfiguration(task: JsonObject, options: ConfiguredTask): readonly Diagnostic[] {
  const nowhere = options.configured.unconfiguredReason(options.resource);
  if (nowhere === undefined) return missingConnection(task, options);
  return [notConfigured(nowhere, `${options.location}/Resource`)];
}

/** Only a connection that stands in the definition is known before the state runs. */
function missingConnection(
  task: JsonObject,
  { resource, location, configured }: ConfiguredTask,
): readonly Diagnostic[] {
  if (resource.kind !== "service" || resource.service !== "http") return [];
  // EventBridge may have it.
  if (configured.hasService("eventbridge")) return [];
  const { connections = new Map() } = configured;
  return ["Parameters", "Arguments"].flatMap((field) => {
    const parameters = objectIn(task, field);
    return ["InvocationConfig", "Authentication"].flatMap((name) => {
      const arn = memberOf(objectIn(parameters, name), "ConnectionArn");
      if (typeof arn !== "string" || arn.startsWith("{%") || findConnection(connections, arn) !== undefined) return [];
      const message =
        `There is no connection ${connectionNameOf(arn)}: this state fails with Events.ConnectionResource.ResourceNotFound. ` +
        `Add it to pawl.config.json: ${connectionLine(arn)}`;
      const at = `${location}/${field}/${name}/ConnectionArn`;
      return [notConfigured(message, at)];
    });
  });
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = memberOf(object, name);
  return isJsonObject(value) ? value : {};
}

const noTimeLimit = "NO_TIME_LIMIT";
const timeLimits = ["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];

/** A worker that dies with its task, and a token that gets lost, are known by a time limit alone. */
function mayWaitForEver(task: JsonObject, resource: TaskResource): boolean {
  const isOthersWork = resource.kind === "activity" || resource.pattern === "waitForTaskToken";
  return isOthersWork && timeLimits.every((field) => memberOf(task, field) === undefined);
}

function endlessWait(location: string): Diagnostic {
  const message =
    "A worker that dies, or a token that is lost, leaves this state waiting for ever. Give it TimeoutSeconds and HeartbeatSeconds";
  return { severity: "WARNING", code: noTimeLimit, message, location };
}

function inMap(map: JsonObject, location: string, configured: Configured | undefined): readonly Diagnostic[] {
  const { field, value } = processorOf(map);
  return inScope(value, `${location}/${field}`, configured);
}

function inBranches(
  branches: Json | undefined,
  location: string,
  configured: Configured | undefined,
): readonly Diagnostic[] {
  if (!isJsonArray(branches)) return [];
  return branches.flatMap((branch, index) => inScope(branch, `${location}[${index}]`, configured));
}

function notConfigured(message: string, location: string): Diagnostic {
  return { severity: "WARNING", code: "NOT_CONFIGURED", message: message.replace(/\.$/, ""), location };
}

function warningOf(message: string, location: string): Diagnostic {
  return { severity: "WARNING", code: "NOT_SUPPORTED_YET", message, location };
}
