// Data go from file to file, encrypted or not.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { heldBy, writeGolden } from "../testing/golden-postgres.ts";
import { masterKeyOf } from "./envelope.ts";
import { sqliteDatabase } from "./sqlite/transfer-fixtures.ts";
import { openSqliteTarget } from "./sqlite/transfer-target.ts";
import { requireCopied, transferContract, troubledTransferContract } from "./transfer-contract.ts";

const golden = { write: writeGolden, read: heldBy };
const plain = sqliteDatabase(undefined);
const [encrypted, otherKey] = [7, 8].map((byte) => sqliteDatabase([masterKeyOf(new Uint8Array(32).fill(byte))]));
if (encrypted === undefined || otherKey === undefined) throw new Error("there are two keys");

transferContract("file to file", { from: plain, to: plain, golden });
transferContract("file to encrypted file", { from: plain, to: encrypted, golden });
transferContract("encrypted file to file", { from: encrypted, to: plain, golden });
transferContract("encrypted file to one of another key", { from: encrypted, to: otherKey, golden });
troubledTransferContract("file to file", { from: plain, to: plain, golden });

test("every column of a file is copied, or has a reason not to be", async () => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-copy-"));
  const file = join(directory, "pawl.db");
  await (await openSqliteTarget(file)).close();
  const database = new DatabaseSync(file);
  const columns = database
    .prepare(
      `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
    )
    .all()
    .map((row) => String(row["name"]));
  database.close();
  rmSync(directory, { recursive: true });
  requireCopied(columns, {
    partition: "the lease, and the secret, which is copied by itself",
    data_key: "a store has its own",
    copy: "of this copy",
    "*.partition_id": "there is one",
  });
});
