// The command that is to be typed next where the one that was typed found its port or its data taken.
import { holdsAddress } from "../../aws/endpoint.ts";
import { portOwner } from "../../server/port-owner.ts";
import { StoreInUseError } from "../../store/errors.ts";
import { ownCommand, shellWord } from "./pawl-command.ts";

export interface Changes {
  readonly "--port"?: string | undefined;
  readonly "--db"?: string | undefined;
}

/** The command that avoids what an error was about; `undefined` for other errors. */
export async function nextCommand(error: Error, port: number): Promise<string | undefined> {
  const { cause } = error;
  const args = process.argv.slice(2);
  // A password may be in it.
  if (args.some((arg) => holdsAddress(arg))) return undefined;
  if (cause instanceof StoreInUseError) {
    const isPortTaken = port !== 0 && (await portOwner(port)) !== undefined;
    return commandWith(args, { "--port": isPortTaken ? await freePort(port) : undefined, "--db": otherData(args) });
  }
  const isPortTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
  return isPortTaken ? commandWith(args, { "--port": await freePort(port) }) : undefined;
}

/** A server that others use must not end with the process. */
function otherData([command]: readonly string[]): string {
  return command === "serve" ? "other.db" : "memory";
}

async function freePort(taken: number): Promise<string> {
  for (let port = taken + 1; port <= Math.min(taken + 20, 65_535); port++) {
    if ((await portOwner(port)) === undefined) return String(port);
  }
  return "0";
}

const shortNames: ReadonlyMap<string, string> = new Map([["--port", "-p"]]);

/** The same command with other values of options, whichever way these were given. */
export function commandWith(args: readonly string[], changes: Changes): string {
  const changed = Object.entries(changes).filter(([, value]) => value !== undefined);
  let kept = [...args];
  for (const [name] of changed) kept = without(kept, name);
  const words = [...kept, ...changed.flatMap(([name, value = ""]) => [name, value])];
  return [ownCommand(), ...words.map((word) => shellWord(word))].join(" ");
}

function without(args: readonly string[], name: string): string[] {
  const short = shortNames.get(name);
  const isAlone = (arg: string | undefined): boolean => arg !== undefined && (arg === name || arg === short);
  return args.filter((arg, index) => {
    const isJoined = arg.startsWith(`${name}=`) || (short !== undefined && new RegExp(`^${short}=?\\d`).test(arg));
    return !isJoined && !isAlone(arg) && !isAlone(args[index - 1]);
  });
}
