// The things that are compared, as values whose members may be replaced, and the order in which they are gone through.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../src/asl/json.ts";

export type Members = { [name: string]: Json };
type Order = (names: readonly string[]) => readonly string[];
export const asWritten: Order = (names) => names;
/** In which the recorder wrote the members of an answer; those of a text kept their places. */
export const byName: Order = (names) => names.toSorted();

/** The values that were compared, in the order of the comparisons. */
export function mutable(value: JsonObject, order: Order): Members {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member, order)]));
}

function copy(value: Json, order: Order): Json {
  if (isJsonArray(value)) return value.map((item) => copy(item, order));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(order(Object.keys(value)).map((name) => [name, copy(value[name] ?? null, order)]));
}

/** Below the comparisons in the order of the names, in which the recorder numbered what it found. */
export function visit(value: Json, act: (owner: Members, name: string, value: Json) => void, order = asWritten): void {
  if (isJsonArray(value)) {
    for (const item of value) visit(item, act, byName);
  } else if (isJsonObject(value)) {
    for (const name of order(Object.keys(value))) {
      act(value as Members, name, value[name] ?? null);
      visit(value[name] ?? null, act, byName);
    }
  }
}
