// The command by which a start begins in the engine.
import { type ArnSpace, qualifiedArn, stateMachineArn } from "../../aws/arn.ts";
import type { Command } from "../../engine/turn.ts";
import type { StartRequest } from "../runtime.ts";

export function startCommand(
  { input, revision, stateMachine, versionNumber, aliasName, testCase, startedBy }: StartRequest,
  arns: ArnSpace,
): Command {
  const machineArn = stateMachineArn(arns, stateMachine.name);
  return {
    kind: "Start",
    input,
    roleArn: revision.roleArn,
    stateMachineVersionArn: versionNumber === undefined ? undefined : qualifiedArn(machineArn, versionNumber),
    stateMachineAliasArn: aliasName === undefined ? undefined : qualifiedArn(machineArn, aliasName),
    testCase,
    startedBy,
  };
}
