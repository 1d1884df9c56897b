// Map Runs, the batches of distributed Map states. Entering such a state fails its execution, so there are none: every
// ARN of one names nothing, and every execution has an empty list of them.
import type { Answer, ApiContext, OperationTable } from "../context.ts";
import { executionMissing } from "../errors.ts";
import type { ListMapRunsInput } from "../model.ts";
import { requireExecutionArn } from "./executions.ts";
import { refuseMapRun } from "./find.ts";

export const mapRunOperations = {
  DescribeMapRun: ({ mapRunArn }) => refuseMapRun(mapRunArn),
  ListMapRuns: listMapRuns,
  UpdateMapRun: ({ mapRunArn }) => refuseMapRun(mapRunArn),
} satisfies OperationTable;

async function listMapRuns({ executionArn, nextToken }: ListMapRunsInput, context: ApiContext): Promise<Answer> {
  requireExecutionArn(executionArn, context);
  // No page of this list has a next one, so this refuses every token there is.
  context.pageTokens.read(["ListMapRuns", executionArn].join("|"), nextToken);
  if ((await context.runtime.describeExecution(executionArn)) === undefined) throw executionMissing(executionArn);
  return { mapRuns: [] };
}
