// Data go from files into databases and back, on a real server.
import { test } from "node:test";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { masterKeyOf } from "../envelope.ts";
import { sqliteDatabase } from "../sqlite/transfer-fixtures.ts";
import { transferContract, troubledTransferContract } from "../transfer-contract.ts";
import { postgresDatabase } from "./transfer-fixtures.ts";

const databases = testDatabases();
if (databases === undefined) {
  test("data go from files into databases and back", { skip: noPostgres }, () => undefined);
} else {
  const masterKeys = [masterKeyOf(new Uint8Array(32).fill(7))];
  const [file, encryptedFile] = [sqliteDatabase(undefined), sqliteDatabase(masterKeys)];
  const database = postgresDatabase(databases.create, undefined);
  const encryptedDatabase = postgresDatabase(databases.create, masterKeys);
  transferContract("file to database", { from: file, to: database });
  transferContract("file to encrypted database", { from: file, to: encryptedDatabase });
  transferContract("encrypted file to database", { from: encryptedFile, to: database });
  transferContract("database to file", { from: database, to: file });
  transferContract("encrypted database to file", { from: encryptedDatabase, to: encryptedFile });
  transferContract("database to encrypted database", { from: database, to: encryptedDatabase });
  troubledTransferContract("file to database", { from: file, to: database });
}
