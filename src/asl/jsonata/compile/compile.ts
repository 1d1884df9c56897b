// The compiler: each kind of node becomes a closure, once; evaluating is calling closures.
import {
  compileApply,
  compileCall,
  compileLambda,
  compilePartial,
  compileRegexLiteral,
  compileVariable,
} from "./calls.ts";
import { compileArray, compileGroup, compileObject, compileTupleGroup } from "./objects.ts";
import { compileBinary, compileNegation } from "./operators.ts";
import { compilePath } from "./paths.ts";
import { compileFilter, type Filter } from "./steps.ts";
import { lookup } from "../lookup.ts";
import { compileTransform } from "./transform.ts";
import { compileTupleFilter } from "./tuples.ts";
import { descendants, wildcard } from "./wildcards.ts";
import { type Compiler, type Evaluate, Levels, newCostOf, patternsOf } from "./compiler.ts";
import { isTrue } from "../conversions.ts";
import { fail } from "../failures.ts";
import { boundNames, Scope } from "./scope.ts";
import type { ExactNumber } from "../../json.ts";
import type { Work } from "../../work.ts";
import { longOf } from "../numbers/aws-number.ts";
import { addMark, collapsed, hasMark, Mark } from "../sequences.ts";
import type { BindNode, BlockNode, ConditionNode, LiteralNode, Node } from "../syntax.ts";
import { type FunctionValue, isArray } from "../values.ts";

/** Compiles a whole expression; it is to be evaluated in a frame of the scope given back. */
export function compileTree(
  tree: Node,
  { source, builtins, work }: { readonly source: string; readonly builtins: Builtins; readonly work: Work },
): CompiledTree {
  const scope = new Scope(undefined, boundNames([tree]));
  const pay = (steps: number): void => work.pay(steps);
  const shared = { pay, source, builtins, costOf: newCostOf(), patterns: patternsOf(tree), bodies: new Map() };
  return { evaluate: compileBody(tree, scope, shared), scope, cost: shared.costOf(tree) };
}

type Builtins = ReadonlyMap<string, FunctionValue>;
export type CompiledTree = { readonly evaluate: Evaluate; readonly scope: Scope; readonly cost: number };

type Shared = Pick<Compiler, "source" | "builtins" | "costOf" | "patterns" | "pay"> & {
  /** A body that is met again, in code that is compiled again, finds the same variables at the same places. */
  readonly bodies: Map<Node, Evaluate>;
};

/** A body is compiled again, with checks, when it is first evaluated where its height may not fit. */
function compileBody(node: Node, scope: Scope, shared: Shared): Evaluate {
  const known = shared.bodies.get(node);
  if (known !== undefined) return known;
  const levels = new Levels(false);
  const paid = { ...shared, pay: () => {} };
  const evaluate = newCompiler(shared, levels).compile(node, scope);
  const { height } = levels;
  let checked: Evaluate | undefined;
  const body: Evaluate = (input, frame, run) => {
    if (height <= run.levelsLeft) return evaluate(input, frame, run);
    checked ??= newCompiler(paid, new Levels(true)).compile(node, scope);
    return checked(input, frame, run);
  };
  shared.bodies.set(node, body);
  return body;
}

/** Measured. A body whose levels must be checked is compiled once more, when that is first found: nobody pays again. */
const stepsPerNode = 40;

function newCompiler(shared: Shared, levels: Levels): Compiler {
  const compiler: Compiler = {
    ...shared,
    levels,
    compileBody: (node, scope) => compileBody(node, scope, shared),
    compile: (node, scope) =>
      levels.below(() => {
        shared.pay(stepsPerNode);
        const evaluate = compileNode(node, scope, compiler);
        const { depth } = levels;
        if (!levels.areChecked) return evaluate;
        return (input, frame, run) => {
          run.checkLevels(depth);
          return evaluate(input, frame, run);
        };
      }),
  };
  return compiler;
}

function compileNode(node: Node, scope: Scope, compiler: Compiler): Evaluate {
  const isFiltered = node.predicate !== undefined || (node.group !== undefined && node.type !== "path");
  const evaluate = compileKind(isFiltered ? withoutTailCalls(node) : node, scope, compiler);
  if (isPlain(node) && !isFiltered) return evaluate;
  const keepsArray = node.keepArray === true;
  if (!isFiltered && !keepsArray) return (input, frame, run) => collapsed(evaluate(input, frame, run));
  const filters = (node.predicate ?? []).map((stage): Filter => {
    if (stage.type === "index") return (value) => value;
    return node.tuple === true
      ? compileTupleFilter(stage.expr, scope, compiler)
      : compileFilter(stage.expr, scope, compiler);
  });
  const compileGrouping = node.tuple === true ? compileTupleGroup : compileGroup;
  const group =
    node.group === undefined || node.type === "path" ? undefined : compileGrouping(node.group, scope, compiler);
  return (input, frame, run) => {
    let value = evaluate(input, frame, run);
    for (const filter of filters) value = filter(value, frame, run);
    if (group !== undefined) value = group(value, frame, run);
    if (keepsArray && !hasMark(value, Mark.tuples)) addMark(value, Mark.keepSingleton);
    return collapsed(value);
  };
}

