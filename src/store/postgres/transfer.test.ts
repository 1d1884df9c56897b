// Data go from files into databases and back, on a real server.
import { test } from "node:test";
import { heldBy, writeGolden } from "../../testing/golden-postgres.ts";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { masterKeyOf } from "../envelope.ts";
import { sqliteDatabase } from "../sqlite/transfer-fixtures.ts";
import { requireCopied, transferContract, troubledTransferContract } from "../transfer-contract.ts";
import { asked } from "./store-fixtures.ts";
import { postgresDatabase } from "./transfer-fixtures.ts";
import { openPostgresTarget } from "./transfer-target.ts";

const golden = { write: writeGolden, read: heldBy };
const databases = testDatabases();
if (databases === undefined) {
  test("data go from files into databases and back", { skip: noPostgres }, () => undefined);
} else {
  const masterKeys = [masterKeyOf(new Uint8Array(32).fill(7))];
  const [file, encryptedFile] = [sqliteDatabase(undefined), sqliteDatabase(masterKeys)];
  const database = postgresDatabase(databases.create, undefined);
  const encryptedDatabase = postgresDatabase(databases.create, masterKeys);
  transferContract("file to database", { from: file, to: database, golden });
  transferContract("file to encrypted database", { from: file, to: encryptedDatabase, golden });
  transferContract("encrypted file to database", { from: encryptedFile, to: database, golden });
  transferContract("database to file", { from: database, to: file, golden });
  transferContract("encrypted database to file", { from: encryptedDatabase, to: encryptedFile, golden });
  transferContract("database to encrypted database", { from: database, to: encryptedDatabase, golden });
  test("every column of a database is copied, or has a reason not to be", async () => {
    const { create } = databases;
    const { url, drop } = await create();
    await (await openPostgresTarget(url)).close();
    const rows = await asked(
      url,
      "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'pawl'",
    );
    await drop();
    requireCopied(
      rows.map((row) => String(row["name"])),
      {
        database: "the schema and the encryption, and the secret, which is copied by itself",
        catalogue_change: "a number of this database",
        data_key: "a database has its own",
        node: "of nodes",
        lane: "of nodes",
        copy: "of this copy",
        live: "the columns of executions that run",
        partition: "leases and ids",
        "*.partition": "executions that were moved in have one",
        "execution.listed_at": "computed",
        "activity_offer.taken_until": "nobody has it: no server works",
      },
    );
  });
  troubledTransferContract("file to database", { from: file, to: database, golden });
}
