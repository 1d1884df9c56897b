// Checks a mocked result as AWS does: against what the service would answer, and against what the kind of state needs.
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  toDouble,
} from "../../asl/json.ts";
import type { State } from "../../asl/program.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { ResultShape } from "./result-shape.ts";

/** STRICT asks for required fields too, PRESENT looks only at the fields that are there. */
export type FieldValidationMode = "STRICT" | "PRESENT" | "NONE";

type ResultShapes = Readonly<Record<string, ResultShape>>;

/** The problem of the mocked result of a state, in AWS's words. */
export async function mockResultProblem(
  state: State,
  result: Json,
  mode: FieldValidationMode,
): Promise<string | undefined> {
  switch (state.type) {
    case "Map":
      if (state.resultWriter?.resource !== undefined)
        return isJsonObject(result) ? undefined : "Mocked result must be a JSON object.";
      return isJsonArray(result) ? undefined : "Mocked result must be an array.";
    case "Parallel":
      if (!isJsonArray(result)) return "Mocked result must be an array.";
      if (result.length === state.branches.length) return undefined;
      return "Mocked result must contain the same number of items as number of Parallel branches.";
    case "Task": {
      if (mode === "NONE") return undefined;
      // The table is loaded only where a task is mocked.
      const { resultShapeNames, resultShapes } = await import("./service-results.ts");
      const shape = resultShapeNames.get(checkedAction(state.resource) ?? "");
      const check = { shapes: resultShapes, isStrict: mode === "STRICT" };
      const problem = shape === undefined ? undefined : valueProblem(result, shape, "result", check);
      return problem === undefined ? undefined : `Mock result schema validation error: ${problem}`;
    }
    default:
      return undefined;
  }
}

/** The action whose answer the result is; for `.sync`, the one that Step Functions polls. */
function checkedAction(resource: TaskResource): string | undefined {
  if (resource.kind !== "service" || resource.pattern === "waitForTaskToken") return undefined;
  const named = resource.service.replace(/^aws-sdk:/, "");
  const service = named === "states" ? "sfn" : named;
  if (resource.pattern === "requestResponse") return `${service}:${resource.action}`;
  return service === "sfn" ? "sfn:describeExecution" : undefined;
}

interface Check {
  readonly shapes: ResultShapes;
  /** Required fields must be there, too. */
  readonly isStrict: boolean;
}

function valueProblem(value: Json, named: ResultShape | string, field: string, check: Check): string | undefined {
  const shape = typeof named === "string" ? check.shapes[named] : named;
  switch (shape?.type) {
    case "string":
      if (typeof value !== "string") return `Field '${field}' must be a string`;
      if (shape.enum !== undefined && !shape.enum.includes(value)) return `Field '${field}' is not an expected value`;
      if (value.length < (shape.min ?? 0)) return `Field '${field}' is smaller than the minimum length`;
      return value.length > (shape.max ?? Infinity) ? `Field '${field}' exceeds the maximum length` : undefined;
    case "number": {
      if (!isJsonNumber(value)) return `Field '${field}' must be a number`;
      const number = toDouble(value);
      if (number < (shape.min ?? -Infinity)) return `Field '${field}' is less than the minimum value`;
      return number > (shape.max ?? Infinity) ? `Field '${field}' exceeds the maximum value` : undefined;
    }
    case "boolean":
      return typeof value === "boolean" ? undefined : `Field '${field}' must be a boolean`;
    case "list":
      if (!isJsonArray(value)) return `Field '${field}' must be an array`;
      return firstOf(value, (item) => valueProblem(item, shape.item, field, check));
    case "map":
      if (!isJsonObject(value)) return `Field '${field}' must be an object`;
      return firstOf(Object.entries(value), ([name, item]) => valueProblem(item, shape.item, name, check));
    case "structure":
      if (!isJsonObject(value)) return `Field '${field}' must be an object`;
      return structureProblem(value, shape, check);
    default:
      return undefined;
  }
}

function structureProblem(
  value: JsonObject,
  { members, required = [] }: Extract<ResultShape, { type: "structure" }>,
  check: Check,
): string | undefined {
  const missing = check.isStrict ? required.find((name) => !Object.hasOwn(value, name)) : undefined;
  if (missing !== undefined) return `Required field '${missing}' is missing`;
  return firstOf(Object.entries(members), ([name, shape]) => {
    const member = memberOf(value, name);
    return member === undefined ? undefined : valueProblem(member, shape, name, check);
  });
}

function firstOf<Item>(items: readonly Item[], problemOf: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
