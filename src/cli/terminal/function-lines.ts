// Lines that functions print, as a person reads them and as programs do.
import { isJsonObject, type JsonObject, parseJson } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { isJson } from "../../tasks/functions/invocation.ts";
import type { FunctionLine } from "../../tasks/functions/printed.ts";
import { oneLine, type Paint, printable } from "./terminal.ts";

const colours = ["cyan", "magenta", "blue", "yellow", "green"] as const;
/** Enough of a request id to tell calls apart. */
const shownDigits = 8;

/** The function in a colour of its own, the state and the call that it printed for, and the line. */
export function functionLineText({ functionName, stateName, requestId, text }: FunctionLine, paint: Paint): string {
  const call = [stateName === undefined ? "" : oneLine(stateName, 40), requestId?.slice(0, shownDigits) ?? ""];
  const shown = call.filter((part) => part !== "").map((part) => ` ${part}`);
  return `    ${paint(colourOf(functionName), functionName)}${paint("dim", `${shown.join("")} │`)} ${printable(text)}`;
}

function colourOf(functionName: string): (typeof colours)[number] {
  let sum = 0;
  for (const letter of functionName) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return colours[sum % colours.length] ?? colours[0];
}

/** For lines of JSON. Loggers of functions print an object a line, which stays one: its members can be asked for. */
export function functionLineDetails(line: FunctionLine): Readonly<Record<string, unknown>> {
  const { functionName, requestId, executionArn, stateName, text } = line;
  const record = recordIn(text);
  const message = record === undefined ? text : record["message"];
  return {
    message: typeof message === "string" ? message : undefined,
    source: "function",
    function: functionName,
    requestId,
    execution: executionArn,
    state: stateName,
    record,
  };
}

function recordIn(text: string): JsonObject | undefined {
  if (!text.startsWith("{") || !isJson(text) || jsonLimitProblem(text) !== undefined) return undefined;
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}
