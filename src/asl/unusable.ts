// Parts of a definition that cannot be compiled. The validator lets none of them into a new definition, but a stored one may
// hold what an earlier version of Pawl took and this one does not: its executions are loaded as ever, and a state fails by
// the problem when it comes to the part.
import type { ChoiceRule } from "./choice/choice-rule.ts";
import { type Expression, subjectOf } from "./expression.ts";
import type { Intrinsic } from "./intrinsics/intrinsics.ts";
import type { JsonPath, ReferencePath } from "./jsonpath/jsonpath.ts";
import type { Template } from "./template.ts";

export function unusablePath(source: string, problem: string): JsonPath {
  const read: JsonPath["read"] = () => ({ found: false, reason: "inapplicable", message: problem });
  return { source, isDefinite: true, isReference: false, root: "input", read };
}

export function unusableReferencePath(source: string, problem: string): ReferencePath {
  return {
    source,
    read: () => ({ found: false, reason: "inapplicable", message: problem }),
    write: () => ({ problem }),
  };
}

export function unusableTemplate(problem: string): Template {
  return { evaluate: () => ({ ok: false, kind: "problem", message: problem }) };
}

export function unusableRule(problem: string): ChoiceRule {
  return {
    evaluate: () => ({ ok: false, path: "", message: problem }),
    explain: () => ({ kind: "And", matched: undefined, rules: [] }),
  };
}

export function unusableIntrinsic(source: string, problem: string): Intrinsic {
  return { source, variables: new Set(), evaluate: () => ({ ok: false, message: problem }) };
}

/** All of a field; one expression in it that cannot be compiled fails by itself. */
export function unusableExpression(source: string, location: string, problem: string): Expression {
  const detail = `${subjectOf(source, location)} threw an error during evaluation: ${problem}`;
  return { location, source, isWhole: true, evaluate: () => ({ ok: false, location, detail }) };
}
