// The machines and executions of a server, counted through the API.
import { type CallApi, listAll, textOf } from "./api-client.ts";

export interface Inventory {
  readonly machines: number;
  readonly executions: number;
  /** There are more executions than were counted. */
  readonly isPartial: boolean;
}

/** Counting goes through the listings, so it ends somewhere. */
const most = 10_000;

export async function takeInventory(call: CallApi): Promise<Inventory> {
  const machines = await listAll(call, { action: "ListStateMachines", input: {}, member: "stateMachines", most });
  let executions = 0;
  for (const machine of machines) {
    if (textOf(machine, "type") !== "STANDARD") continue;
    const input = { stateMachineArn: textOf(machine, "stateMachineArn") };
    executions += (await listAll(call, { action: "ListExecutions", input, member: "executions", most })).length;
    if (executions >= most) return { machines: machines.length, executions, isPartial: true };
  }
  return { machines: machines.length, executions, isPartial: false };
}
