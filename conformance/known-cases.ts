// The cases that ran on AWS and that Pawl is known to answer otherwise, by what would mend them.
import { readFileSync } from "node:fs";
import { isJsonArray, isJsonObject, parseJson } from "../src/asl/json.ts";

/** @returns the reason with its source, by the case's name. */
export function readKnownCases(): ReadonlyMap<string, string> {
  const groups = parseJson(readFileSync(new URL("./known-cases.json", import.meta.url), "utf8"));
  return new Map(
    (isJsonArray(groups) ? groups.filter(isJsonObject) : []).flatMap(({ reason, source, cases }) =>
      (isJsonArray(cases) ? cases : []).map((name) => [String(name), `${String(reason)} (${String(source)})`] as const),
    ),
  );
}
