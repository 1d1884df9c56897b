// The owners of partitions: nodes live for a while after each beat, and a partition belongs to the node that took it last. All by the
// clock of the database.
import type { Beat, ClusterNode, Ownership, PartitionLease } from "../cluster-store.ts";
import type { Row, Runs } from "./link.ts";
import { one, type Transact } from "./transact.ts";

export interface OwnershipOptions {
  readonly leaseMs: number;
  readonly transact: Transact;
  /** Hears of the number of catalogue changes, as of every beat. */
  readonly onCatalogueChange: (number: number) => void;
  /** Hears that partitions became free. */
  readonly onReleased: () => void;
}

const renew = {
  text: `INSERT INTO pawl.node (id, url, version, renewed_at, open_executions) VALUES ($1, $2, $3, now(), $4)
    ON CONFLICT (id) DO UPDATE SET url = $2, version = $3, renewed_at = now(), open_executions = $4`,
};
const release = {
  text: `WITH mine AS (SELECT id FROM pawl.partition WHERE id = ANY ($2::int[]) AND owner = $1 ORDER BY id FOR UPDATE)
    UPDATE pawl.partition p SET owner = NULL FROM mine WHERE p.id = mine.id`,
};
/** One that is being written at the moment is left for the next beat: nobody waits for a node that stands still. */
const take = {
  text: `WITH wanted AS (
      SELECT p.id FROM pawl.partition p
      WHERE p.id = ANY ($2::int[]) AND p.owner IS DISTINCT FROM $1 AND NOT EXISTS (
        SELECT 1 FROM pawl.node n WHERE n.id = p.owner AND n.renewed_at > clock_timestamp() - $3 * interval '1 ms')
      ORDER BY p.id FOR UPDATE OF p SKIP LOCKED)
    UPDATE pawl.partition p SET owner = $1, epoch = epoch + 1 FROM wanted WHERE p.id = wanted.id`,
};
const living = {
  text: `SELECT id::text, url, version, open_executions FROM pawl.node
    WHERE renewed_at > clock_timestamp() - $1 * interval '1 ms' ORDER BY id`,
};
const owned = { text: "SELECT id, owner::text, epoch FROM pawl.partition WHERE owner IS NOT NULL ORDER BY id" };
const change = { text: "SELECT number FROM pawl.catalogue_change" };
const leave = {
  text: `WITH mine AS (SELECT id FROM pawl.partition WHERE owner = $1 ORDER BY id FOR UPDATE)
    UPDATE pawl.partition p SET owner = NULL FROM mine WHERE p.id = mine.id`,
};
/** Nodes that were not heard of for a day; their partitions are free long since. */
const forgetNodes = {
  text: `DELETE FROM pawl.node n WHERE renewed_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT 1 FROM pawl.partition p WHERE p.owner = n.id)`,
};
/** A lane that is in use all the same is opened again. */
const forgetLanes = { text: "DELETE FROM pawl.lane WHERE used_at < now() - interval '1 day'" };

export function openOwnership(options: OwnershipOptions): Ownership {
  const { leaseMs, transact, onCatalogueChange, onReleased } = options;
  return {
    leaseMs,
    async beat(node, wish) {
      const beat = await transact(async (held) => {
        await held.run(renew, [node.id, node.url ?? null, node.version, wish.openExecutions]);
        if (wish.release.length > 0) await held.run(release, [node.id, wish.release]);
        if (wish.take.length > 0) await held.run(take, [node.id, wish.take, leaseMs]);
        return readBeat(held, node, leaseMs);
      });
      onCatalogueChange(beat.catalogueChange);
      if (wish.release.length > 0) onReleased();
      return beat;
    },
    async leave(node) {
      await transact(async (held) => {
        await held.run(leave, [node.id]);
        await held.run({ text: "DELETE FROM pawl.node WHERE id = $1" }, [node.id]);
        await held.run(forgetNodes);
        await held.run(forgetLanes);
      });
      onReleased();
    },
  };
}

async function readBeat(held: Runs, node: ClusterNode, leaseMs: number): Promise<Beat> {
  const [nodes, partitions, changes] = await Promise.all([
    held.run(living, [leaseMs]),
    held.run(owned),
    one(held, change),
  ]);
  const byId = new Map(nodes.map((row) => [row["id"] as string, nodeOf(row)]));
  const owners = new Map<number, ClusterNode>();
  const leases: PartitionLease[] = [];
  for (const row of partitions) {
    const owner = byId.get(row["owner"] as string);
    const partition = row["id"] as number;
    if (owner !== undefined) owners.set(partition, owner);
    if (row["owner"] === node.id) leases.push({ partition, epoch: row["epoch"] as number });
  }
  const elsewhere = nodes.filter((row) => row["id"] !== node.id);
  return {
    nodes: [...byId.values()],
    held: leases,
    owners,
    openElsewhere: elsewhere.reduce((sum, row) => sum + (row["open_executions"] as number), 0),
    catalogueChange: changes?.["number"] as number,
  };
}

function nodeOf(row: Row): ClusterNode {
  const url = row["url"] as string | null;
  return { id: row["id"] as string, ...(url === null ? {} : { url }), version: row["version"] as string };
}
