// Where in a definition a value stands, what holds there, and how a finding about it is reported.
import type { QueryLanguage } from "../parse-program.ts";
import type { Diagnostic, Hint } from "./diagnostic.ts";
import type { Effort } from "./effort.ts";
import type { Findings } from "./findings.ts";
import type { IsUnknownAction } from "./services.ts";

export type MachineType = "STANDARD" | "EXPRESS";

export interface Place {
  /** `""` for the definition itself. */
  readonly location: string;
  /** The query language of the state around; of the machine outside of states. */
  readonly language: QueryLanguage;
  readonly machineLanguage: QueryLanguage;
  /** EXPRESS also within a distributed Map whose children are Express executions. */
  readonly machineType: MachineType;
  /** Members of `$states` that exist here besides `input` and `context`. */
  readonly statesMembers: readonly string[];
  /** Whether a scope around may have set a variable, which must not be assigned again here. */
  readonly outerVariables: readonly ((variable: string) => boolean)[];
  /** States of the whole machine so far, and labels of its Maps. */
  readonly names: Set<string>;
  readonly labels: Set<string>;
  /** How many scopes are around. */
  readonly depth: number;
  readonly findings: Findings;
  /** That of the state around. */
  readonly effort: Effort;
  readonly isUnknownAction: IsUnknownAction;
}

/** The place of a member or, with `[0]`, of an item. */
export function below(place: Place, step: string): Place {
  return { ...place, location: `${place.location}${step.startsWith("[") ? "" : "/"}${step}` };
}

export function reportSchema(place: Place, message: string, hint?: Hint): undefined {
  report(place, "SCHEMA_VALIDATION_FAILED", message, hint);
}

export function report(place: Place, code: string, message: string, hint?: Hint): undefined {
  const location = place.location === "" ? "/" : place.location;
  add(place, { severity: "ERROR", code, message, location, ...(hint === undefined ? {} : { hint }) });
}

export function warn(place: Place, code: string, message: string, hint?: Hint): undefined {
  const { location } = place;
  add(place, { severity: "WARNING", code, message, location, ...(hint === undefined ? {} : { hint }) });
}

export function add({ findings }: Place, finding: Diagnostic): undefined {
  findings.add(finding);
}
