// How the nodes of the graph look for the visits that are shown: those of one iteration, or of all of them together.
import type { Status } from "@graph/palette.ts";
import type { GraphIndex } from "../graph/graph-index.ts";
import type { NodeLook } from "../graph/state-node.tsx";
import { chainOf, type Visit, type VisitStatus } from "./visits.ts";

/** Which one shows, of several visits with different statuses: that which asks for the most attention. */
const order: readonly VisitStatus[] = ["failed", "running", "waiting", "aborted", "caught", "succeeded"];
const looks: Readonly<Record<VisitStatus, Status | undefined>> = {
  failed: "failed",
  running: "running",
  waiting: "waiting",
  caught: "caught",
  succeeded: "succeeded",
  aborted: "caught",
};

/** The visits that are shown when one iteration was chosen: what lies outside of its Map is shown as it is. */
export function visitsIn(visits: readonly Visit[], iteration: number | undefined): readonly Visit[] {
  if (iteration === undefined) return visits;
  const chosen = visits.find(({ scope }) => chainOfScope(scope.id, visits).includes(iteration));
  const mapNodeId =
    chosen === undefined ? undefined : chainOf(chosen).find(({ id }) => id === iteration)?.iteration?.mapNodeId;
  if (mapNodeId === undefined) return visits;
  return visits.filter(
    (visit) => !visit.nodeId.startsWith(`${mapNodeId}/`) || chainOf(visit).some(({ id }) => id === iteration),
  );
}

function chainOfScope(scope: number, visits: readonly Visit[]): readonly number[] {
  const visit = visits.find((one) => one.scope.id === scope);
  return visit === undefined ? [] : chainOf(visit).map(({ id }) => id);
}

export function looksOf(visits: readonly Visit[]): ReadonlyMap<string, NodeLook> {
  const byNode = Map.groupBy(visits, ({ nodeId }) => nodeId);
  return new Map(
    [...byNode].map(([nodeId, those]) => {
      const statuses = new Set(those.map(({ status }) => status));
      // A loop has left its earlier visits behind; of parallel ones all count.
      const isLoop = new Set(those.map(({ scope }) => scope.id)).size === 1;
      const shown = isLoop ? those.at(-1)?.status : order.find((status) => statuses.has(status));
      const status = shown === undefined ? undefined : looks[shown];
      return [nodeId, { status, count: those.length > 1 ? those.length : undefined }];
    }),
  );
}

/** The edges that were gone along. The first of several rules with the same target stands for all. */
export function takenEdges(visits: readonly Visit[], graph: GraphIndex): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const visit of visits) {
    for (const edge of graph.edgesFrom(`${visit.scope.pointer}/Start`)) taken.add(edge.id);
    if (visit.status !== "succeeded" && visit.status !== "caught") continue;
    const target = visit.next === undefined ? undefined : graph.nodeId(visit.scope.pointer, visit.next);
    const isWay = (to: string): boolean => (visit.next === undefined ? to.endsWith("/End") : to === target);
    const ways = graph.edgesFrom(visit.nodeId).filter(({ to }) => isWay(to));
    const way = ways.find(({ kind }) => (kind === "catch") === (visit.status === "caught")) ?? ways[0];
    if (way !== undefined) taken.add(way.id);
  }
  return taken;
}
