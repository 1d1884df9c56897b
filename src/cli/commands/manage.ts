// `pawl stop`, `pawl redrive` and `pawl answer`: one request each to a server that runs.
import type { JsonObject } from "../../asl/json.ts";
import { writeJson } from "../remote/execution-view.ts";
import { executionArnOf, shownExecution } from "../remote/names.ts";
import { reachServer, type RemoteFlags } from "../remote/server-access.ts";
import { ApiRefusal, type CallApi, textOf } from "../session/api-client.ts";
import { readJsonText } from "../session/read-input.ts";
import { exitCodes, UsageError } from "../usage-error.ts";
import { waitFor } from "./execute.ts";

export interface FailureFlags {
  readonly error?: string;
  readonly cause?: string;
}

export async function stop(given: string, flags: RemoteFlags & FailureFlags): Promise<number> {
  const { call } = await reachServer(flags);
  const executionArn = await executionArnOf(call, given);
  const stopped = await call("StopExecution", { executionArn, ...failureOf(flags) });
  const status = await statusOf(call, executionArn);
  const shown = shownExecution(executionArn);
  // AWS takes it for no mistake.
  const isOver = status !== undefined && status !== "ABORTED" && status !== "RUNNING";
  return done(stopped, flags, isOver ? `${shown} had ended already: ${status}.` : `Stopped ${shown}.`);
}

export interface RedriveFlags extends RemoteFlags {
  /** False for `--no-wait`. */
  readonly wait: boolean;
  readonly quiet?: boolean;
}

export async function redrive(given: string, flags: RedriveFlags): Promise<number> {
  const remote = await reachServer(flags);
  const executionArn = await executionArnOf(remote.call, given);
  const redriven = await remote.call("RedriveExecution", { executionArn });
  if (!flags.wait) return done(redriven, flags, `Redriven: ${shownExecution(executionArn)} goes on where it stopped.`);
  return waitFor(remote, executionArn, flags);
}

export interface AnswerFlags extends RemoteFlags, FailureFlags {
  readonly output?: string;
  readonly heartbeat?: boolean;
}

export async function answer(taskToken: string, flags: AnswerFlags): Promise<number> {
  const isFailure = flags.error !== undefined || flags.cause !== undefined;
  const ways = [isFailure, flags.output !== undefined, flags.heartbeat === true].filter(Boolean).length;
  if (ways > 1) throw new UsageError("Give one of --output, --heartbeat, or --error with --cause.");
  const output = isFailure || flags.heartbeat === true ? "" : await readJsonText(flags.output ?? "{}", "output");
  const { call } = await reachServer(flags);
  if (flags.heartbeat === true)
    return done(await call("SendTaskHeartbeat", { taskToken }), flags, "The task has shown life.");
  if (isFailure)
    return done(await call("SendTaskFailure", { taskToken, ...failureOf(flags) }), flags, "The task has failed.");
  return done(await call("SendTaskSuccess", { taskToken, output }), flags, "The task has succeeded.");
}

/** `undefined` where the key may not see it. */
async function statusOf(call: CallApi, executionArn: string): Promise<string | undefined> {
  try {
    return textOf(await call("DescribeExecution", { executionArn, includedData: "METADATA_ONLY" }), "status");
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined;
    throw error;
  }
}

function failureOf({ error, cause }: FailureFlags): JsonObject {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

function done(result: JsonObject, { json }: RemoteFlags, text: string): number {
  if (json === true) writeJson(result);
  else process.stdout.write(`${text}\n`);
  return exitCodes.succeeded;
}
