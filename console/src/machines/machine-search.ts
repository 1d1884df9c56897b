// The query in the address of a machine's page: the part that is shown, and the filter of its executions.
import type { ExecutionStatus } from "@contract";
import { oneOf, text, whole } from "../app/search.ts";
import { executionStatuses } from "../parts/status.tsx";

export interface MachineSearch extends ExecutionsSearch {
  readonly tab?: "definition" | "versions" | "aliases" | "tags" | undefined;
}

export const spans = ["hour", "day", "week", "month"] as const;

export interface ExecutionsSearch {
  readonly status?: ExecutionStatus | undefined;
  /** A part of the name. */
  readonly name?: string | undefined;
  /** A version's number or an alias's name. */
  readonly qualifier?: string | undefined;
  readonly redriven?: "true" | "false" | undefined;
  /** The last hour, day, week or month, counted back from when it is looked at. */
  readonly within?: (typeof spans)[number] | undefined;
  /** Epoch milliseconds. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export function machineSearch(search: Readonly<Record<string, unknown>>): MachineSearch {
  return { tab: oneOf(search["tab"], ["definition", "versions", "aliases", "tags"]), ...executionsSearch(search) };
}

export function executionsSearch(search: Readonly<Record<string, unknown>>): ExecutionsSearch {
  return {
    status: oneOf(search["status"], executionStatuses),
    name: text(search["name"]),
    qualifier: text(search["qualifier"]),
    redriven: oneOf(search["redriven"], ["true", "false"]),
    within: oneOf(search["within"], spans),
    from: whole(search["from"]),
    to: whole(search["to"]),
  };
}
