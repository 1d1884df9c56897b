// Brings one state machine to what its file says, through the API as any deployment tool would.
import type { MachineType } from "../../asl/validate/place.ts";
import { type ArnSpace, stateMachineArn } from "../../aws/arn.ts";
import { ApiRefusal, type CallApi, textOf } from "../session/api-client.ts";

export interface Deployment {
  readonly name: string;
  readonly type: MachineType;
  /** JSON text. */
  readonly definition: string;
}

export type Deployed = "created" | "updated" | "unchanged";

/** @throws ApiRefusal */
export async function deploy(call: CallApi, arns: ArnSpace, deployment: Deployment): Promise<Deployed> {
  const { name, type, definition } = deployment;
  const arn = stateMachineArn(arns, name);
  const existing = await describe(call, arn);
  if (existing === undefined) {
    const roleArn = `arn:${arns.partition}:iam::${arns.account}:role/pawl`;
    await call("CreateStateMachine", { name, type, definition, roleArn });
    return "created";
  }
  if (existing.type !== type) throw otherType(arn, existing.type, type);
  if (existing.definition === definition) return "unchanged";
  await call("UpdateStateMachine", { stateMachineArn: arn, definition });
  return "updated";
}

interface Existing {
  readonly type: string;
  readonly definition: string;
}

async function describe(call: CallApi, arn: string): Promise<Existing | undefined> {
  try {
    const answer = await call("DescribeStateMachine", { stateMachineArn: arn });
    return { type: textOf(answer, "type"), definition: textOf(answer, "definition") };
  } catch (error) {
    if (error instanceof ApiRefusal && error.type === "StateMachineDoesNotExist") return undefined;
    throw error;
  }
}

function otherType(arn: string, existing: string, wanted: string): ApiRefusal {
  return new ApiRefusal(
    "StateMachineAlreadyExists",
    `It exists as ${existing}, and a state machine cannot become ${wanted}. Give the file another name, or delete the ` +
      `machine first: aws stepfunctions delete-state-machine --state-machine-arn ${arn}`,
  );
}
