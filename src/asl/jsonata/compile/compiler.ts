// What the parts of the compiler share: the shape of compiled code, and the handle through which a part compiles the
// nodes below its own without knowing the other parts.
import type { Frame, Scope } from "./scope.ts";
import { childrenOf, type Node } from "../syntax.ts";
import type { FunctionValue, Value } from "../values.ts";
import type { Run } from "../run.ts";

/** Compiled code: the context value, the variables' frame, the evaluation. */
export type Evaluate = (input: Value, frame: Frame, run: Run) => Value;

export type Compiler = {
  /** The built-in functions of the dialect. */
  readonly builtins: ReadonlyMap<string, FunctionValue>;
  /** A node with its filters and grouping, its sequence collapsed. */
  readonly compile: (node: Node, scope: Scope) => Evaluate;
  /** The patterns of the expression by their positions: the parser loses them where it copies its tree. */
  readonly patterns: ReadonlyMap<number, RegExp>;
  /** What one turn of a loop over this node costs: its number of nodes. */
  readonly costOf: (node: Node) => number;
};

export function patternsOf(tree: Node): ReadonlyMap<number, RegExp> {
  const patterns = new Map<number, RegExp>();
  const visit = (node: Node): void => {
    if (node.type === "regex" && node.value instanceof RegExp) patterns.set(node.position ?? -1, node.value);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(tree);
  return patterns;
}

export function newCostOf(): (node: Node) => number {
  const costs = new Map<Node, number>();
  const costOf = (node: Node): number => {
    const known = costs.get(node);
    if (known !== undefined) return known;
    const cost = childrenOf(node).reduce((total, child) => total + costOf(child), 1);
    costs.set(node, cost);
    return cost;
  };
  return costOf;
}
