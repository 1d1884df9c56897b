// The query in the address of a Map Run's page: the filter of its child executions.

/** AWS's statuses of child executions: a redrive of a Map Run has some wait for their turn. */
export const childStatuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"] as const;

export interface ChildrenSearch {
  readonly status?: (typeof childStatuses)[number] | undefined;
  readonly redriven?: "true" | "false" | undefined;
}
