// The query in the address of a machine's page: the part that is shown, and the filter of its executions.
import type { ExecutionStatus } from "@contract";

export interface MachineSearch extends ExecutionsSearch {
  readonly tab?: "definition" | "versions" | "aliases" | "tags" | undefined;
}

export interface ExecutionsSearch {
  readonly status?: ExecutionStatus | undefined;
  /** A part of the name. */
  readonly name?: string | undefined;
  /** A version's number or an alias's name. */
  readonly qualifier?: string | undefined;
  readonly redriven?: "true" | "false" | undefined;
  /** Epoch milliseconds. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
