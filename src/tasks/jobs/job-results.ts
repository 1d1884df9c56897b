// Answers of the job services as Step Functions shows them: members in the order of their names, and times as epoch milliseconds
// (recorded for ECS, Glue and Batch).
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember } from "../../asl/json.ts";
import { parseTimestamp } from "../../asl/timestamp.ts";

/** Members whose names the services' models do not give: whatever users put there stays as it is. */
const freeMembers: ReadonlySet<string> = new Set(
  (
    "AdditionalInfo Annotations Arguments CollectionParameters EncryptionContext Environment Equals ErrorData HookParameters " +
    "HyperParameters Labels Limits LogTypes NotEquals Options Parameters ProfilingParameters Properties Requests " +
    "RuleParameters StaticHyperParameters Tags TunedHyperParameters UserMetadata"
  ).split(" "),
);
const timeName = /(?:At|On|Time|Expiry|Timestamp)$/;
const timeText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

export function shownAnswer(answer: JsonObject): JsonObject {
  return shownMembers(answer);
}

function shownMembers(object: JsonObject): JsonObject {
  const shown: { [name: string]: Json } = {};
  for (const name of Object.keys(object).toSorted()) {
    const value = memberOf(object, name);
    if (value === undefined || value === null) continue;
    setMember(shown, name, freeMembers.has(name) && isJsonObject(value) ? value : shownValue(name, value));
  }
  return shown;
}

function shownValue(name: string, value: Json): Json {
  if (isJsonArray(value)) return value.map((item) => shownValue(name, item));
  if (isJsonObject(value)) return shownMembers(value);
  if (typeof value !== "string" || !timeName.test(name) || !timeText.test(value)) return value;
  return parseTimestamp(value) ?? value;
}
