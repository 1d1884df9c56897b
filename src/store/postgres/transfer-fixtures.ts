// A database that is served and copied in turn, for the contract of copies.
import type { MasterKey } from "../envelope.ts";
import type { CreateDatabase } from "../transfer-contract.ts";
import { openWhole, type ProofDatabase } from "./store-fixtures.ts";
import { openPostgresSource } from "./transfer-source.ts";
import { openPostgresTarget } from "./transfer-target.ts";

export function postgresDatabase(
  create: () => Promise<ProofDatabase>,
  masterKeys: readonly MasterKey[] | undefined,
): CreateDatabase {
  return async () => {
    const database = await create();
    const options = { masterKeys, partitions: 1 };
    const open = openWhole(async () => ({ ...database, drop: async () => undefined }), options);
    return {
      async serve(act) {
        const { store, dispose } = await open();
        try {
          return await act(store);
        } finally {
          await dispose();
        }
      },
      source: () => openPostgresSource(database.url, options),
      target: (keys = masterKeys) => openPostgresTarget(database.url, { ...options, masterKeys: keys }),
      dispose: () => database.drop(),
    };
  };
}
