// An execution of a server somewhere, as the commands show it: the lines of its states, and what became of it.
import { isJsonNumber, type JsonObject, memberOf, parseJson, stringifyJson, toDouble } from "../../asl/json.ts";
import { readTaskToken } from "../../runtime/workers/task-token.ts";
import { textOf } from "../session/api-client.ts";
import { answerCommand } from "../session/pawl-command.ts";
import { messageIn, placeIn } from "../terminal/live-lines.ts";
import { HistoryLines } from "../terminal/history-lines.ts";
import { durationText, type Paint, printable } from "../terminal/terminal.ts";
import { exitCodes } from "../usage-error.ts";
import { shownPath } from "../definitions/definition-file.ts";

/** The words for the statuses of executions. */
export const statusWords: Readonly<Record<string, readonly ["green" | "red" | "yellow" | "cyan", string]>> = {
  RUNNING: ["cyan", "running"],
  SUCCEEDED: ["green", "succeeded"],
  FAILED: ["red", "failed"],
  TIMED_OUT: ["red", "timed out"],
  ABORTED: ["yellow", "aborted"],
};

export function statusText(status: string, paint: Paint, width = 0): string {
  const [style, word] = statusWords[status] ?? ["cyan", printable(status)];
  return paint(style, word.padEnd(width));
}

export function historyLines(url: string, paint: Paint): HistoryLines {
  return new HistoryLines({
    paint,
    columns: { nameWidth: 24 },
    answer(parameters) {
      const token = tokenIn(parameters);
      return token === undefined ? undefined : answerCommand(token, url);
    },
  });
}

/** The history has the token of a task where its parameters do. */
function tokenIn(parameters: string): string | undefined {
  return parameters.match(/[\w-]{20,}/g)?.find((text) => readTaskToken(text) !== undefined);
}

export function secondsIn(object: JsonObject, name: string): number | undefined {
  const value = memberOf(object, name);
  return isJsonNumber(value) ? toDouble(value) : undefined;
}

/** How long it took, or has taken so far. */
export function durationOf(execution: JsonObject, now: number): number {
  const start = secondsIn(execution, "startDate") ?? 0;
  return (secondsIn(execution, "stopDate") ?? now / 1000) * 1000 - start * 1000;
}

/** The lines that say what became of an execution; its output is none of them. */
export function endLines(execution: JsonObject, paint: Paint): readonly string[] {
  const status = textOf(execution, "status");
  const word = statusWords[status]?.[1] ?? status;
  const style = statusWords[status]?.[0] ?? "cyan";
  const verdict = paint([style, "bold"], `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const [error, cause] = [textOf(execution, "error"), textOf(execution, "cause")];
  const place = cause === "" ? undefined : placeIn(cause);
  const row = (label: string, text: string): string => `  ${paint("dim", label.padEnd(6))} ${text}`;
  return [
    `${verdict} after ${durationText(durationOf(execution, Date.now()))}`,
    ...(error === "" ? [] : [row("Error", printable(error))]),
    ...(cause === "" ? [] : [row("Cause", printable(messageIn(cause)).replaceAll("\n", "\n         "))]),
    ...(place === undefined ? [] : [row("At", `${printable(shownPath(place.path))}:${place.position}`)]),
  ];
}

export function exitCodeOf(execution: JsonObject): number {
  return textOf(execution, "status") === "SUCCEEDED" ? exitCodes.succeeded : exitCodes.failed;
}

/** As the workflow made it, for programs; laid out where a person looks at it. */
export function outputText(text: string): string {
  return process.stdout.isTTY ? JSON.stringify(parseJson(text), null, 2) : text;
}

/** The answer of an action for scripts: a line of JSON, the times of which are epoch seconds as AWS gives them. */
export function writeJson(value: JsonObject | readonly JsonObject[]): void {
  process.stdout.write(`${stringifyJson(value)}\n`);
}
