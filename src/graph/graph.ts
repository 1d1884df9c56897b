// The graph of a state machine, read from its parsed definition as it is. A live editor draws unfinished definitions, so
// nothing here throws: what is there is drawn, and what is wrong carries a `problem`. Node and edge ids are JSON Pointers.
import { isJsonArray, isJsonObject, memberOf, type Json, type JsonObject } from "../asl/json.ts";
import { choiceRuleLabel } from "./choice-label.ts";
import { stateSubLabel } from "./state-label.ts";
import { type StateType, stateTypes } from "./state-type.ts";
import { cleanText } from "./text-size.ts";

/** `Missing` stands for a transition target that no state of the scope has; `Unknown` for a state without a valid Type. */
export type NodeType = StateType | "Start" | "End" | "Missing" | "Unknown";
export type EdgeKind = "next" | "choice" | "default" | "catch";

export type GraphNode = {
  /** JSON Pointer of the state, such as `/States/Pack/ItemProcessor/States/Weigh`; unique in the graph. */
  readonly id: string;
  /** The state's name exactly as in the definition; empty for Start and End. */
  readonly name: string;
  readonly type: NodeType;
  /** One line of text to show: the name without line breaks and of bounded length. */
  readonly label: string;
  /** The work of the state in a few words: `DynamoDB: PutItem`, `10 seconds`. */
  readonly subLabel: string;
  /** The id of the scope the node lies in. */
  readonly scope: string;
  readonly hasRetry: boolean;
  readonly problem: string | undefined;
};

export type GraphEdge = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** The choice rule, `default`, the error names of a catcher, or empty. */
  readonly label: string;
  readonly scope: string;
};

/** One `States` object: the machine itself (id empty, no owner), a branch of a Parallel state or the processor of a Map. */
export type GraphScope = {
  readonly id: string;
  /** The id of the Map or Parallel node it lies in. */
  readonly owner: string | undefined;
  readonly label: string;
};

export type Graph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly scopes: readonly GraphScope[];
  /** Whether the definition is larger than what is drawn. */
  readonly isTruncated: boolean;
};

/** Most nodes, edges and levels of nested scopes that are drawn. */
export const graphLimits = { nodes: 6_000, edges: 18_000, depth: 16 } as const;

type Draft = { nodes: GraphNode[]; edges: GraphEdge[]; scopes: GraphScope[]; isTruncated: boolean };
type ScopeSource = GraphScope & { readonly value: Json | undefined; readonly depth: number };
type StateSource = { readonly id: string; readonly name: string; readonly value: Json | undefined };
type Transition = {
  readonly path: string;
  readonly kind: EdgeKind;
  readonly label: string;
  readonly target: Json | undefined;
};

/** The nodes, edges and scopes of a definition. Total: any JSON value gives a graph. */
export function graphOf(definition: Json): Graph {
  const draft: Draft = { nodes: [], edges: [], scopes: [], isTruncated: false };
  addScope(draft, { id: "", owner: undefined, label: "", value: definition, depth: 0 });
  return draft;
}

function addScope(draft: Draft, source: ScopeSource): void {
  const { id, owner, label, value } = source;
  draft.scopes.push({ id, owner, label });
  const start = pseudoNode(id, "Start", startProblem(value));
  draft.nodes.push(start);
  if (!isJsonObject(value)) return;
  const found = memberOf(value, "States");
  const states = isJsonObject(found) ? found : {};
  const drawn = addStates(draft, source, states);
  const connect = connector(draft, { scope: id, states, drawn });
  const startAt = memberOf(value, "StartAt");
  if (startAt !== undefined) connect(start.id, { path: "/Next", kind: "next", label: "", target: startAt });
  for (const state of drawn.values()) {
    if (!isJsonObject(state.value)) continue;
    for (const transition of transitionsOf(state.value)) connect(state.id, transition);
    if (leadsToEnd(state.value)) connect(state.id, { path: "/End", kind: "next", label: "", target: undefined });
  }
}

