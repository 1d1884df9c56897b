// References of an expression to what is outside itself, read from its syntax tree: variables, members of `$states`, and the
// input at top level, where AWS has none.
import { childrenOf, type Node, type PathNode } from "./syntax.ts";

export type JsonataReferences = {
  /** Free variables without their `$`, `states` among them; built-in functions are not. */
  readonly variables: ReadonlySet<string>;
  /** The second steps of `$states.…`: `input`, `context`, `result`, `errorOutput`. */
  readonly statesMembers: ReadonlySet<string>;
  /** `$`, `$$` or a bare path outside any filter, step or function: AWS refuses it. */
  readonly usesTopLevelInput: boolean;
};

export function referencesOf(tree: Node, builtins: ReadonlyMap<string, unknown>): JsonataReferences {
  const variables = new Set<string>();
  const statesMembers = new Set<string>();
  let usesTopLevelInput = false;

  const visit = (node: Node, bound: Bound | undefined, place: "top level" | "inside"): void => {
    if (place === "top level" && isInput(node)) usesTopLevelInput = true;
    const isVariable = node.type === "variable" && node.value !== "" && node.value !== "$";
    if (isVariable && !isBound(node.value, bound) && !builtins.has(node.value)) variables.add(node.value);
    if (node.type === "path") {
      const member = statesMember(node);
      if (member !== undefined && !isBound("states", bound)) statesMembers.add(member);
    }
    const inside = new Set(insideOf(node));
    const own = namesBoundBy(node);
    const names = own.length === 0 ? bound : { names: new Set(own), outer: bound };
    for (const child of childrenOf(node)) visit(child, names, inside.has(child) ? "inside" : place);
  };
  visit(tree, undefined, "top level");
  return { variables, statesMembers, usesTopLevelInput };
}

/** Names bound around a node, the nearest first. */
type Bound = { readonly names: ReadonlySet<string>; readonly outer: Bound | undefined };

function isBound(name: string, bound: Bound | undefined): boolean {
  for (let at = bound; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

function isInput(node: Node): boolean {
  if (node.type === "variable") return node.value === "" || node.value === "$";
  return node.type === "name" || node.type === "wildcard" || node.type === "descendant" || node.type === "parent";
}

function statesMember({ steps: [first, second] }: PathNode): string | undefined {
  const isStates = first?.type === "variable" && first.value === "states";
  return isStates && second?.type === "name" ? second.value : undefined;
}

/** The children whose context is not the node's own: later steps, filters, sort terms, groups, lambdas, transforms. */
function insideOf(node: Node): readonly Node[] {
  const filters = [...(node.predicate ?? []), ...(node.stages ?? [])].flatMap((stage) =>
    stage.type === "filter" ? [stage.expr] : [],
  );
  const outside = [...filters, ...(node.group?.lhs.flat() ?? [])];
  if (node.type === "path") return [...outside, ...node.steps.slice(1)];
  if (node.type === "lambda") return node.thunk === true ? outside : [...outside, node.body];
  return node.type === "transform" || node.type === "sort" ? childrenOf(node) : outside;
}

/** Names visible below a node: parameters, what a block or lambda body assigns, what a path's steps bind. */
function namesBoundBy(node: Node): readonly string[] {
  switch (node.type) {
    case "lambda":
      return [...node.arguments.map(({ value }) => value), ...assignedIn([node.body])];
    case "block":
      return assignedIn(node.expressions);
    case "bind":
      return [node.lhs.value];
    case "path":
      return node.steps.flatMap((step) => [
        ...[step.focus, step.index].filter((name) => name !== undefined),
        ...(step.stages ?? []).flatMap((stage) => (stage.type === "index" ? [stage.value] : [])),
      ]);
    default:
      return [];
  }
}

function assignedIn(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => {
    const isScope = node.type === "block" || (node.type === "lambda" && node.thunk !== true);
    const own = node.type === "bind" ? [node.lhs.value] : [];
    return isScope ? own : [...own, ...assignedIn(childrenOf(node))];
  });
}
