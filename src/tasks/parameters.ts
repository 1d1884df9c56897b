// The members of a task's parameters, as far as a service must be able to read them.
import { isJsonObject, type JsonObject, memberOf } from "../asl/json.ts";
import type { Payload } from "../asl/payload.ts";

export function parametersOf({ value }: Payload): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A member that is a text; `undefined` for one that is absent or null. */
export function textMember(parameters: JsonObject, name: string): string | undefined {
  const member = memberOf(parameters, name);
  return typeof member === "string" ? member : undefined;
}

/** The members that a service knows. */
export interface ParameterNames {
  readonly required: string;
  /** Texts, like the required one. */
  readonly texts: readonly string[];
  /** Any JSON. */
  readonly others: readonly string[];
}

/** The first member that is missing, that the service does not know, or that should be a text and is not, in AWS's words. */
export function parameterProblem(payload: Payload, { required, texts, others }: ParameterNames): string | undefined {
  const parameters = parametersOf(payload);
  const isAbsent = (name: string): boolean => (memberOf(parameters, name) ?? null) === null;
  if (isAbsent(required)) return `The field '${required}' is required but was missing`;
  const known = new Set([required, ...texts, ...others]);
  const unknown = Object.keys(parameters).find((name) => !known.has(name));
  if (unknown !== undefined) return `The field "${unknown}" is not supported by Step Functions`;
  const wrong = [required, ...texts].find((name) => !isAbsent(name) && textMember(parameters, name) === undefined);
  return wrong === undefined ? undefined : `The value of the field '${wrong}' has an invalid format`;
}
