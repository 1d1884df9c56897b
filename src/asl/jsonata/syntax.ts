// From text to syntax tree: the `jsonata` package parses (its version is pinned), this file says what its tree looks like.
import jsonata from "jsonata";
import { checkBounds } from "./bounds.ts";
import { type Work, WorkExceeded } from "../work.ts";
import { JsonataFailure } from "./failures.ts";

export type Stage =
  { readonly type: "filter"; readonly expr: Node } | { readonly type: "index"; readonly value: string };

export type Pair = readonly [Node, Node];
export type Group = { readonly lhs: readonly Pair[]; readonly position?: number };
export type SortTerm = { readonly descending: boolean; readonly expression: Node };

/** Fields that any node may carry besides its own. */
type Common = {
  readonly position?: number;
  /** Filters of a node outside a path. */
  readonly predicate?: readonly Stage[];
  /** Filters and index bindings of a step of a path. */
  readonly stages?: readonly Stage[];
  readonly group?: Group;
  readonly keepArray?: boolean;
  readonly consarray?: boolean;
  /** The step binds variables: the path becomes a stream of tuples. */
  readonly tuple?: boolean;
  readonly focus?: string;
  readonly index?: string;
  readonly ancestor?: { readonly label: string };
};

export type PathNode = Common & {
  readonly type: "path";
  readonly steps: readonly Node[];
  readonly keepSingletonArray?: boolean;
};
export type BinaryNode = Common & {
  readonly type: "binary";
  readonly value: string;
  readonly lhs: Node;
  readonly rhs: Node;
};
export type ArrayNode = Common & { readonly type: "unary"; readonly value: "["; readonly expressions: readonly Node[] };
export type ObjectNode = Common & { readonly type: "unary"; readonly value: "{"; readonly lhs: readonly Pair[] };
export type NegationNode = Common & { readonly type: "unary"; readonly value: "-"; readonly expression: Node };
export type CallNode = Common & {
  readonly type: "function" | "partial";
  readonly procedure: Node;
  readonly arguments: readonly Node[];
};
export type LambdaNode = Common & {
  readonly type: "lambda";
  readonly arguments: readonly { readonly value: string }[];
  readonly signature?: { readonly definition: string };
  readonly body: Node;
  readonly thunk?: boolean;
};
export type TransformNode = Common & {
  readonly type: "transform";
  readonly pattern: Node;
  readonly update: Node;
  readonly delete?: Node;
};
export type ConditionNode = Common & {
  readonly type: "condition";
  readonly condition: Node;
  readonly then: Node;
  readonly else?: Node;
};
export type SortNode = Common & { readonly type: "sort"; readonly terms: readonly SortTerm[] };
export type LiteralNode = Common & {
  readonly type: "string" | "number" | "value";
  readonly value: null | boolean | number | string;
};
export type NamedNode = Common & { readonly type: "name" | "variable"; readonly value: string };
export type BlockNode = Common & { readonly type: "block"; readonly expressions: readonly Node[] };
export type BindNode = Common & { readonly type: "bind"; readonly lhs: NamedNode; readonly rhs: Node };
export type ApplyNode = Common & { readonly type: "apply"; readonly lhs: Node; readonly rhs: Node };
export type RegexNode = Common & { readonly type: "regex"; readonly value: unknown };
export type Node =
  | PathNode
  | BinaryNode
  | ArrayNode
  | ObjectNode
  | NegationNode
  | CallNode
  | LambdaNode
  | TransformNode
  | ConditionNode
  | SortNode
  | LiteralNode
  | NamedNode
  | BlockNode
  | BindNode
  | ApplyNode
  | RegexNode
  | (Common & { readonly type: "parent"; readonly slot: { readonly label: string } })
  | (Common & { readonly type: "wildcard" | "descendant" })
  /** The `?` of a partial application. */
  | (Common & { readonly type: "operator"; readonly value: string });

export type ParseProblem = { readonly code: string; readonly message: string; readonly position: number };

/** @throws WorkExceeded */
export function parseExpression(
  text: string,
  work: Work,
): { readonly tree: Node } | { readonly problem: ParseProblem } {
  try {
    checkBounds(text, work);
    return { tree: jsonata(text).ast() as unknown as Node };
  } catch (error) {
    return { problem: decodeProblem(error, text) };
  }
}

/** The parser throws objects with code, position and message; the platform's own errors come from what it builds on. */
function decodeProblem(error: unknown, text: string): ParseProblem {
  if (error instanceof WorkExceeded) throw error;
  if (error instanceof JsonataFailure) return { code: error.code, message: error.text, position: error.position ?? 0 };
  if (error instanceof RangeError) return decodeProblem(new JsonataFailure("S0502", {}), text);
  if (error instanceof SyntaxError) {
    // The pattern of a regular expression, which the parser hands to the platform.
    return decodeProblem(new JsonataFailure("S0300", { message: error.message }), text);
  }
  const { code, message, position } = error as { code?: string; message?: string; position?: number };
  if (code === undefined) throw error;
  return { code, message: message ?? code, position: position ?? text.length };
}

/** The nodes directly below a node, whatever its kind, lambdas' bodies included. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [...ownChildrenOf(node)];
  for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
    if (stage.type === "filter") children.push(stage.expr);
  }
  for (const pair of node.group?.lhs ?? []) children.push(...pair);
  return children;
}

function ownChildrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case "path":
      return node.steps;
    case "binary":
    case "bind":
    case "apply":
      return [node.lhs, node.rhs];
    case "unary":
      if (node.value === "[") return node.expressions;
      return node.value === "{" ? node.lhs.flat() : [node.expression];
    case "function":
    case "partial":
      return [node.procedure, ...node.arguments];
    case "lambda":
      return [node.body];
    case "transform":
      return [node.pattern, node.update, ...(node.delete === undefined ? [] : [node.delete])];
    case "condition":
      return [node.condition, node.then, ...(node.else === undefined ? [] : [node.else])];
    case "sort":
      return node.terms.map((term) => term.expression);
    case "block":
      return node.expressions;
    default:
      return [];
  }
}
