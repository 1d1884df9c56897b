// States that AWS runs and Pawl does not yet: they fail by name when they are entered, and whoever writes the workflow is
// told before. Only the engine and the connectors know what is supported.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { Diagnostic } from "../../asl/validate/diagnostic.ts";
import { isDistributed, processorOf } from "../../asl/validate/map-shapes.ts";
import { unsupportedMap } from "../../engine/states/map.ts";
import { unsupportedResource } from "../../tasks/registry.ts";

/** @param definition a valid one. */
export function unsupportedStates(definition: Json): readonly Diagnostic[] {
  return inScope(definition, "");
}

function inScope(scope: Json | undefined, location: string): readonly Diagnostic[] {
  const states = isJsonObject(scope) ? memberOf(scope, "States") : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) =>
    isJsonObject(state) ? inState(state, `${location}/States/${name}`) : [],
  );
}

function inState(state: JsonObject, location: string): readonly Diagnostic[] {
  switch (memberOf(state, "Type")) {
    case "Task":
      return inTask(state, location);
    case "Map":
      return inMap(state, location);
    case "Parallel":
      return inBranches(memberOf(state, "Branches"), `${location}/Branches`);
    default:
      return [];
  }
}

function inTask(task: JsonObject, location: string): readonly Diagnostic[] {
  const arn = memberOf(task, "Resource");
  const resource = typeof arn === "string" ? parseTaskResource(arn) : undefined;
  const reason = resource === undefined ? undefined : unsupportedResource(resource);
  if (reason === undefined) return [];
  const advice = "Give its Resource a function of your own, or let a mock answer";
  return [warningOf(`${reason}: this state fails with States.Runtime. ${advice}`, `${location}/Resource`)];
}

function inMap(map: JsonObject, location: string): readonly Diagnostic[] {
  const { field, value } = processorOf(map);
  const processor = `${location}/${field}`;
  const reason = unsupportedMap({ mode: isDistributed(map) ? "DISTRIBUTED" : "INLINE" });
  if (reason === undefined) return inScope(value, processor);
  const text = `${reason}: this state fails with States.Runtime. With "INLINE" it runs as part of the execution`;
  return [warningOf(text, `${processor}/ProcessorConfig/Mode`), ...inScope(value, processor)];
}

function inBranches(branches: Json | undefined, location: string): readonly Diagnostic[] {
  if (!isJsonArray(branches)) return [];
  return branches.flatMap((branch, index) => inScope(branch, `${location}[${index}]`));
}

function warningOf(message: string, location: string): Diagnostic {
  return { severity: "WARNING", code: "NOT_SUPPORTED_YET", message, location };
}