/** Adds the states of a scope and what lies inside them, until the graph is full. */
function addStates(draft: Draft, scope: ScopeSource, states: JsonObject): ReadonlyMap<string, StateSource> {
  const drawn = new Map<string, StateSource>();
  for (const [index, name] of Object.keys(states).entries()) {
    if (draft.nodes.length >= graphLimits.nodes) {
      draft.isTruncated = true;
      break;
    }
    const state = { id: `${scope.id}/States/${segmentOf(name, index)}`, name, value: memberOf(states, name) };
    const inner = innerScopesOf(state, scope.depth + 1);
    const isTooDeep = inner.length > 0 && scope.depth + 1 > graphLimits.depth;
    draft.nodes.push(stateNode(state, { scope: scope.id, hasInner: inner.length > 0, isTooDeep }));
    drawn.set(name, state);
    for (const [at, source] of isTooDeep ? [] : inner.entries()) {
      if (at > 0 && draft.nodes.length >= graphLimits.nodes) draft.isTruncated = true;
      else addScope(draft, source);
    }
  }
  return drawn;
}

function connector(
  draft: Draft,
  context: {
    readonly scope: string;
    readonly states: JsonObject;
    readonly drawn: ReadonlyMap<string, StateSource>;
  },
): (from: string, transition: Transition) => void {
  const { scope, states, drawn } = context;
  const missing = new Map<string, string>();
  let end: GraphNode | undefined;

  function targetId(target: Json | undefined): string | undefined {
    if (target === undefined) {
      if (end === undefined) draft.nodes.push((end = pseudoNode(scope, "End", undefined)));
      return end.id;
    }
    if (typeof target !== "string") return undefined;
    const known = drawn.get(target)?.id ?? missing.get(target);
    if (known !== undefined) return known;
    if (Object.hasOwn(states, target)) return undefined; // A state that was left out of a graph that is full.
    const node = missingNode(scope, target, missing.size);
    missing.set(target, node.id);
    draft.nodes.push(node);
    return node.id;
  }

  return (from, { path, kind, label, target }) => {
    if (draft.edges.length >= graphLimits.edges) {
      draft.isTruncated = true;
      return;
    }
    const to = targetId(target);
    if (to !== undefined) draft.edges.push({ id: `${from}${path}`, from, to, kind, label, scope });
  };
}

/** The ways from a state to another, whatever its Type says: a wrong field is drawn too. */
function transitionsOf(state: JsonObject): readonly Transition[] {
  const transitions: Transition[] = [];
  for (const [index, rule] of elementsOf(state, "Choices").entries()) {
    const target = isJsonObject(rule) ? memberOf(rule, "Next") : undefined;
    if (target !== undefined) {
      transitions.push({ path: `/Choices/${index}`, kind: "choice", label: choiceRuleLabel(rule), target });
    }
  }
  const fallback = memberOf(state, "Default");
  if (fallback !== undefined)
    transitions.push({ path: "/Default", kind: "default", label: "default", target: fallback });
  const next = memberOf(state, "Next");
  if (next !== undefined) transitions.push({ path: "/Next", kind: "next", label: "", target: next });
  for (const [index, catcher] of elementsOf(state, "Catch").entries()) {
    const target = isJsonObject(catcher) ? memberOf(catcher, "Next") : undefined;
    if (isJsonObject(catcher) && target !== undefined) {
      transitions.push({ path: `/Catch/${index}`, kind: "catch", label: errorNames(catcher), target });
    }
  }
  return transitions;
}

function errorNames(catcher: JsonObject): string {
  const names = elementsOf(catcher, "ErrorEquals").filter((name) => typeof name === "string");
  return cleanText(names.slice(0, 20).join(", "));
}

function leadsToEnd(state: JsonObject): boolean {
  return memberOf(state, "End") === true || memberOf(state, "Type") === "Succeed";
}

