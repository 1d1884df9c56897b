// Fields of states that need more than a range: a Task's resource and credentials, how its timeouts go together, and where
// `States.ALL` may stand.
import { isJsonArray, isJsonNumber, isJsonObject, type Json, type JsonObject, memberOf, toDouble } from "../json.ts";
import { parseTaskResource, type TaskResource } from "../resource.ts";
import { checkConnectorFields, hasField, reportMissingField } from "./connector-fields.ts";
import { below, type Place, reportSchema } from "./place.ts";
import { resourceProblem } from "./services.ts";
import type { Check } from "./shape.ts";
import { objectTemplate } from "./templates.ts";

export const resource: Check = (value, place) => {
  if (typeof value !== "string") return reportSchema(place, "Expected value of type [STRING]");
  const problem = resourceProblem(value, place.isUnknownAction);
  if (problem !== undefined) return reportSchema(place, problem, { mistake: { kind: "resource", arn: value } });
  const read = parseTaskResource(value);
  const refusal = place.machineType === "EXPRESS" && read !== undefined ? expressRefusal(read) : undefined;
  if (refusal !== undefined) reportSchema(place, refusal);
};

/** Express executions cannot wait for anything; the trailing space is AWS's (recorded). */
function expressRefusal({ kind, pattern }: TaskResource): string | undefined {
  if (kind === "activity") return "Express state machine does not support Activity ARN";
  if (pattern === "waitForTaskToken") {
    return "Express state machine does not support '.waitForTaskToken' service integration ";
  }
  const isJob = pattern === "sync" || pattern === "sync:2";
  return isJob ? "Express state machine does not support '.sync' service integration" : undefined;
}

export const credentials: Check = (value, place) => {
  if (isJsonObject(value) && !hasField(value, "RoleArn", place)) return reportMissingField("RoleArn", place, value);
  return objectTemplate(value, place);
};

/** Checks of a Task's fields against each other. */
export function checkTask(task: JsonObject, place: Place): void {
  const arn = memberOf(task, "Resource");
  const isCallable = typeof arn === "string" && resourceProblem(arn, place.isUnknownAction) === undefined;
  const read = isCallable ? parseTaskResource(arn) : undefined;
  if (read?.kind === "service") checkConnectorFields(task, read, place);
  if (read?.kind === "activity" && Object.hasOwn(task, "Credentials")) {
    reportSchema(place, "The field 'Credentials' is not supported for activities");
  }
  const heartbeat = seconds(memberOf(task, "HeartbeatSeconds"));
  const timeout = seconds(memberOf(task, "TimeoutSeconds"));
  if (heartbeat !== undefined && timeout !== undefined && heartbeat >= timeout) {
    reportSchema(below(place, "HeartbeatSeconds"), "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
}

function seconds(value: Json | undefined): number | undefined {
  return isJsonNumber(value) ? toDouble(value) : undefined;
}

/** `States.ALL` is alone in its list, and its retrier or catcher is the last one. */
export function checkCatchAll(state: JsonObject, place: Place): void {
  for (const field of ["Retry", "Catch"]) {
    const entries = memberOf(state, field);
    if (!isJsonArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      const names = isJsonObject(entry) ? memberOf(entry, "ErrorEquals") : undefined;
      if (!isJsonArray(names) || !names.includes("States.ALL")) continue;
      if (names.length > 1 || index < entries.length - 1) {
        const at = below(below(below(place, field), `[${index}]`), "ErrorEquals");
        reportSchema(at, "States.ALL must appear alone and at end of list");
      }
    }
  }
}
