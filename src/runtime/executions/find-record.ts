// The row of an execution, found by its ARN.
import { parseStatesArn } from "../../aws/arn.ts";
import type { ExecutionRecord, Journal } from "../../store/journal.ts";

/** `undefined` for an ARN that no execution of the store has. */
export async function findRecord(
  journal: Pick<Journal, "findRecord">,
  executionArn: string,
): Promise<ExecutionRecord | undefined> {
  const parts = parseStatesArn(executionArn);
  if (parts?.kind !== "execution" && parts?.kind !== "express") return undefined;
  return journal.findRecord(parts.stateMachineName, parts.key);
}
