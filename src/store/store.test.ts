// Every store keeps the contract.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "./contract.ts";
import { openMemoryStore } from "./memory/memory-store.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";

storeContract("memory", async () => {
  const store = openMemoryStore();
  return { store, reopen: async () => store, dispose: () => store.close() };
});

storeContract("sqlite", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pawl-store-"));
  const file = join(directory, "pawl.db");
  let store = await openSqliteStore(file);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openSqliteStore(file);
      return store;
    },
    async dispose() {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});
