// `pawl list`: the executions of a server, or its state machines.
import type { JsonObject } from "../../asl/json.ts";
import { durationOf, secondsIn, statusText, statusWords, writeJson } from "../remote/execution-view.ts";
import { listExecutions } from "../remote/executions.ts";
import { listMachines, shownExecution } from "../remote/names.ts";
import { reachServer, type RemoteFlags } from "../remote/server-access.ts";
import { textOf } from "../session/api-client.ts";
import { durationText, oneLine, type Paint, paintFor, printable } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface ListFlags extends RemoteFlags {
  readonly machines?: boolean;
  readonly status?: string;
  readonly number: string;
}

export async function list(machine: string | undefined, flags: ListFlags): Promise<number> {
  const most = countOf(flags.number);
  const status = statusOf(flags.status);
  const { call } = await reachServer(flags);
  const paint = paintFor(process.stdout);
  const items =
    flags.machines === true ? await listMachines(call) : await listExecutions(call, { machine, status, most });
  if (flags.json === true) writeJson(items);
  else if (items.length === 0)
    process.stderr.write(`There is no ${flags.machines === true ? "state machine" : "execution"} yet.\n`);
  else
    for (const line of flags.machines === true ? machineLines(items, paint) : executionLines(items, paint))
      process.stdout.write(`${line}\n`);
  return exitCodes.succeeded;
}

/** @throws UsageError */
export function countOf(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new UsageError(`--number is ${JSON.stringify(text)}. Give a number from 1 to 99999.`);
}

function statusOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const status = text.toUpperCase().replaceAll(/[- ]/g, "_");
  if (status in statusWords) return status;
  throw new UsageError(`--status is ${JSON.stringify(text)}. Give one of ${Object.keys(statusWords).join(", ")}.`);
}

function machineLines(machines: readonly JsonObject[], paint: Paint): readonly string[] {
  const width = Math.max(...machines.map((machine) => textOf(machine, "name").length));
  return machines.map((machine) => {
    const name = printable(textOf(machine, "name")).padEnd(width);
    return `${name}  ${paint("dim", textOf(machine, "type").toLowerCase().padEnd(8))}  ${printable(textOf(machine, "stateMachineArn"))}`;
  });
}

function executionLines(executions: readonly JsonObject[], paint: Paint): readonly string[] {
  const names = executions.map((execution) => oneLine(shownExecution(textOf(execution, "executionArn")), 100));
  const width = Math.max(...names.map((name) => name.length));
  return executions.map((execution, i) => {
    const start = timeText(secondsIn(execution, "startDate") ?? 0);
    const duration = durationText(durationOf(execution, Date.now()));
    const status = statusText(textOf(execution, "status"), paint, 9);
    return `${start}  ${status}  ${(names[i] ?? "").padEnd(width)}  ${paint("dim", duration)}`;
  });
}

/** A time of this machine, as `2026-02-01 14:05:09`. @param seconds epoch seconds */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString("sv-SE");
}
