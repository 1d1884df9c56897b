// Every store keeps the contract.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterContract } from "./cluster-contract.ts";
import { storeContract } from "./contract.ts";
import { masterKeyOf } from "./envelope.ts";
import { openMemoryCluster } from "./memory/memory-cluster-store.ts";
import { movedContract } from "./moved-contract.ts";
import { openMemoryStore } from "./memory/memory-store.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";

storeContract("memory", async () => {
  const store = openMemoryStore();
  return { store, reopen: async () => store, dispose: () => store.close() };
});

clusterContract("memory", async () => {
  let now = 1_763_826_531_000;
  const store = openMemoryCluster({ partitions: 4, leaseMs: 9_000, now: () => now });
  return {
    node: async () => store,
    async pass(ms) {
      now += ms;
    },
    dispose: () => store.close(),
  };
});

movedContract("memory", async (fill) => {
  const store = openMemoryCluster({ partitions: 4, movedBelow: 100, leaseMs: 9_000, now: Date.now });
  await fill(store.whole);
  return { node: async () => store, pass: async () => undefined, dispose: () => store.close() };
});

for (const [name, options] of [
  ["sqlite", {}],
  ["encrypted sqlite", { masterKeys: [masterKeyOf(new Uint8Array(32).fill(7))] }],
] as const) {
  storeContract(name, async () => {
    const directory = await mkdtemp(join(tmpdir(), "pawl-store-"));
    const file = join(directory, "pawl.db");
    let store = await openSqliteStore(file, options);
    return {
      store,
      async reopen() {
        await store.close();
        store = await openSqliteStore(file, options);
        return store;
      },
      async dispose() {
        await store.close();
        await rm(directory, { recursive: true });
      },
    };
  });
}
