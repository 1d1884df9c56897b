// Tasks of ECS: one is run successfully when its essential containers have exited with 0. A sidecar is killed when they are
// done, so that its exit code says nothing; which containers are essential stands in the task definition.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import type { AwsAnswer } from "../../aws/call.ts";

/** @param call calls an action of ECS. */
export async function hasRunWell(
  task: JsonObject,
  call: (action: string, input: JsonObject) => Promise<AwsAnswer>,
): Promise<boolean> {
  const containers = objectsOf(memberOf(task, "Containers"));
  const failed = containers.filter((container) => memberOf(container, "ExitCode") !== 0);
  if (failed.length === 0) return containers.length > 0;
  if (failed.length === containers.length) return false;
  const answer = await call("describeTaskDefinition", { TaskDefinition: memberOf(task, "TaskDefinitionArn") ?? null });
  const definition = answer.kind === "answered" ? memberOf(answer.output, "TaskDefinition") : undefined;
  const defined = isJsonObject(definition) ? objectsOf(memberOf(definition, "ContainerDefinitions")) : [];
  const sidecars = new Set(
    defined.filter((container) => memberOf(container, "Essential") === false).map((one) => memberOf(one, "Name")),
  );
  return failed.every((container) => sidecars.has(memberOf(container, "Name")));
}

/** A task that was not placed fails the state, though the call was answered (AWS's page on ECS). */
export function placementFailure(answer: JsonObject): boolean {
  return objectsOf(memberOf(answer, "Failures")).length > 0;
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}
