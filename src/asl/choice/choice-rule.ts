// Choice rules of JSONPath states: `And`, `Or`, `Not` and comparisons, compiled once. A type mismatch makes a comparison
// false; only a path that names nothing is an error, and `IsPresent` asks about just that.
import { isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import { compileJsonPath, type JsonPath, type PathScope, workOf } from "../jsonpath/jsonpath.ts";
import { unlimitedWork, type Work } from "../work.ts";
import { comparisonOperators, type ComparisonOperator, type Test } from "./comparison-operator.ts";

export type ChoiceRuleOutcome =
  | { readonly ok: true; readonly matched: boolean }
  | { readonly ok: false; readonly path: string; readonly message: string };

/** Why a rule came out as it did: its comparisons with what they saw, in the shape of the rule. */
export type ChoiceRuleExplanation =
  | {
      readonly kind: "And" | "Or" | "Not";
      readonly matched: boolean | undefined;
      readonly rules: readonly ChoiceRuleExplanation[];
    }
  | {
      readonly kind: "comparison";
      readonly operator: string;
      readonly variable: string;
      /** The value that `Variable` named; absent when it named nothing. */
      readonly value?: Json;
      /** The value that it was compared with; absent when a `...Path` named nothing. */
      readonly operand?: Json;
      /** `undefined` when the comparison would fail the execution. */
      readonly matched: boolean | undefined;
    };

export type ChoiceRule = {
  /** @throws WorkExceeded */
  evaluate(scope: PathScope): ChoiceRuleOutcome;
  /** @throws WorkExceeded */
  explain(scope: PathScope): ChoiceRuleExplanation;
};

type Problem = { readonly location: string; readonly message: string };

type Operand = { readonly kind: "value"; readonly value: Json } | { readonly kind: "path"; readonly path: JsonPath };

type Node =
  | { readonly kind: "And" | "Or"; readonly rules: readonly Node[] }
  | { readonly kind: "Not"; readonly rules: readonly [Node] }
  | {
      readonly kind: "comparison";
      readonly variable: JsonPath;
      readonly name: string;
      readonly operator: ComparisonOperator;
      readonly operand: Operand;
      /** The comparison with an operand that is known already. */
      readonly test: Test | undefined;
    };

type Compilation = { readonly problems: Problem[]; readonly work: Work };

/** Far deeper than any rule a person writes. */
const maxDepth = 100;
/** Members of a rule that are not operators. */
const otherMembers: ReadonlySet<string> = new Set(["Variable", "Next", "Comment", "Assign", "Output"]);

/**
 * @param location `/States/S/Choices[0]`, the prefix of every problem's location
 * @throws WorkExceeded
 */
export function compileChoiceRule(
  rule: JsonObject,
  location: string,
  work = unlimitedWork(),
): { readonly rule: ChoiceRule } | { readonly problems: readonly Problem[] } {
  const compilation: Compilation = { problems: [], work };
  const node = compileRule(rule, { location, depth: 0 }, compilation);
  if (node === undefined || compilation.problems.length > 0) return { problems: compilation.problems };
  return {
    rule: {
      evaluate: (scope) => evaluateRule(node, { ...scope, work: workOf(scope) }),
      explain: (scope) => explainRule(node, { ...scope, work: workOf(scope) }),
    },
  };
}

/** Measured. */
const stepsPerRule = 20;

type Place = { readonly location: string; readonly depth: number };

function compileRule(rule: Json, place: Place, compilation: Compilation): Node | undefined {
  const { location, depth } = place;
  compilation.work.pay(stepsPerRule + location.length);
  if (!isJsonObject(rule)) return problem(compilation, location, "Choice rule must be a JSON object");
  if (depth > maxDepth)
    return problem(compilation, location, `Choice rule is nested more than ${maxDepth} levels deep`);
  if (depth > 0 && Object.hasOwn(rule, "Next")) {
    problem(compilation, `${location}/Next`, "Field is not supported in a nested choice rule");
  }
  const operators = Object.keys(rule).filter((name) => !otherMembers.has(name));
  const [name] = operators;
  if (name === undefined || operators.length > 1) {
    return problem(compilation, location, "Choice rule must have exactly one comparison operator");
  }
  if (name === "And" || name === "Or") return compileRules(rule, { ...place, name }, compilation);
  if (name === "Not") {
    const inner = compileRule(
      memberOf(rule, name) ?? null,
      { location: `${location}/Not`, depth: depth + 1 },
      compilation,
    );
    return inner && { kind: "Not", rules: [inner] };
  }
  return compileComparison(rule, { location, name }, compilation);
}

function problem({ problems }: Compilation, location: string, message: string): undefined {
  problems.push({ location, message });
  return undefined;
}

type Composite = Place & { readonly name: "And" | "Or" };

function compileRules(
  rule: JsonObject,
  { location, depth, name }: Composite,
  compilation: Compilation,
): Node | undefined {
  const parts = memberOf(rule, name);
  if (!Array.isArray(parts)) return problem(compilation, `${location}/${name}`, "Expected value of type Array");
  if (parts.length === 0) return problem(compilation, `${location}/${name}`, "Value cannot be empty");
  const rules = parts.flatMap((part: Json, i) => {
    const node = compileRule(part, { location: `${location}/${name}[${i}]`, depth: depth + 1 }, compilation);
    return node === undefined ? [] : [node];
  });
  return { kind: name, rules };
}

type Named = { readonly location: string; readonly name: string };

function compileComparison(rule: JsonObject, { location, name }: Named, compilation: Compilation): Node | undefined {
  const isPathForm = name.endsWith("Path");
  const operator = comparisonOperators.get(isPathForm ? name.slice(0, -"Path".length) : name);
  if (operator === undefined || (isPathForm && !operator.hasPathForm)) {
    return problem(compilation, `${location}/${name}`, "Field is not supported");
  }
  const variable = compilePath(memberOf(rule, "Variable"), `${location}/Variable`, compilation);
  const given = memberOf(rule, name) ?? null;
  const operand = isPathForm
    ? compileOperandPath(given, `${location}/${name}`, compilation)
    : compileOperandValue(given, { operator, location: `${location}/${name}` }, compilation);
  if (variable === undefined || operand === undefined) return undefined;
  const test = operand.kind === "value" ? operator.test(operand.value, compilation.work) : undefined;
  return { kind: "comparison", variable, name, operator, operand, test };
}

function compilePath(text: Json | undefined, location: string, compilation: Compilation): JsonPath | undefined {
  if (typeof text !== "string") return problem(compilation, location, "Value is not a Reference Path");
  const compiled = compileJsonPath(text, compilation.work);
  if ("problem" in compiled)
    return problem(compilation, location, `Value is not a Reference Path: ${compiled.problem}`);
  const { path } = compiled;
  return path;
}

function compileOperandPath(text: Json, location: string, compilation: Compilation): Operand | undefined {
  const path = compilePath(text, location, compilation);
  return path && { kind: "path", path };
}

type Expected = { readonly operator: ComparisonOperator; readonly location: string };

function compileOperandValue(
  value: Json,
  { operator, location }: Expected,
  compilation: Compilation,
): Operand | undefined {
  if (operator.test(value, compilation.work) !== undefined) return { kind: "value", value };
  return problem(compilation, location, operator.operandProblem);
}

type PayingScope = PathScope & { readonly work: Work };

function evaluateRule(node: Node, scope: PayingScope): ChoiceRuleOutcome {
  scope.work.pay(2);
  switch (node.kind) {
    case "And":
    case "Or": {
      const decisive = node.kind === "Or";
      for (const rule of node.rules) {
        const outcome = evaluateRule(rule, scope);
        if (!outcome.ok || outcome.matched === decisive) return outcome;
      }
      return { ok: true, matched: !decisive };
    }
    case "Not": {
      const outcome = evaluateRule(node.rules[0], scope);
      return outcome.ok ? { ok: true, matched: !outcome.matched } : outcome;
    }
    case "comparison":
      return evaluateComparison(node, scope);
  }
}

type ComparisonNode = Extract<Node, { readonly kind: "comparison" }>;

function evaluateComparison(node: ComparisonNode, scope: PayingScope): ChoiceRuleOutcome {
  const value = node.variable.read(scope);
  if (node.name === "IsPresent") return { ok: true, matched: value.found === (node.test?.(true, scope.work) ?? true) };
  if (!value.found) return missing(node.variable);
  if (node.test !== undefined) return { ok: true, matched: node.test(value.value, scope.work) };
  const operand = readOperand(node, scope);
  if (operand === undefined) return missing(node.operand.kind === "path" ? node.operand.path : node.variable);
  // An operand of another type than the operator compares makes the comparison false, as the variable's would.
  return { ok: true, matched: node.operator.test(operand, scope.work)?.(value.value, scope.work) ?? false };
}

function readOperand({ operand, operator }: ComparisonNode, scope: PayingScope): Json | undefined {
  if (operand.kind === "value") return operand.value;
  const result = operand.path.read(scope);
  if (result.found && typeof result.value === "string") scope.work.pay(1 + (result.value.length >> 1));
  return result.found ? operator.fromPath(result.value) : undefined;
}

function missing({ source }: JsonPath): ChoiceRuleOutcome {
  const message = `Invalid path '${source}': The choice state's condition path references an invalid value.`;
  return { ok: false, path: source, message };
}

function explainRule(node: Node, scope: PayingScope): ChoiceRuleExplanation {
  const outcome = evaluateRule(node, scope);
  const matched = outcome.ok ? outcome.matched : undefined;
  if (node.kind !== "comparison") {
    return { kind: node.kind, matched, rules: node.rules.map((rule) => explainRule(rule, scope)) };
  }
  const value = node.variable.read(scope);
  const operand = readOperand(node, scope);
  return {
    kind: "comparison",
    operator: node.name,
    variable: node.variable.source,
    ...(value.found && { value: value.value }),
    ...(operand !== undefined && { operand }),
    matched,
  };
}
