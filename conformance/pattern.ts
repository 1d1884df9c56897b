// Patterns for values that differ from run to run: texts `re:…`, `any:…`, `int:a:b` and `num:a:b` among exact values.
import { isJsonArray, isJsonNumber, isJsonObject, type Json, memberOf, setMember, toDouble } from "../src/asl/json.ts";

/** @returns the pattern, with what was got in the place of each text that it fits: all of it when all fits. */
export function filledPattern(pattern: Json, got: Json | undefined): Json {
  if (typeof pattern === "string") return got !== undefined && fits(pattern, got) ? got : pattern;
  if (isJsonArray(pattern)) {
    return pattern.map((item, i) => filledPattern(item, isJsonArray(got) ? got[i] : undefined));
  }
  if (!isJsonObject(pattern)) return pattern;
  const filled: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(pattern)) {
    setMember(filled, name, filledPattern(member, isJsonObject(got) ? memberOf(got, name) : undefined));
  }
  return filled;
}

function fits(pattern: string, got: Json): boolean {
  const [, kind, rest = ""] = /^(re|any|int|num):([^]*)$/.exec(pattern) ?? [];
  switch (kind) {
    case "re":
      return typeof got === "string" && new RegExp(rest, "u").test(got);
    case "any":
      if (rest === "object") return isJsonObject(got);
      return rest === "number" ? isJsonNumber(got) : rest === typeof got;
    case "int":
    case "num": {
      const [from = Number.NaN, to = Number.NaN] = rest.split(":").map(Number);
      if (!isJsonNumber(got)) return false;
      const value = toDouble(got);
      return from <= value && value < to && (kind === "num" || Number.isInteger(value));
    }
    default:
      return false;
  }
}
