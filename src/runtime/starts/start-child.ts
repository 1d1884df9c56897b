// Starting an execution by the ARN of its machine, as a task of another execution does.
import {
  arnKindProblem,
  arnProblem,
  type ArnSpace,
  hasNameCharacters,
  isOfSpace,
  maxNameLength,
  parseStatesArn,
} from "../../aws/arn.ts";
import type { StartChildOutcome, StartChildRequest } from "../../tasks/ports.ts";
import { type LimitExceeded, quotaTexts } from "./quotas.ts";
import type { Runtime } from "../runtime.ts";
import { findStartTarget, type TargetStore } from "./start-target.ts";

export interface StartChildOptions {
  readonly runtime: Pick<Runtime, "startExecution" | "describeExecution">;
  readonly store: TargetStore;
  readonly arns: ArnSpace;
  /** Numbers from 0 up to 1. */
  readonly random?: () => number;
}

export async function startChild(
  { runtime, store, arns, random = Math.random }: StartChildOptions,
  request: StartChildRequest,
): Promise<StartChildOutcome> {
  const { stateMachineArn, name, defaultName, input, traceHeader, startedBy, parent } = request;
  const problem = nameProblem(name) ?? traceProblem(traceHeader);
  if (problem !== undefined) return problem;
  const arn = parseStatesArn(stateMachineArn);
  if (arn?.kind !== "stateMachine")
    return invalidArn(arn === undefined ? arnProblem(stateMachineArn) : arnKindProblem(arn));
  const target = isOfSpace(stateMachineArn, arns) ? await findStartTarget(store, arn, random) : undefined;
  if (target === undefined) {
    return {
      kind: "error",
      name: "StateMachineDoesNotExist",
      message: `State Machine Does Not Exist: '${stateMachineArn}'`,
    };
  }
  if (target.stateMachine.status !== "ACTIVE") return deleting(stateMachineArn);
  if (target.stateMachine.type === "EXPRESS" && parent !== undefined) {
    const message = "This operation is not supported by this type of state machine";
    return { kind: "error", name: "StateMachineTypeNotSupported", message };
  }
  const started = await runtime.startExecution({
    ...target,
    name: name ?? defaultName,
    input,
    traceHeader,
    startedBy,
    parent,
  });
  if (started.kind === "started") return started;
  if (started.kind === "deleting") return deleting(stateMachineArn);
  if (started.kind === "limitExceeded") return limitExceeded(started);
  const existing = name === undefined ? await runtime.describeExecution(started.executionArn) : undefined;
  // Nobody but this attempt makes that name: it is the child of an earlier performance.
  if (existing !== undefined)
    return { kind: "started", executionArn: started.executionArn, startedAt: existing.record.startedAt };
  return {
    kind: "error",
    name: "ExecutionAlreadyExists",
    message: `Execution Already Exists: '${started.executionArn}'`,
  };
}

/** A start from outside is refused for the same by the API. */
function nameProblem(name: string | undefined): StartChildOutcome | undefined {
  if (name === undefined) return undefined;
  if (name === "") return invalidMember("name", name, "Member must have length greater than or equal to 1");
  if (name.length > maxNameLength) {
    return invalidMember("name", name, `Member must have length less than or equal to ${maxNameLength}`);
  }
  if (hasNameCharacters(name)) return undefined;
  return { kind: "error", name: "InvalidName", message: `Invalid Name: '${name}'` };
}

const maxTraceHeaderLength = 256;

function traceProblem(traceHeader: string | undefined): StartChildOutcome | undefined {
  if (traceHeader === undefined) return undefined;
  const isAscii = /^\p{ASCII}*$/u.test(traceHeader);
  if (isAscii && traceHeader.length <= maxTraceHeaderLength) return undefined;
  const constraint = isAscii
    ? `have length less than or equal to ${maxTraceHeaderLength}`
    : String.raw`satisfy regular expression pattern: \p{ASCII}*`;
  return invalidMember("traceHeader", traceHeader, `Member must ${constraint}`);
}

function invalidMember(member: string, value: string, constraint: string): StartChildOutcome {
  const shown = value.slice(0, 4 * maxTraceHeaderLength);
  const message = `1 validation error detected: Value '${shown}' at '${member}' failed to satisfy constraint: ${constraint}`;
  return { kind: "error", name: "ValidationException", message };
}

function invalidArn(problem: string): StartChildOutcome {
  return { kind: "error", name: "InvalidArn", message: `Invalid Arn: '${problem}'` };
}

function limitExceeded({ limit }: LimitExceeded): StartChildOutcome {
  const name = "ExecutionLimitExceeded";
  return { kind: "error", name, message: quotaTexts[name](limit) };
}

function deleting(stateMachineArn: string): StartChildOutcome {
  return {
    kind: "error",
    name: "StateMachineDeleting",
    message: `State Machine is being deleted: '${stateMachineArn}'`,
  };
}
