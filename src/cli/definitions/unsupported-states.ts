// States that whoever writes the workflow should be told of before they run: those that AWS runs and Pawl does not yet, which
// fail by name when they are entered (only the engine and the connectors know what is supported), those whose service nobody
// has said the place of, and those that may wait for ever.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import { parseTaskResource, type TaskResource } from "../../asl/resource.ts";
import type { Diagnostic } from "../../asl/validate/diagnostic.ts";
import { processorOf } from "../../asl/validate/map-shapes.ts";
import { unsupportedResource } from "../../tasks/registry.ts";
import type { UnconfiguredReason } from "./service-places.ts";

/**
 * @param definition a valid one.
 * @param unconfigured for one that is to run with a configuration that is known.
 */
export function unsupportedStates(definition: Json, unconfigured?: UnconfiguredReason): readonly Diagnostic[] {
  const found = inScope(definition, "", unconfigured);
  const hasTimeLimit = isJsonObject(definition) && memberOf(definition, "TimeoutSeconds") !== undefined;
  return hasTimeLimit ? found.filter(({ code }) => code !== noTimeLimit) : found;
}

type Reason = UnconfiguredReason | undefined;

function inScope(scope: Json | undefined, location: string, unconfigured: Reason): readonly Diagnostic[] {
  const states = isJsonObject(scope) ? memberOf(scope, "States") : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) =>
    isJsonObject(state) ? inState(state, `${location}/States/${name}`, unconfigured) : [],
  );
}

function inState(state: JsonObject, location: string, unconfigured: Reason): readonly Diagnostic[] {
  switch (memberOf(state, "Type")) {
    case "Task":
      return inTask(state, location, unconfigured);
    case "Map":
      return inMap(state, location, unconfigured);
    case "Parallel":
      return inBranches(memberOf(state, "Branches"), `${location}/Branches`, unconfigured);
    default:
      return [];
  }
}

function inTask(task: JsonObject, location: string, unconfigured: Reason): readonly Diagnostic[] {
  const arn = memberOf(task, "Resource");
  const resource = typeof arn === "string" ? parseTaskResource(arn) : undefined;
  if (resource === undefined) return [];
  const reason = unsupportedResource(resource);
  if (reason === undefined) {
    const nowhere = unconfigured?.(resource);
    return [
      ...(nowhere === undefined ? [] : [notConfigured(nowhere, `${location}/Resource`)]),
      ...(mayWaitForEver(task, resource) ? [endlessWait(location)] : []),
    ];
  }
  const advice = "Give its Resource a function of your own, or let a mock answer";
  return [warningOf(`${reason}: this state fails with States.Runtime. ${advice}`, `${location}/Resource`)];
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

function inMap(map: JsonObject, location: string, unconfigured: Reason): readonly Diagnostic[] {
  const { field, value } = processorOf(map);
  return inScope(value, `${location}/${field}`, unconfigured);
}

function inBranches(branches: Json | undefined, location: string, unconfigured: Reason): readonly Diagnostic[] {
  if (!isJsonArray(branches)) return [];
  return branches.flatMap((branch, index) => inScope(branch, `${location}[${index}]`, unconfigured));
}

function notConfigured(message: string, location: string): Diagnostic {
  return { severity: "WARNING", code: "NOT_CONFIGURED", message: message.replace(/\.$/, ""), location };
}

function warningOf(message: string, location: string): Diagnostic {
  return { severity: "WARNING", code: "NOT_SUPPORTED_YET", message, location };
}
