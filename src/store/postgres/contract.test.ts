// The PostgreSQL store keeps the contract of stores, on a real server.
import { test } from "node:test";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { clusterContract } from "../cluster-contract.ts";
import { storeContract } from "../contract.ts";
import { movedContract } from "../moved-contract.ts";
import { masterKeyOf } from "../envelope.ts";
import { openMoved, openShared, openWhole } from "./store-fixtures.ts";

const databases = testDatabases();
if (databases === undefined) {
  test("the PostgreSQL store keeps the contract of stores", { skip: noPostgres }, () => undefined);
} else {
  storeContract("postgres", openWhole(databases.create));
  clusterContract("postgres", openShared(databases.create));
  movedContract("postgres", openMoved(databases.create));
  const masterKeys = [masterKeyOf(new Uint8Array(32).fill(7))];
  storeContract("encrypted postgres", openWhole(databases.create, { masterKeys }));
}
