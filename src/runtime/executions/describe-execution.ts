// The description of an execution that is in the store: its row, and the ends of its journal.
import { type ArnSpace, executionArn } from "../../aws/arn.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import { executionName } from "./identity.ts";
import type { ExecutionDescription } from "../runtime.ts";

export async function describeExecution(
  store: Pick<Store, "journal" | "catalogue">,
  arns: ArnSpace,
  record: ExecutionRecord,
): Promise<ExecutionDescription> {
  const machine = await store.catalogue.readStateMachine(record.stateMachineId);
  const stateMachineName = machine?.name ?? "";
  const events = await store.journal.readEvents(record.id, record.status === "RUNNING" ? "first" : "ends");
  const [first] = events;
  const last = events.at(-1);
  if (first?.kind !== "ExecutionStarted") throw new Error(`The journal of execution ${record.id} has no beginning.`);
  const isFailure =
    last?.kind === "ExecutionFailed" || last?.kind === "ExecutionTimedOut" || last?.kind === "ExecutionAborted";
  return {
    record,
    executionArn: executionArn(arns, record.type, stateMachineName, record.key),
    stateMachineName,
    name: executionName(record),
    input: first.input,
    output: last?.kind === "ExecutionSucceeded" ? last.output : undefined,
    failure: isFailure ? { error: last.error, cause: last.cause } : undefined,
  };
}
