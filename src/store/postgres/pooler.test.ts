// The PostgreSQL store keeps the contract of nodes behind a pooler that lends connections for one transaction each: PgBouncer
// itself, where it is installed.
import { after, test } from "node:test";
import { noPooler, poolerProgram, startPooler, type TestPooler } from "../../testing/postgres/pooler.ts";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { clusterContract } from "../cluster-contract.ts";
import { openShared, type ProofDatabase } from "./store-fixtures.ts";

const databases = testDatabases();
const program = poolerProgram();
if (databases === undefined || program === undefined) {
  const skip = databases === undefined ? noPostgres : noPooler;
  test("the PostgreSQL store keeps the contract of nodes behind PgBouncer", { skip }, () => undefined);
} else {
  let pooler: Promise<TestPooler> | undefined;
  const create = async (): Promise<ProofDatabase> => {
    const { url, drop } = await databases.create();
    pooler ??= startPooler(program, url);
    return { url: (await pooler).urlOf(url), drop };
  };
  after(async () => (await pooler)?.stop());
  clusterContract("postgres behind PgBouncer", openShared(create, { isPooled: true }));
}
