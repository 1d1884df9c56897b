// The failures that are known, each with its reason: by name, or by a rule for an area that later work brings.
import { readFileSync } from "node:fs";
import { isJsonArray, isJsonObject, type Json, parseJson, stringifyJson } from "../src/asl/json.ts";
import type { Case } from "./corpus.ts";

interface Rule {
  readonly area: string | undefined;
  /** An action that the case calls. */
  readonly calls: string | undefined;
  /** A text in one of its definitions. */
  readonly uses: string | undefined;
  readonly needs: string | undefined;
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
    needs: text("needs"),
    reason: text("reason") ?? "",
  };
}

/** The rules that excuse a failure of the case. */
export function rulesFor(recorded: Case, { rules }: KnownFailures): readonly Rule[] {
  return rules.filter(
    ({ area, calls, uses, needs }) =>
      (area === undefined || recorded.area === area) &&
      (needs === undefined || recorded.needs.includes(needs)) &&
      (calls === undefined || recorded.steps.some((step) => step.kind === "call" && step.op === calls)) &&
      (uses === undefined || recorded.definitions.some((definition) => stringifyJson(definition).includes(uses))),
  );
}

/** What is wrong with the list itself: entries without a case, and entries whose cases pass. */
export function staleEntries(
  known: KnownFailures,
  { cases, failed }: { readonly cases: readonly Case[]; readonly failed: ReadonlySet<string> },
): readonly string[] {
  const names = new Set(cases.map(({ name }) => name));
  const stale = [...known.cases.keys()]
    .filter((name) => !failed.has(name))
    .map((name) => `${name} ${names.has(name) ? "passes" : "is no case"}: take it out of known-failures.json.`);
  for (const rule of known.rules) {
    const isUsed = cases.some((recorded) => failed.has(recorded.name) && rulesFor(recorded, known).includes(rule));
    if (!isUsed) stale.push(`The rule "${rule.reason}" excuses nothing: take it out of known-failures.json.`);
  }
  return stale;
}
