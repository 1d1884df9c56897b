// `pawl show`: an execution of a server, the lines of its states, and what became of it.
import { isJsonNumber, type JsonObject, memberOf, toDouble } from "../../asl/json.ts";
import {
  durationOf,
  endLines,
  historyLines,
  outputText,
  secondsIn,
  statusText,
  writeJson,
} from "../remote/execution-view.ts";
import { followHistory } from "../remote/follow-history.ts";
import { executionArnOf } from "../remote/names.ts";
import { reachServer, type Remote, type RemoteFlags } from "../remote/server-access.ts";
import { textOf } from "../session/api-client.ts";
import { interruption } from "../session/interruption.ts";
import { durationText, type Paint, paintFor, printable } from "../terminal/terminal.ts";
import { exitCodes } from "../usage-error.ts";
import { timeText } from "./list.ts";

export interface ShowFlags extends RemoteFlags {
  readonly history?: boolean;
  readonly follow?: boolean;
}

export async function show(given: string, flags: ShowFlags): Promise<number> {
  const remote = await reachServer(flags);
  const executionArn = await executionArnOf(remote.call, given);
  const execution = await remote.call("DescribeExecution", { executionArn });
  if (flags.json === true) return showJson(remote, execution, flags);
  const paint = paintFor(process.stdout);
  for (const line of headLines(execution, paint)) say(line);
  const lines = historyLines(remote.url, paint);
  const startedAt = secondsIn(execution, "startDate") ?? 0;
  const stop = new AbortController();
  const interrupted = interruption().then(() => stop.abort());
  const followed = followHistory({
    call: remote.call,
    executionArn,
    isFollowing: flags.follow === true,
    signal: stop.signal,
    onEvents(events) {
      for (const event of events) {
        if (flags.history === true) say(eventLine(event, startedAt, paint));
        else for (const line of lines.linesOf(event)) say(line);
      }
    },
  });
  await Promise.race([followed, interrupted]);
  if (stop.signal.aborted) return exitCodes.interrupted;
  const now = flags.follow === true ? await remote.call("DescribeExecution", { executionArn }) : execution;
  if (textOf(now, "status") === "RUNNING") {
    if (flags.history !== true) for (const line of lines.openLines()) say(line);
    return exitCodes.succeeded;
  }
  for (const line of endLines(now, paint)) say(line);
  const output = textOf(now, "output");
  if (output !== "") say(`  ${paint("dim", "Output")} ${printable(outputText(output))}`);
  return exitCodes.succeeded;
}

async function showJson({ call }: Remote, execution: JsonObject, { history, follow }: ShowFlags): Promise<number> {
  const executionArn = textOf(execution, "executionArn");
  const isFollowing = follow === true;
  const events: JsonObject[] = [];
  if (isFollowing || history === true) {
    const onEvents = (more: readonly JsonObject[]): void => void (history === true && events.push(...more));
    await followHistory({ call, executionArn, isFollowing, onEvents });
  }
  const now = isFollowing ? await call("DescribeExecution", { executionArn }) : execution;
  writeJson(history === true ? { ...now, events } : now);
  return exitCodes.succeeded;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function headLines(execution: JsonObject, paint: Paint): readonly string[] {
  const row = (label: string, text: string): string => `  ${paint("dim", label.padEnd(8))} ${printable(text)}`;
  const started = secondsIn(execution, "startDate") ?? 0;
  const redrives = memberOf(execution, "redriveCount");
  const isRedriven = isJsonNumber(redrives) && toDouble(redrives) > 0;
  return [
    paint("bold", printable(textOf(execution, "executionArn"))),
    `  ${paint("dim", "Status  ")} ${statusText(textOf(execution, "status"), paint)} after ${durationText(durationOf(execution, Date.now()))}`,
    row("Started", timeText(started)),
    ...(isRedriven ? [row("Redriven", timeText(secondsIn(execution, "redriveDate") ?? 0))] : []),
    ...(textOf(execution, "input") === "" ? [] : [row("Input", textOf(execution, "input"))]),
    "",
  ];
}

/** `  12  +1.25 s  TaskStateEntered  Pack`. */
function eventLine(event: JsonObject, startedAt: number, paint: Paint): string {
  const id = memberOf(event, "id");
  const details = Object.entries(event).find(([name]) => name.endsWith("EventDetails"))?.[1];
  const facts = ["name", "index", "resourceType", "resource", "error", "cause"].flatMap((name) => {
    const value = typeof details === "object" && details !== null ? memberOf(details as JsonObject, name) : undefined;
    return typeof value === "string" ? [value] : isJsonNumber(value) ? [`[${toDouble(value)}]`] : [];
  });
  const since = durationText(((secondsIn(event, "timestamp") ?? 0) - startedAt) * 1000);
  const number = (isJsonNumber(id) ? String(toDouble(id)) : "").padStart(5);
  const text = printable(facts.join(" ")).replaceAll(/\s+/g, " ").slice(0, 200);
  return `${paint("dim", number)}  ${paint("dim", `+${since}`.padStart(10))}  ${textOf(event, "type").padEnd(24)}  ${text}`.trimEnd();
}
