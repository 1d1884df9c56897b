// The executions of a server that were started, redriven or have ended last: of one machine, or of all that have any.
import type { JsonObject } from "../../asl/json.ts";
import { type CallApi, listAll, textOf } from "../session/api-client.ts";
import { secondsIn } from "./execution-view.ts";
import { listMachines, machineArnOf } from "./names.ts";

export interface Wanted {
  /** A machine, by name or ARN; all of them when absent. */
  readonly machine?: string | undefined;
  /** Such as `RUNNING`. */
  readonly status?: string | undefined;
  readonly most: number;
}

/** Requests at a time. */
const atATime = 8;

/** Machines whose executions are listed: Express ones have none there. */
export async function listedMachineArns(call: CallApi, machine: string | undefined): Promise<readonly string[]> {
  if (machine !== undefined) return [await machineArnOf(call, machine)];
  const machines = await listMachines(call);
  return machines.filter((each) => textOf(each, "type") !== "EXPRESS").map((each) => textOf(each, "stateMachineArn"));
}

/** The newest first, by the time of the end, of a redrive or of the start. */
export async function listExecutions(call: CallApi, { machine, status, most }: Wanted): Promise<readonly JsonObject[]> {
  return listOf(call, await listedMachineArns(call, machine), { status, most });
}

/** @param arns of machines. */
export async function listOf(
  call: CallApi,
  arns: readonly string[],
  { status, most }: Omit<Wanted, "machine">,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  const filter = status === undefined ? {} : { statusFilter: status };
  for (let i = 0; i < arns.length; i += atATime) {
    const lists = arns
      .slice(i, i + atATime)
      .map((stateMachineArn) =>
        listAll(call, { action: "ListExecutions", input: { stateMachineArn, ...filter }, member: "executions", most }),
      );
    found.push(...(await Promise.all(lists)).flat());
  }
  return found.toSorted((one, other) => changedAt(other) - changedAt(one)).slice(0, most);
}

/** Epoch seconds of the last thing that happened to it as a whole. */
export function changedAt(execution: JsonObject): number {
  return Math.max(...["startDate", "redriveDate", "stopDate"].map((name) => secondsIn(execution, name) ?? 0));
}
