// Checks of arguments that several actions share: ARNs of the right kind and of this server, names, and JSON texts.
import { jsonLimitProblem } from "../asl/json-limits.ts";
import { Payload } from "../asl/payload.ts";
import { describeJsonProblem } from "../asl/validate/json-problem.ts";
import { arnKindProblem, arnProblem, hasNameCharacters, parseStatesArn, type StatesArn } from "../aws/arn.ts";
import { type ApiError, invalidArn, invalidName, invalidRoleArn } from "./errors.ts";

type ArnOf<Kind extends StatesArn["kind"]> = Extract<StatesArn, { readonly kind: Kind }>;

/**
 * The parts of an ARN of one kind.
 * @throws InvalidArn for what is no ARN of this service or is one of another kind.
 */
export function requireArn<Kind extends StatesArn["kind"]>(arn: string, kind: Kind): ArnOf<Kind> {
  const parsed = parseArn(arn);
  if (parsed.kind !== kind) throw invalidArn(arnKindProblem(parsed));
  return parsed as ArnOf<Kind>;
}

export function parseArn(arn: string): StatesArn {
  const parsed = parseStatesArn(arn);
  if (parsed === undefined) throw invalidArn(arnProblem(arn));
  return parsed;
}

export function requireRoleArn(arn: string): void {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/./.test(arn)) throw invalidRoleArn(arn);
}

/** Names of state machines, activities and executions. */
export function requireName(name: string): void {
  if (!hasNameCharacters(name)) throw invalidName(name);
}

/** Parses state data, once: the payload keeps both the text and the value. */
export function requireJson(text: string, errorFor: (problem: string) => ApiError): Payload {
  const limitProblem = jsonLimitProblem(text);
  if (limitProblem !== undefined) throw errorFor(limitProblem);
  const payload = Payload.ofText(text);
  try {
    void payload.value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const problem = text.trim() === "" ? undefined : describeJsonProblem(text);
    throw errorFor(problem ?? "Invalid execution input.");
  }
  return payload;
}
