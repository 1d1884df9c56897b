// State machines and executions as a person names them at the command line: by ARN, or by name, which the server is asked for.
import type { JsonObject } from "../../asl/json.ts";
import { nearestName } from "../../asl/nearest-name.ts";
import { parseStatesArn } from "../../aws/arn.ts";
import { type CallApi, listAll, textOf } from "../session/api-client.ts";
import { UsageError } from "../usage-error.ts";

/** More machines are not looked through for a name. */
export const mostMachines = 10_000;

export async function listMachines(call: CallApi): Promise<readonly JsonObject[]> {
  return listAll(call, { action: "ListStateMachines", input: {}, member: "stateMachines", most: mostMachines });
}

/**
 * The ARN of a machine, with what was said behind its name: `order:live` for an alias or a version, `order#Happy` for a test
 * case of the mock file.
 * @throws UsageError, ApiRefusal
 */
export async function machineArnOf(call: CallApi, given: string): Promise<string> {
  if (given.startsWith("arn:")) return given;
  const [, name = "", behind = ""] = /^([^:#]*)(.*)$/s.exec(given) ?? [];
  const machines = await listMachines(call);
  const found = machines.find((machine) => textOf(machine, "name") === name);
  if (found !== undefined) return `${textOf(found, "stateMachineArn")}${behind}`;
  const names = machines.map((machine) => textOf(machine, "name"));
  const nearest = nearestName(name, names);
  const known =
    nearest === undefined
      ? names.length === 0
        ? "It has none."
        : `It has ${listed(names)}.`
      : `Did you mean ${nearest}?`;
  throw new UsageError(`The server has no state machine ${JSON.stringify(name)}. ${known}`);
}

/**
 * The ARN of an execution: it was given, or `machine:name`, as the lines of `pawl dev` show it.
 * @throws UsageError, ApiRefusal
 */
export async function executionArnOf(call: CallApi, given: string): Promise<string> {
  if (given.startsWith("arn:")) {
    const kind = parseStatesArn(given.split("#", 1)[0] ?? "")?.kind;
    if (kind === "stateMachine") {
      throw new UsageError(`${given} is a state machine. Its executions: pawl list ${given}`);
    }
    return given;
  }
  const colon = given.indexOf(":");
  if (colon < 1) {
    throw new UsageError(
      `${JSON.stringify(given)} names no execution. Give its ARN, or machine:name; pawl list shows both.`,
    );
  }
  const machineArn = await machineArnOf(call, given.slice(0, colon));
  return `${machineArn.replace(":stateMachine:", ":execution:")}:${given.slice(colon + 1)}`;
}

/** `order:3f2a…`, without what is the same for all executions of a server. */
export function shownExecution(arn: string): string {
  const parsed = parseStatesArn(arn);
  return parsed?.kind === "execution" || parsed?.kind === "express" ? `${parsed.stateMachineName}:${parsed.key}` : arn;
}

const mostNamed = 8;

function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
