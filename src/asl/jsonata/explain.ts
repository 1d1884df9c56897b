// Why an expression came out as it did: a condition taken apart into what it combines and compares, with the value of each
// part, and the references of an expression that lead nowhere.
import type { Json } from "../json.ts";
import { unlimitedWork } from "../work.ts";
import type { JsonataContext } from "./budget.ts";
import { compileJsonata, evaluateJsonata } from "./jsonata.ts";
import { childrenOf, type Node, parseExpression, type PathNode } from "./syntax.ts";

/** A part of an expression: its text, and what it gives. */
export interface ExplainedPart {
  readonly text: string;
  /** Absent where it gives nothing, or no JSON. */
  readonly value?: Json | undefined;
  /** The reason why it gives no value, where that is a failure. */
  readonly problem?: string | undefined;
}

export type ConditionExplanation =
  | {
      readonly kind: "And" | "Or" | "Not";
      /** `undefined` where it fails. */
      readonly matched: boolean | undefined;
      readonly rules: readonly ConditionExplanation[];
    }
  | {
      readonly kind: "comparison";
      readonly operator: string;
      readonly left: ExplainedPart;
      readonly right: ExplainedPart;
      readonly matched: boolean | undefined;
    }
  | ({ readonly kind: "value"; readonly matched: boolean | undefined } & ExplainedPart);

export interface MissingReference {
  /** As far as names lead, such as `$states.input.order.customer`. */
  readonly text: string;
  /** The longest beginning that names something; absent where the variable itself does not. */
  readonly found?: { readonly text: string; readonly value: Json } | undefined;
}

/** The names and the time that an expression is evaluated with. */
export interface ExpressionView {
  readonly bindings: ReadonlyMap<string, Json>;
  readonly context: JsonataContext;
}

/** Combinations within combinations: deeper ones are shown whole. */
const maxDepth = 20;

/** Takes a condition apart; parts that cannot be told apart by their text are shown whole. */
export function explainCondition(source: string, view: ExpressionView): ConditionExplanation {
  const parsed = parseExpression(source, unlimitedWork());
  if ("problem" in parsed) return { kind: "value", matched: undefined, text: source, problem: parsed.problem.message };
  return explainNode(parsed.tree, { text: source, from: 0, depth: 0, view });
}

interface Part {
  readonly text: string;
  /** Where the text begins in the source: the positions of nodes count from there. */
  readonly from: number;
  readonly depth: number;
  readonly view: ExpressionView;
}

const comparisons: ReadonlySet<string> = new Set(["=", "!=", "<", "<=", ">", ">=", "in"]);

function explainNode(node: Node, part: Part): ConditionExplanation {
  const { text, from, depth, view } = part;
  if (depth < maxDepth) {
    if (node.type === "block" && node.predicate === undefined) return explainBlock(node.expressions, part);
    if (node.type === "binary" && node.position !== undefined) {
      const end = node.position - from;
      const sides = [text.slice(0, end - node.value.length), text.slice(end)] as const;
      const isTold = text.slice(end - node.value.length, end) === node.value;
      if (isTold && (node.value === "and" || node.value === "or")) {
        const kind = node.value === "and" ? "And" : "Or";
        const left = explainNode(node.lhs, { ...part, text: sides[0], depth: depth + 1 });
        const right = explainNode(node.rhs, { ...part, text: sides[1], from: node.position, depth: depth + 1 });
        return { kind, matched: truthOf(text, view), rules: [...flat(kind, left), ...flat(kind, right)] };
      }
      if (isTold && comparisons.has(node.value)) {
        const [left, right] = [explainedPart(sides[0], view), explainedPart(sides[1], view)];
        return { kind: "comparison", operator: node.value, left, right, matched: truthOf(text, view) };
      }
    }
    const negated = explainNegation(node, part);
    if (negated !== undefined) return negated;
  }
  return { kind: "value", matched: truthOf(text, view), ...explainedPart(text, view) };
}

/** `a and b and c` is one combination of three. */
function flat(kind: "And" | "Or", rule: ConditionExplanation): readonly ConditionExplanation[] {
  return rule.kind === kind ? rule.rules : [rule];
}

function explainBlock(expressions: readonly Node[], part: Part): ConditionExplanation {
  const [only] = expressions;
  const open = part.text.indexOf("(");
  const close = part.text.lastIndexOf(")");
  const isParenthesized = part.text.slice(0, open).trim() === "" && part.text.slice(close + 1).trim() === "";
  if (only === undefined || expressions.length > 1 || open === -1 || close < open || !isParenthesized) {
    return { kind: "value", matched: truthOf(part.text, part.view), ...explainedPart(part.text, part.view) };
  }
  const text = part.text.slice(open + 1, close);
  return explainNode(only, { ...part, text, from: part.from + open + 1, depth: part.depth + 1 });
}

