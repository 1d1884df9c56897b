// The checks of a context object that TestState is given: AWS allows the members that it makes up itself.
import { isJsonNumber, isJsonObject, type Json, type JsonObject } from "../../asl/json.ts";
import type { State } from "../../asl/program.ts";

type Kind = "a string" | "a number" | "any";

const allowed: ReadonlyMap<string, ReadonlyMap<string, Kind>> = new Map(
  Object.entries({
    Execution: new Map<string, Kind>([
      ["Id", "a string"],
      ["Input", "any"],
      ["Name", "a string"],
      ["RoleArn", "a string"],
      ["StartTime", "a string"],
      ["RedriveCount", "a number"],
      ["RedriveTime", "a string"],
    ]),
    StateMachine: new Map<string, Kind>([
      ["Id", "a string"],
      ["Name", "a string"],
    ]),
    State: new Map<string, Kind>([
      ["EnteredTime", "a string"],
      ["Name", "a string"],
      ["RetryCount", "a number"],
    ]),
    Task: new Map<string, Kind>([["Token", "a string"]]),
  }),
);

/** The problem of a given context object. */
export function contextProblem(context: JsonObject, state: State): string | undefined {
  for (const [part, members] of Object.entries(context)) {
    if (part === "Map") return "'Map' field is not supported when mocking a Context object";
    const fields = allowed.get(part);
    if (fields === undefined) return `Field '${part}' is not allowed`;
    if (!isJsonObject(members)) return `${part} must be an object`;
    if (part === "Task" && !hasTask(state)) {
      return "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern";
    }
    for (const [name, value] of Object.entries(members)) {
      const kind = fields.get(name);
      if (kind === undefined) return `Field '${name}' is not allowed`;
      if (!isOfKind(value, kind)) return `${part}.${name} must be ${kind}`;
    }
  }
  return undefined;
}

function hasTask(state: State): boolean {
  return state.type === "Task" && state.resource.pattern !== "requestResponse";
}

function isOfKind(value: Json, kind: Kind): boolean {
  if (kind === "any") return true;
  return kind === "a string" ? typeof value === "string" : isJsonNumber(value);
}
