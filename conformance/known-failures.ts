// The failures that are known, each with its reason: by name, or by a rule for an area that later work brings.
import { readFileSync } from "node:fs";
import { isJsonArray, isJsonObject, type Json, parseJson, stringifyJson } from "../src/asl/json.ts";
import type { Case } from "./corpus.ts";
import type { Ran } from "./ran.ts";
import type { RanRecording } from "./run-cases.ts";
import { servicesOf } from "./runnable.ts";

interface Rule {
  readonly area: string | undefined;
  /** An action that the case calls. */
  readonly calls: string | undefined;
  /** A text in one of its definitions. */
  readonly uses: string | undefined;
  /** One that the case needs an endpoint for. */
  readonly service: string | undefined;
  /** A text in the name of something that is compared. */
  readonly compares: string | undefined;
  readonly reason: string;
}
export interface KnownFailures {
  /** By `area/name`. */
  readonly cases: ReadonlyMap<string, string>;
  readonly rules: readonly Rule[];
}

export function readKnownFailures(): KnownFailures {
  const parsed = parseJson(readFileSync(new URL("./known-failures.json", import.meta.url), "utf8"));
  const { cases = {}, rules = [] } = isJsonObject(parsed) ? parsed : {};
  return {
    cases: new Map(Object.entries(isJsonObject(cases) ? cases : {}).map(([name, reason]) => [name, String(reason)])),
    rules: (isJsonArray(rules) ? rules : []).map(decodeRule),
  };
}

function decodeRule(value: Json): Rule {
  const rule = isJsonObject(value) ? value : {};
  const text = (name: string): string | undefined => (typeof rule[name] === "string" ? rule[name] : undefined);
  return {
    area: text("area"),
    calls: text("calls"),
    uses: text("uses"),
    service: text("service"),
    compares: text("compares"),
    reason: text("reason") ?? "",
  };
}

/** The rules that excuse a failure of the case. */
function rulesFor(recorded: Case, { rules }: KnownFailures): readonly Rule[] {
  const operations = new Set(recorded.steps.flatMap((step) => (step.kind === "call" ? [step.op] : [])));
  const definitions = recorded.definitions.map(stringifyJson);
  return rules.filter(
    ({ area, calls, uses, service, compares }) =>
      (area === undefined || recorded.area === area) &&
      (calls === undefined || operations.has(calls)) &&
      (uses === undefined || definitions.some((definition) => definition.includes(uses))) &&
      (service === undefined || servicesOf(recorded).includes(service)) &&
      (compares === undefined || Object.keys(recorded.expected).some((key) => key.includes(compares))),
  );
}

export function whyKnown({ name, recorded }: RanRecording, known: KnownFailures): string | undefined {
  return known.cases.get(name) ?? rulesFor(recorded, known)[0]?.reason;
}

/** The problems of the list itself: entries without a case, and entries whose cases pass. */
export function staleEntries(known: KnownFailures, results: readonly RanRecording[]): readonly string[] {
  const stale = [...staleNames(known.cases.keys(), results, "known-failures.json")];
  for (const rule of known.rules) {
    const excused = results.filter(({ recorded }) => rulesFor(recorded, known).includes(rule));
    const passed = excused.filter(({ outcome }) => outcome === "passed");
    if (excused.length === 0)
      stale.push(`The rule "${rule.reason}" excuses nothing: take it out of known-failures.json.`);
    for (const { name } of passed) stale.push(`${name} passes, though known-failures.json says: ${rule.reason}`);
  }
  return stale;
}

/** The names of a list, which stands in that file, that are no cases or whose cases pass. */
export function staleNames(names: Iterable<string>, results: readonly Ran[], file: string): readonly string[] {
  const outcomes = new Map(results.map(({ name, outcome }) => [name, outcome]));
  return [...names]
    .filter((name) => outcomes.get(name) === "passed" || !outcomes.has(name))
    .map((name) => `${name} ${outcomes.has(name) ? "passes" : "is no case"}: take it out of ${file}.`);
}
