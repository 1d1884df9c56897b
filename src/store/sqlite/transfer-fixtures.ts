// A file that is served and copied in turn, for the contract of copies.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MasterKey } from "../envelope.ts";
import type { CreateDatabase } from "../transfer-contract.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { openSqliteSource } from "./transfer-source.ts";
import { openSqliteTarget } from "./transfer-target.ts";

export function sqliteDatabase(masterKeys: readonly MasterKey[] | undefined): CreateDatabase {
  const options = { masterKeys, lockPatienceMs: 0 };
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), "pawl-copy-"));
    const file = join(directory, "pawl.db");
    return {
      async serve(act) {
        const store = await openSqliteStore(file, options);
        try {
          return await act(store);
        } finally {
          await store.close();
        }
      },
      source: () => openSqliteSource(file, options),
      target: (keys = masterKeys) => openSqliteTarget(file, { ...options, masterKeys: keys }),
      dispose: () => rm(directory, { recursive: true }),
    };
  };
}
