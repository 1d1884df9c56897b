// Jobs of Batch: Step Functions marks those that it submits by a variable of their environment, but not with `.sync:2`.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";

const mark = { Name: "MANAGED_BY_AWS", Value: "STARTED_BY_STEP_FUNCTIONS" };

/** Jobs that are not one container have no environment of their own, and Batch refuses one for them. */
const others = ["EcsPropertiesOverride", "EksPropertiesOverride", "NodeOverrides"];

export function withMark(input: JsonObject): JsonObject {
  if (others.some((name) => memberOf(input, name) !== undefined)) return input;
  const given = memberOf(input, "ContainerOverrides");
  const overrides = isJsonObject(given) ? given : {};
  const environment = memberOf(overrides, "Environment");
  const variables: readonly Json[] = isJsonArray(environment) ? environment : [];
  return { ...input, ContainerOverrides: { ...overrides, Environment: [...variables, mark] } };
}