/** Kinds whose value is never a sequence still to collapse. */
function isPlain(node: Node): boolean {
  if (node.keepArray === true) return false;
  switch (node.type) {
    case "string":
    case "number":
    case "value":
    case "lambda":
    case "transform":
    case "regex":
    case "unary":
      return true;
    case "binary":
      return node.value !== "..";
    default:
      return false;
  }
}

function compileKind(node: Node, scope: Scope, compiler: Compiler): Evaluate {
  switch (node.type) {
    case "path":
      return compilePath(node, scope, compiler);
    case "binary":
      return compileBinary(node, scope, compiler);
    case "unary":
      if (node.value === "[") return compileArray(node, scope, compiler);
      return node.value === "{" ? compileObject(node, scope, compiler) : compileNegation(node, scope, compiler);
    case "name":
      return (input, _frame, run) => lookup(input, node.value, run);
    case "string":
    case "value":
      return () => node.value;
    case "number": {
      const value = longLiteral(node, compiler.source) ?? node.value;
      return () => value;
    }
    case "wildcard":
      return (input, _frame, run) => wildcard(input, run);
    case "descendant":
      return (input, _frame, run) => descendants(input, run);
    case "parent":
      return compileVariable(node.slot.label, scope, compiler);
    case "condition":
      return compileCondition(node, scope, compiler);
    case "block":
      return compileBlock(node, scope, compiler);
    case "bind":
      return compileBind(node, scope, compiler);
    case "regex":
      return compileRegexLiteral(node, compiler);
    case "function":
      return compileCall(node, scope, compiler);
    case "variable":
      return compileReference(node.value, scope, compiler);
    case "lambda":
      return compileLambda(node, scope, compiler);
    case "partial":
      return compilePartial(node, scope, compiler);
    case "apply":
      return compileApply(node, scope, compiler);
    case "transform":
      return compileTransform(node, scope, compiler);
    case "sort":
    case "operator":
      return fail("S0206", { position: node.position, token: node.type });
  }
}

/** A whole number that the parser's double does not hold exactly, and a Java long does. */
function longLiteral(node: LiteralNode, source: string): ExactNumber | undefined {
  if (typeof node.value !== "number" || Number.isSafeInteger(node.value) || !Number.isInteger(node.value))
    return undefined;
  const end = node.position ?? 0;
  let start = end;
  while (start > 0 && isDigit(source.charCodeAt(start - 1))) start -= 1;
  const digits = source.slice(start, end);
  return longOf(node.value < 0 ? `-${digits}` : digits);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `$` is the context, `$$` the input; other names are variables. */
function compileReference(name: string, scope: Scope, compiler: Compiler): Evaluate {
  if (name === "") return (input) => (isArray(input) && hasMark(input, Mark.outerWrapper) ? input[0] : input);
  if (name === "$") return (_input, _frame, run) => run.root;
  return compileVariable(name, scope, compiler);
}

function compileCondition(node: ConditionNode, scope: Scope, compiler: Compiler): Evaluate {
  const condition = compiler.compile(node.condition, scope);
  const then = compiler.compile(node.then, scope);
  const otherwise = node.else === undefined ? undefined : compiler.compile(node.else, scope);
  return (input, frame, run) =>
    isTrue(condition(input, frame, run), run) ? then(input, frame, run) : otherwise?.(input, frame, run);
}

function compileBlock(node: BlockNode, scope: Scope, compiler: Compiler): Evaluate {
  const names = boundNames(node.expressions);
  const inner = names.length === 0 ? scope : new Scope(scope, names);
  const expressions = node.expressions.map((expression) => compiler.compile(expression, inner));
  const [only] = expressions;
  if (expressions.length === 1 && only !== undefined && inner === scope) return only;
  return (input, frame, run) => {
    const blockFrame = inner === scope ? frame : inner.newFrame(frame);
    let value = undefined as ReturnType<Evaluate>;
    for (let i = 0; i < expressions.length; i++) value = expressions[i]?.(input, blockFrame, run);
    return value;
  };
}

function compileBind(node: BindNode, scope: Scope, compiler: Compiler): Evaluate {
  const value = compiler.compile(node.rhs, scope);
  const slot = scope.slots.get(node.lhs.value);
  return (input, frame, run) => {
    const bound = value(input, frame, run);
    if (slot !== undefined) frame.slots[slot] = bound;
    return bound;
  };
}

/** The node with its tail calls as plain calls: their values are still to be filtered or grouped. */
function withoutTailCalls(node: Node): Node {
  if (node.type === "lambda" && node.thunk === true) return node.body;
  if (node.type === "condition") {
    const then = withoutTailCalls(node.then);
    return node.else === undefined ? { ...node, then } : { ...node, then, else: withoutTailCalls(node.else) };
  }
  if (node.type !== "block") return node;
  const last = node.expressions.at(-1);
  return last === undefined
    ? node
    : { ...node, expressions: [...node.expressions.slice(0, -1), withoutTailCalls(last)] };
}
