// A PostgreSQL store as one owner of all of it sees it, for the contract of stores.
import { randomUUID } from "node:crypto";
import type { ClusterStore } from "../cluster-store.ts";
import type { OpenedCluster } from "../cluster-contract.ts";
import type { OpenStore } from "../contract-fixtures.ts";
import type { Store } from "../store.ts";
import { copyStore } from "../copy-store.ts";
import type { OpenMoved } from "../moved-contract.ts";
import { sqliteDatabase } from "../sqlite/transfer-fixtures.ts";
import { openPostgresTarget } from "./transfer-target.ts";
import { Link, type Row } from "./link.ts";
import { placeOf } from "./place.ts";
import { openPostgresStore, type PostgresOptions } from "./postgres-store.ts";

/** A database of its own for one proof. */
export interface ProofDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Opens a store of one partition, and owns it. */
export function openWhole(create: () => Promise<ProofDatabase>, options: PostgresOptions = {}): OpenStore {
  return async () => {
    const database = await create();
    const node = { id: randomUUID(), version: "0.0.0" };
    let cluster: ClusterStore | undefined;
    const open = async (): Promise<Store> => {
      cluster = await openPostgresStore(database.url, { ...options, partitions: 1 });
      const { held } = await cluster.ownership.beat(node, { take: [0], release: [], openExecutions: 0 });
      const [lease] = held;
      if (lease === undefined) throw new Error("the only partition is not free");
      return cluster.own(lease);
    };
    const close = async (): Promise<void> => {
      await cluster?.ownership.leave(node);
      await cluster?.close();
    };
    return {
      store: await open(),
      async reopen() {
        await close();
        return open();
      },
      async dispose() {
        await close();
        await database.drop();
      },
    };
  };
}

/** Opens a database of four partitions for several nodes. */
export function openShared(create: () => Promise<ProofDatabase>, options: PostgresOptions = {}) {
  return async (): Promise<OpenedCluster> => {
    const database = await create();
    const nodes: ClusterStore[] = [];
    return {
      async node() {
        const node = await openPostgresStore(database.url, { ...options, partitions: 4 });
        nodes.push(node);
        return node;
      },
      async pass(ms) {
        await asked(
          database.url,
          `UPDATE pawl.node SET renewed_at = renewed_at - ${ms} * interval '1 ms';
           UPDATE pawl.activity_offer SET taken_until = taken_until - ${ms} * interval '1 ms'`,
        );
      },
      async dispose() {
        for (const node of nodes) await node.close();
        await database.drop();
      },
    };
  };
}

/** Opens a database of four partitions into which the content of a file was copied. */
export function openMoved(create: () => Promise<ProofDatabase>): OpenMoved {
  return async (fill) => {
    const database = await create();
    const file = await sqliteDatabase(undefined)();
    await file.serve(fill);
    const [source, target] = [await file.source(), await openPostgresTarget(database.url, { partitions: 4 })];
    await copyStore({ source, target });
    await Promise.all([source.close(), target.close()]);
    await file.dispose();
    return openShared(async () => database)();
  };
}

/** Runs statements as somebody else, and answers with the rows of the last one. */
export async function asked(url: string, text: string): Promise<readonly Row[]> {
  const link = new Link({ place: placeOf(url), preparesStatements: false, silenceMs: 60_000 });
  try {
    return await link.run({ text });
  } finally {
    await link.close();
  }
}
