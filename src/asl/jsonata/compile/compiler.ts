// The common ground of the compiler's parts: the shape of compiled code, and the handle through which a part compiles the
// nodes below its own without knowing the other parts.
import type { Frame, Scope } from "./scope.ts";
import { childrenOf, type Node } from "../syntax.ts";
import type { FunctionValue, Value, Run } from "../values.ts";

/** Compiled code: the context value, the variables' frame, the evaluation. */
export type Evaluate = (input: Value, frame: Frame, run: Run) => Value;

export type Compiler = {
  /** The expression's own text. */
  readonly source: string;
  /** The built-in functions of the dialect. */
  readonly builtins: ReadonlyMap<string, FunctionValue>;
  /** A node with its filters and grouping, its sequence collapsed. */
  readonly compile: (node: Node, scope: Scope) => Evaluate;
  /** A node that starts a nesting of its own, because it is evaluated where its function is called. */
  readonly compileBody: (node: Node, scope: Scope) => Evaluate;
  readonly levels: Levels;
  /** The patterns of the expression by their positions: the parser loses them where it copies its tree. */
  readonly patterns: ReadonlyMap<number, RegExp>;
  /** Takes the steps that compiling costs. @throws WorkExceeded */
  readonly pay: (steps: number) => void;
  /** The cost of one turn of a loop over this node: its number of nodes. */
  readonly costOf: (node: Node) => number;
};

/**
 * Where compiling stands in the nesting of nodes, which AWS bounds. The depth of a node within its body is known now, that
 * of the body when its function is called: a body as high as the levels that are left needs no further look.
 */
export class Levels {
  /** The level of the node being compiled, counted from its body, which is 1. */
  depth = 0;
  /** The deepest node so far. */
  height = 0;
  /** Whether every node checks the levels that are left. */
  readonly areChecked: boolean;

  constructor(areChecked: boolean) {
    this.areChecked = areChecked;
  }

  /** Compiles what is evaluated where the body itself is: a call in tail position. */
  atTop<Result>(compile: () => Result): Result {
    const { depth } = this;
    this.depth = 0;
    const result = compile();
    this.depth = depth;
    return result;
  }

  below<Result>(compile: () => Result): Result {
    this.depth += 1;
    this.height = Math.max(this.height, this.depth);
    const result = compile();
    this.depth -= 1;
    return result;
  }
}

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
