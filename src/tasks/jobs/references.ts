// Inputs of calls as data: JSON in which a text such as `$answer.Tasks[0].TaskArn` stands for a value that is known by then.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember } from "../../asl/json.ts";

/** The values that references name, such as `answer` and `parameters`. */
export type Known = Readonly<Record<string, Json>>;

/** Fills an object in; a member whose value is not there is left out. */
export function fillIn(template: JsonObject, known: Known): JsonObject {
  const object: { [name: string]: Json } = {};
  for (const [name, part] of Object.entries(template)) {
    const value = valueOf(part, known);
    if (value !== undefined) setMember(object, name, value);
  }
  return object;
}

function valueOf(part: Json, known: Known): Json | undefined {
  if (typeof part === "string") return part.startsWith("$") ? referenced(part, known) : part;
  if (isJsonArray(part)) return part.map((item) => valueOf(item, known)).filter((item) => item !== undefined);
  return isJsonObject(part) ? fillIn(part, known) : part;
}

/** The value at a path such as `$described.Jobs[0]`. */
export function referenced(path: string, known: Known): Json | undefined {
  const [first = "", ...rest] = path.slice(1).split(/[.[]/);
  return rest.reduce<Json | undefined>((value, step) => {
    if (isJsonArray(value)) return value[Number.parseInt(step, 10)];
    return isJsonObject(value) ? memberOf(value, step) : undefined;
  }, known[first]);
}
