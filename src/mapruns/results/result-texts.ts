// The texts that stand for a child: all that is known of it, its output, or the elements of its output.
import { isJsonArray, parseJson, stringifyJson } from "../../asl/json.ts";
import type { ChildResult, Transformation } from "../ports.ts";

/** The JSON texts that stand for a child. A child that did not succeed is always shown as a whole, as AWS has it. */
export function resultTexts(child: ChildResult, transformation: Transformation): readonly string[] {
  if (child.status !== "SUCCEEDED" || transformation === "NONE") return [recordText(child)];
  const output = child.output ?? "null";
  if (transformation === "COMPACT") return [output];
  const value = parseJson(output);
  return isJsonArray(value) ? value.map((element) => stringifyJson(element)) : [output];
}

/** Members and their order are AWS's. Details of an output are there without an output too. */
function recordText(child: ChildResult): string {
  if (child.status === "PENDING") {
    return JSON.stringify({ Input: child.input, InputDetails: { Included: true }, Status: child.status });
  }
  const { error, cause, output, startDate, stopDate } = child;
  return JSON.stringify({
    Cause: cause,
    Error: error,
    ExecutionArn: child.executionArn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    Output: output,
    OutputDetails: { Included: true },
    RedriveCount: child.redriveCount,
    RedriveStatus: child.redriveStatus,
    RedriveStatusReason: child.redriveStatusReason,
    StartDate: dateText(startDate),
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    StopDate: dateText(stopDate),
  });
}

function dateText(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}

/** A text on one line. State data is kept as it came, which may be on several. */
export function lineOf(text: string): string {
  return /[\n\r]/.test(text) ? stringifyJson(parseJson(text)) : text;
}
