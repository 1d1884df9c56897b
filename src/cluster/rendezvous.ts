// The node that should have each partition: by rendezvous hashing all nodes come to the same answer without talking, and one
// that comes or goes moves only the partitions that it gets or had.
import type { ClusterNode } from "../store/cluster-store.ts";
import { hashOfText } from "../store/partitions.ts";

/** The partitions that a node should have among the nodes that live. */
export function partitionsFor(nodeId: string, nodes: readonly Pick<ClusterNode, "id">[], count: number): Set<number> {
  const wanted = new Set<number>();
  for (let partition = 0; partition < count; partition++)
    if (nodes.length > 0 && bestOf(partition, nodes) === nodeId) wanted.add(partition);
  return wanted;
}

function bestOf(partition: number, nodes: readonly Pick<ClusterNode, "id">[]): string {
  let best = "";
  let bestWeight = -1;
  for (const { id } of nodes) {
    const weight = hashOfText(`${id}/${partition}`);
    if (weight < bestWeight || (weight === bestWeight && id > best)) continue;
    best = id;
    bestWeight = weight;
  }
  return best;
}
