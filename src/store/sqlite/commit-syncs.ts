// When commits reach the disk. In WAL mode the file is whole whatever happens; a commit that does not sync the log may be gone
// after a crash of the machine, until a later one has synced all that is before it.
import type { DatabaseSync } from "node:sqlite";
import type { Durability } from "../journal.ts";

/** A commit that may be durable soon is so after this time. */
const soonMs = 1_000;

export interface CommitSyncs {
  /** To be called before each transaction. */
  before(durability: Durability): void;
  committed(durability: Durability): void;
  end(): void;
}

/** @param sync makes a commit that is durable at once. */
export function commitSyncs(
  { database }: { readonly database: Pick<DatabaseSync, "exec"> },
  sync: () => void,
): CommitSyncs {
  let current: Durability = "atOnce";
  let timer: NodeJS.Timeout | undefined;
  const before = (durability: Durability): void => {
    if (durability === current) return;
    database.exec(`PRAGMA synchronous = ${durability === "atOnce" ? "FULL" : "NORMAL"}`);
    current = durability;
  };
  return {
    before,
    committed(durability) {
      if (durability === "soon") timer ??= setTimeout(sync, soonMs).unref();
      else if (timer !== undefined) {
        clearTimeout(timer);
        timer = undefined;
      }
    },
    end() {
      clearTimeout(timer);
      before("atOnce");
    },
  };
}