function explainNegation(node: Node, part: Part): ConditionExplanation | undefined {
  if (node.type !== "function" || node.predicate !== undefined || node.position === undefined) return undefined;
  const { procedure } = node;
  const [argument] = node.arguments;
  const close = part.text.lastIndexOf(")");
  const begin = node.position - part.from;
  const isNot = procedure.type === "variable" && procedure.value === "not" && node.arguments.length === 1;
  if (!isNot || argument === undefined || close < begin || part.text.slice(close + 1).trim() !== "") return undefined;
  const text = part.text.slice(begin, close);
  const rule = explainNode(argument, { ...part, text, from: node.position, depth: part.depth + 1 });
  return { kind: "Not", matched: truthOf(part.text, part.view), rules: [rule] };
}

function explainedPart(source: string, view: ExpressionView): ExplainedPart {
  const text = source.trim();
  const outcome = evaluated(text, view);
  if (outcome.kind === "value") return { text, value: outcome.value };
  if (outcome.kind === "nothing") return { text };
  const problem = "message" in outcome ? outcome.message : "It gives no JSON.";
  return { text, problem };
}

/** The truth of a part: as a Choice needs it, a boolean; within `and`, `or` and `$not`, whatever JSONata takes for true. */
function truthOf(text: string, view: ExpressionView): boolean | undefined {
  const outcome = evaluated(`$boolean((${text}))`, view);
  if (outcome.kind === "value") return outcome.value === true;
  return outcome.kind === "nothing" ? false : undefined;
}

function evaluated(text: string, { bindings, context }: ExpressionView) {
  const compiled = compileJsonata(text);
  if ("problem" in compiled) return { kind: "error", ...compiled.problem } as const;
  return evaluateJsonata(compiled.program, undefined, bindings, { ...context, work: undefined });
}

const mostReferences = 50;

/** The references of an expression that lead nowhere; those within lambdas and filters, whose data is their own, are left out. */
export function missingReferences(source: string, view: ExpressionView): readonly MissingReference[] {
  const parsed = parseExpression(source, unlimitedWork());
  if ("problem" in parsed) return [];
  const references = new Map<string, MissingReference>();
  for (const beginnings of referencesOf(parsed.tree, new Set(view.bindings.keys()))) {
    const missing = missingReference(beginnings, view);
    if (missing !== undefined && references.size < mostReferences) references.set(missing.text, missing);
  }
  return [...references.values()];
}

function missingReference(beginnings: readonly string[], view: ExpressionView): MissingReference | undefined {
  let found: MissingReference["found"];
  for (const text of beginnings) {
    const outcome = evaluated(text, view);
    if (outcome.kind !== "value") return { text: beginnings.at(-1) ?? text, found };
    found = { text, value: outcome.value };
  }
  return undefined;
}

/** The beginnings of every reference, the shortest first: `$states`, `$states.input`, `$states.input.order`. */
function referencesOf(node: Node, known: ReadonlySet<string>): readonly (readonly string[])[] {
  if (node.type === "lambda") return [];
  if (node.type === "path") return [...referenceOf(node, known), ...node.steps.flatMap((step) => inStep(step, known))];
  if (node.type === "variable" && known.has(node.value)) return [[`$${node.value}`]];
  return childrenOf(node).flatMap((child) => referencesOf(child, known));
}

/** Within a path, only calls and blocks at its head see what is around it. */
function inStep(step: Node, known: ReadonlySet<string>): readonly (readonly string[])[] {
  return step.type === "variable" ? [] : referencesOf(step, known);
}

function referenceOf({ steps }: PathNode, known: ReadonlySet<string>): readonly (readonly string[])[] {
  const [first] = steps;
  if (first?.type !== "variable" || !known.has(first.value)) return [];
  const beginnings = [`$${first.value}`];
  if (isBare(first)) {
    for (const step of steps.slice(1)) {
      if (step.type !== "name" || step.value.includes("`")) break;
      beginnings.push(
        `${beginnings.at(-1) ?? ""}.${/^[a-zA-Z_]\w*$/.test(step.value) ? step.value : `\`${step.value}\``}`,
      );
      if (!isBare(step)) break;
    }
  }
  return [beginnings];
}

function isBare({ stages, predicate, group, focus, index }: Node): boolean {
  return (
    stages === undefined && predicate === undefined && group === undefined && focus === undefined && index === undefined
  );
}
