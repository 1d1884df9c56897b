// What a start says to the engine.
import type { ArnSpace } from "../../aws/arn.ts";
import type { Command } from "../../engine/turn.ts";
import type { StartRequest } from "../runtime.ts";

export function startCommand(
  { input, revision, stateMachine, versionNumber, aliasName, testCase, startedBy }: StartRequest,
  arns: ArnSpace,
): Command {
  const machineArn = `arn:${arns.partition}:states:${arns.region}:${arns.account}:stateMachine:${stateMachine.name}`;
  return {
    kind: "Start",
    input,
    roleArn: revision.roleArn,
    stateMachineVersionArn: versionNumber === undefined ? undefined : `${machineArn}:${versionNumber}`,
    stateMachineAliasArn: aliasName === undefined ? undefined : `${machineArn}:${aliasName}`,
    testCase,
    startedBy,
  };
}
