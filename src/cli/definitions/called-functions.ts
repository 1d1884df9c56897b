// The functions that Task states name in the definition, and what the configuration has for them.
import { isJsonObject, type JsonObject, memberOf } from "../../asl/json.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { FunctionTarget, FunctionTargets } from "../../tasks/functions/config.ts";
import { parseFunctionName } from "../../tasks/lambda-name.ts";

/** The name or ARN by which a task calls a function; `undefined` for one that is known when the state runs, and for other tasks. */
export function calledFunction(task: JsonObject, resource: TaskResource): string | undefined {
  if (resource.kind === "lambda") return resource.arn;
  const isInvoke = resource.kind === "service" && /^(?:aws-sdk:)?lambda$/.test(resource.service);
  return isInvoke && resource.action === "invoke" ? literalParameter(task, "FunctionName")?.text : undefined;
}

export interface LiteralParameter {
  /** `Parameters` or `Arguments`. */
  readonly field: string;
  readonly text: string;
}

/** The text of a parameter that stands in the definition. */
export function literalParameter(task: JsonObject, name: string): LiteralParameter | undefined {
  for (const field of ["Parameters", "Arguments"]) {
    const parameters = memberOf(task, field);
    const text = isJsonObject(parameters) ? memberOf(parameters, name) : undefined;
    if (typeof text === "string" && !text.startsWith("{%")) return { field, text };
  }
  return undefined;
}

export interface FoundFunction {
  readonly name: string;
  /** Absent for one that the configuration does not have. */
  readonly target?: FunctionTarget | undefined;
}

/**
 * @param homeArn an ARN of the account and region of the workflows.
 * @returns `undefined` for a text that names no function.
 */
export function findFunction(text: string, functions: FunctionTargets, homeArn: string): FoundFunction | undefined {
  const reference = parseFunctionName(text, homeArn);
  if (reference === undefined) return undefined;
  const { arn, name, qualifier = "" } = reference;
  const names = [text, `${arn}:${qualifier}`, `${name}:${qualifier}`, arn, name];
  return { name, target: names.map((each) => functions.get(each)).find((each) => each !== undefined) };
}
