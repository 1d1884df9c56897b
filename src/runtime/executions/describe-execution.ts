// The description of an execution that is in the store: its row, and the ends of its journal.
import { type ArnSpace, executionArn } from "../../aws/arn.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import type { ExecutionDescription } from "../runtime.ts";
import { machineNameOf, shownName } from "./identity.ts";
import type { RecentEnds } from "./recent-ends.ts";

export interface DescribeOptions {
  readonly store: Pick<Store, "catalogue">;
  readonly arns: ArnSpace;
  readonly ends: Pick<RecentEnds, "of">;
}

export type Describe = (record: ExecutionRecord) => Promise<ExecutionDescription>;

export async function describeExecution(
  { store, arns, ends }: DescribeOptions,
  record: ExecutionRecord,
): Promise<ExecutionDescription> {
  const machine = await store.catalogue.readStateMachine(record.stateMachineId);
  const name = machine?.name ?? "";
  return {
    record,
    executionArn: executionArn(arns, record.type, name, record.key),
    stateMachineName: machineNameOf({ name }, record),
    name: shownName(record),
    ...(await ends.of(record)),
  };
}
