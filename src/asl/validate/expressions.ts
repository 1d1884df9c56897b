// JSONata in definitions: every expression compiles, and reads nothing that does not exist where it stands.
import { expressionText } from "../expression.ts";
import { isJsonArray, isJsonObject, type Json } from "../json.ts";
import { compileJsonata, jsonataReferences } from "../jsonata/jsonata.ts";
import { childrenOf, type Node, parseExpression } from "../jsonata/syntax.ts";
import type { Pieces } from "../pieces.ts";
import type { Work } from "../work.ts";
import { compiled, isPauseDueAfter } from "./costs.ts";
import { below, type Place, report, reportSchema } from "./place.ts";

/** Checks the expressions of a value, at any depth. */
export function* checkExpressions(value: Json, place: Place): Pieces<void> {
  if (isPauseDueAfter(stepsPerValue, place)) yield;
  if (typeof value === "string") checkExpression(value, place);
  else if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) yield* checkExpressions(item, below(place, `[${index}]`));
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) yield* checkExpressions(member, below(place, name));
  }
}

/** Measured. */
const stepsPerValue = 20;

/** Checks one string, which may be an expression. */
export function checkExpression(text: string, place: Place): undefined {
  if (!isExpressionLike(text)) return undefined;
  const source = expressionText(text);
  if (source === undefined) {
    const hint = { mistake: { kind: "delimiters", text } } as const;
    return reportSchema(place, "JSONata string must start with {% and end with %}", hint);
  }
  const result = compiled((work) => compileJsonata(source, { work }), place);
  if (result === undefined) return undefined;
  if ("problem" in result) {
    const { message, position } = result.problem;
    return report(place, "INVALID_JSONATA_EXPRESSION", message, { mistake: { kind: "expression", source, position } });
  }
  const { statesMembers, usesTopLevelInput } = jsonataReferences(result.program);
  const name = usesTopLevelInput ? compiled((work) => topLevelName(source, work), place) : undefined;
  if (name !== undefined) report(place, unsupported, topLevelMessage(name), { mistake: { kind: "top level", name } });
  for (const member of statesMembers) {
    if (member !== "input" && member !== "context" && !place.statesMembers.includes(member)) {
      const hint = { given: member, known: ["input", "context", ...place.statesMembers] };
      report(place, unsupported, `Field '$states.${member}' does not exist.`, hint);
    }
  }
}

/** Whether a string is meant to be an expression; with anything around `{%` or `%}` it is none. */
export function isExpressionLike(text: string): boolean {
  return text.startsWith("{%") || text.endsWith("%}");
}

const unsupported = "UNSUPPORTED_JSONATA_EXPRESSION";

/** There is no data around an expression: what it reads, it reads from `$states` and from variables. */
function topLevelName(source: string, work: Work): string {
  const parsed = parseExpression(source, work);
  return ("tree" in parsed ? firstInput(parsed.tree) : undefined) ?? "$";
}

function topLevelMessage(name: string): string {
  return name === "$$"
    ? "Reference to '$$' is not supported."
    : `Reference to '${name}' at the top level is not supported.`;
}

/** The first name, `$` or `$$` that would be read from the data around. */
function firstInput(node: Node): string | undefined {
  if (node.type === "name") return node.value;
  if (node.type === "variable") return node.value === "" || node.value === "$" ? `$${node.value}` : undefined;
  if (node.type === "lambda") return undefined;
  for (const child of node.type === "path" ? node.steps.slice(0, 1) : childrenOf(node)) {
    const name = firstInput(child);
    if (name !== undefined) return name;
  }
  return undefined;
}
