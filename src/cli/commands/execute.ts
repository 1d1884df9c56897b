// `pawl execute`: starts an execution on a server that runs, and shows its states until it ends; its output goes to stdout.
import type { JsonObject } from "../../asl/json.ts";
import { endLines, exitCodeOf, historyLines, outputText, writeJson } from "../remote/execution-view.ts";
import { followHistory } from "../remote/follow-history.ts";
import { machineArnOf, shownExecution } from "../remote/names.ts";
import { reachServer, type Remote, type RemoteFlags } from "../remote/server-access.ts";
import { ApiRefusal, textOf } from "../session/api-client.ts";
import { endpointOption, ownCommand } from "../session/pawl-command.ts";
import { readJsonText } from "../session/read-input.ts";
import { interruption } from "../session/interruption.ts";
import { paintFor } from "../terminal/terminal.ts";
import { exitCodes } from "../usage-error.ts";

export interface ExecuteFlags extends RemoteFlags {
  readonly input: string;
  readonly name?: string;
  /** False for `--no-wait`. */
  readonly wait: boolean;
  readonly quiet?: boolean;
}

export async function execute(machine: string, flags: ExecuteFlags): Promise<number> {
  const input = await readJsonText(flags.input, "input");
  const remote = await reachServer(flags);
  const stateMachineArn = await machineArnOf(remote.call, machine);
  const request: JsonObject = { stateMachineArn, input, ...(flags.name === undefined ? {} : { name: flags.name }) };
  if (flags.wait && (await isExpress(remote, stateMachineArn))) return executeExpress(remote, request, flags);
  const started = await remote.call("StartExecution", request);
  const executionArn = textOf(started, "executionArn");
  if (!flags.wait) {
    if (flags.json === true) writeJson(started);
    else process.stdout.write(`${executionArn}\n`);
    return exitCodes.succeeded;
  }
  return waitFor(remote, executionArn, flags);
}

/** Shows an execution until it has ended, or Ctrl-C ends the looking on. */
export async function waitFor(
  { url, call }: Remote,
  executionArn: string,
  flags: Pick<ExecuteFlags, "json" | "quiet">,
): Promise<number> {
  const paint = paintFor(process.stderr);
  const isShown = flags.json !== true && flags.quiet !== true;
  const say = (line: string): void => void (flags.json !== true && process.stderr.write(`${line}\n`));
  const stop = new AbortController();
  const interrupted = interruption().then(() => stop.abort());
  const lines = historyLines(url, paint);
  if (isShown) say(`${paint("dim", shownExecution(executionArn))}`);
  const followed = followHistory({
    call,
    executionArn,
    isFollowing: true,
    signal: stop.signal,
    onEvents: (events) => {
      const said = events.flatMap((event) => lines.linesOf(event));
      if (isShown) for (const line of said) say(line);
    },
  });
  await Promise.race([followed, interrupted]);
  if (stop.signal.aborted) {
    const command = `${ownCommand()} show ${executionArn}${endpointOption(url)}`;
    process.stderr.write(
      `It goes on. To look again: ${command} -f; to end it: ${command.replace(" show ", " stop ")}\n`,
    );
    return exitCodes.interrupted;
  }
  return report(await call("DescribeExecution", { executionArn }), flags);
}

function report(execution: JsonObject, { json }: Pick<ExecuteFlags, "json">): number {
  if (json === true) writeJson(execution);
  else {
    for (const line of endLines(execution, paintFor(process.stderr))) process.stderr.write(`${line}\n`);
    const output = textOf(execution, "output");
    if (output !== "") process.stdout.write(`${outputText(output)}\n`);
  }
  return exitCodeOf(execution);
}

/** A key that may not ask learns it from the refusal of the start. */
async function isExpress({ call }: Remote, stateMachineArn: string): Promise<boolean> {
  try {
    const [arn = ""] = /^(?:[^:#]*:){6}[^:#]*/.exec(stateMachineArn) ?? [stateMachineArn];
    const machine = await call("DescribeStateMachine", { stateMachineArn: arn });
    return textOf(machine, "type") === "EXPRESS";
  } catch (error) {
    // The start says it as well.
    if (error instanceof ApiRefusal) return false;
    throw error;
  }
}

/** An Express execution has no history: its answer is all that it tells. */
async function executeExpress({ call }: Remote, request: JsonObject, flags: ExecuteFlags): Promise<number> {
  return report(await call("StartSyncExecution", request), flags);
}
