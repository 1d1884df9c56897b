// Ways to find the parts of a graph by what an execution knows of them: a scope and the name of a state.
import type { Places } from "@engine/inspection/story.ts";
import type { Graph, GraphEdge } from "@graph/graph.ts";

export interface GraphIndex extends Places {
  readonly edgesFrom: (nodeId: string) => readonly GraphEdge[];
}

export function indexOf(graph: Graph): GraphIndex {
  const nodes = new Map(
    graph.nodes.filter(({ name }) => name !== "").map(({ scope, name, id }) => [`${scope}\0${name}`, id]),
  );
  const inner = Map.groupBy(
    graph.scopes.filter(({ owner }) => owner !== undefined),
    ({ owner }) => owner,
  );
  const edges = Map.groupBy(graph.edges, ({ from }) => from);
  return {
    nodeId: (scope, name) => nodes.get(`${scope}\0${name}`),
    innerScopes: (nodeId) => (inner.get(nodeId) ?? []).map(({ id }) => id),
    edgesFrom: (nodeId) => edges.get(nodeId) ?? [],
  };
}

/** That of a definition which may not be seen. */
export const emptyIndex: GraphIndex = { nodeId: () => undefined, innerScopes: () => [], edgesFrom: () => [] };
