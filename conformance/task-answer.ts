// Answers of the recorder's worker, whose calls are not recorded, to
// a message that carries a task token: they show in the history.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../src/asl/json.ts";

export interface TaskAnswer {
  readonly op: "SendTaskSuccess" | "SendTaskFailure";
  readonly params: JsonObject;
}

/** @param body of a message of Amazon SQS, or of one that Amazon SNS brought there. */
export function taskAnswer(body: string, expected: JsonObject): TaskAnswer | undefined {
  const message = parsed(body);
  const brought = memberOf(message, "Message");
  const token = memberOf(message, "TaskToken") ?? memberOf(parsed(String(brought)), "TaskToken");
  if (typeof token !== "string") return undefined;
  const details = Object.values(expected).flatMap(eventDetails);
  if (details.some(([name]) => name === "taskFailedEventDetails")) {
    return { op: "SendTaskFailure", params: { taskToken: token } };
  }
  const [, succeeded] = details.find(([name]) => name === "taskSucceededEventDetails") ?? [];
  const output = isJsonObject(succeeded) ? memberOf(succeeded, "output") : undefined;
  const isEmpty = isJsonObject(output) && Object.keys(output).length === 0;
  return { op: "SendTaskSuccess", params: { taskToken: token, output: isEmpty ? "{}" : body } };
}

function eventDetails(history: Json): readonly (readonly [name: string, details: Json])[] {
  const events = isJsonObject(history) ? memberOf(history, "events") : undefined;
  return isJsonArray(events) ? events.filter(isJsonObject).flatMap((event) => Object.entries(event)) : [];
}

function parsed(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