function innerScopesOf(state: StateSource, depth: number): readonly ScopeSource[] {
  if (!isJsonObject(state.value)) return [];
  const owner = state.id;
  const type = memberOf(state.value, "Type");
  if (type === "Parallel") {
    return elementsOf(state.value, "Branches").map((value, index) => {
      return { id: `${owner}/Branches/${index}`, owner, label: branchLabel(value, index), value, depth };
    });
  }
  if (type !== "Map") return [];
  const field = memberOf(state.value, "ItemProcessor") === undefined ? "Iterator" : "ItemProcessor";
  const value = memberOf(state.value, field);
  return value === undefined ? [] : [{ id: `${owner}/${field}`, owner, label: "Each item", value, depth }];
}

function branchLabel(branch: Json, index: number): string {
  const comment = isJsonObject(branch) ? memberOf(branch, "Comment") : undefined;
  return typeof comment === "string" && comment !== "" ? cleanText(comment) : `Branch ${index + 1}`;
}

function stateNode(
  state: StateSource,
  found: { readonly scope: string; readonly hasInner: boolean; readonly isTooDeep: boolean },
): GraphNode {
  const { id, name, value } = state;
  const fields = isJsonObject(value) ? value : {};
  const type = stateTypes.find((known) => known === memberOf(fields, "Type")) ?? "Unknown";
  return {
    id,
    name,
    type,
    label: cleanText(name) || "(no name)",
    subLabel: type === "Unknown" ? "Unknown type" : stateSubLabel(type, fields),
    scope: found.scope,
    hasRetry: elementsOf(fields, "Retry").length > 0,
    problem: found.isTooDeep
      ? "What is inside is nested too deeply to draw."
      : stateProblem(value, type, found.hasInner),
  };
}

function stateProblem(value: Json | undefined, type: StateType | "Unknown", hasInner: boolean): string | undefined {
  if (!isJsonObject(value)) return "The state is not an object.";
  if (type === "Unknown")
    return memberOf(value, "Type") === undefined ? "Type is missing." : "Type is not a state type.";
  if (type === "Map" && !hasInner) return "ItemProcessor is missing.";
  if (type === "Parallel" && !hasInner) return "Branches is missing or empty.";
  if (type === "Choice") return elementsOf(value, "Choices").length === 0 ? "Choices is missing or empty." : undefined;
  if (type === "Succeed" || type === "Fail") return undefined;
  const next = memberOf(value, "Next");
  if (next === undefined) return leadsToEnd(value) ? undefined : "Next or End is missing.";
  return typeof next === "string" ? undefined : "Next is not the name of a state.";
}

function startProblem(scope: Json | undefined): string | undefined {
  if (!isJsonObject(scope)) return "The definition is not an object.";
  if (!isJsonObject(memberOf(scope, "States"))) return "States is missing.";
  const startAt = memberOf(scope, "StartAt");
  if (startAt === undefined) return "StartAt is missing.";
  return typeof startAt === "string" ? undefined : "StartAt is not the name of a state.";
}

function pseudoNode(scope: string, type: "Start" | "End", problem: string | undefined): GraphNode {
  return { id: `${scope}/${type}`, name: "", type, label: type, subLabel: "", scope, hasRetry: false, problem };
}

function missingNode(scope: string, name: string, index: number): GraphNode {
  return {
    id: `${scope}/Missing/${segmentOf(name, index)}`,
    name,
    type: "Missing",
    label: cleanText(name) || "(no name)",
    subLabel: "No such state here",
    scope,
    hasRetry: false,
    problem: "No state of this scope has this name.",
  };
}

/** A JSON Pointer segment. A name longer than a state name may be is cut, so that nested ids stay short. */
function segmentOf(name: string, index: number): string {
  if (name.length > 160) return `${segmentOf(name.slice(0, 40), 0)}~#${index}`;
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function elementsOf(object: JsonObject, name: string): readonly Json[] {
  const value = memberOf(object, name);
  return isJsonArray(value) ? value : [];
}
