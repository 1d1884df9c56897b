// Writes the golden databases of the PostgreSQL store's newest schema, as pg_dump gives them, beside what the store reads of
// them: `node scripts/write-golden-databases.ts`, once for each schema. Those of earlier schemas stay as they are.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { newestSchema } from "../src/store/postgres/schema.ts";
import { openWhole } from "../src/store/postgres/store-fixtures.ts";
import { goldenDatabaseKey, heldBy, writeGolden } from "../src/testing/golden-postgres.ts";
import { serverPrograms } from "../src/testing/postgres/binaries.ts";
import { noPostgres, testDatabases } from "../src/testing/postgres/test-databases.ts";

const databases = testDatabases();
if (databases === undefined) throw new Error(noPostgres);
const folder = new URL("../src/store/postgres/golden/", import.meta.url);

for (const [name, masterKeys] of [
  ["plain", undefined],
  ["encrypted", [goldenDatabaseKey]],
] as const) {
  const database = await databases.create();
  const opened = await openWhole(async () => ({ ...database, drop: async () => undefined }), { masterKeys })();
  await writeGolden(opened.store);
  writeFileSync(
    new URL(`${name}-${newestSchema}.json`, folder),
    `${JSON.stringify(await heldBy(opened.store), null, 2)}\n`,
  );
  await opened.dispose();
  const dump = execFileSync(
    join(serverPrograms() ?? "", "pg_dump"),
    ["--inserts", "--no-owner", "--no-privileges", "--schema", "pawl", database.url],
    { encoding: "utf8" },
  );
  // Lines that begin so are for psql.
  const statements = dump.split("\n").filter((line) => !line.startsWith("\\"));
  writeFileSync(new URL(`${name}-${newestSchema}.sql.gz`, folder), gzipSync(statements.join("\n"), { level: 9 }));
  await database.drop();
}
