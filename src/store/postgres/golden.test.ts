// Databases of every released schema open and hold what was written. They stand for databases of users: where one of these
// tests fails, the code is wrong and never the file.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { goldenDatabaseKey, heldBy } from "../../testing/golden-postgres.ts";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { continued, passed } from "../contract-fixtures.ts";
import { newestSchema } from "./schema.ts";
import { asked, openWhole } from "./store-fixtures.ts";

const databases = testDatabases();
const folder = new URL("golden/", import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".sql.gz") ? [file.slice(0, -7)] : []));

test("there is a database of every schema, plain and encrypted", () => {
  const versions = Array.from({ length: newestSchema }, (_, i) => i + 1);
  const expected = versions.flatMap((version) => [`encrypted-${version}`, `plain-${version}`]);
  assert.deepEqual(names.toSorted(), expected.toSorted());
});

for (const name of names) {
  test(
    `the database ${name} holds what was written, and takes more`,
    {
      skip: databases === undefined ? noPostgres : false,
    },
    async () => {
      const database = await databases?.create();
      assert.ok(database);
      await asked(database.url, gunzipSync(readFileSync(new URL(`${name}.sql.gz`, folder))).toString());
      const masterKeys = name.startsWith("encrypted") ? [goldenDatabaseKey] : undefined;
      const opened = await openWhole(async () => database, { masterKeys })();
      const held: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
      assert.deepEqual(await heldBy(opened.store), held);
      await opened.store.journal.append([continued({ id: 1, lastEventId: 300 }, [passed(300, "{}")])]);
      assert.equal((await opened.store.journal.readEvents(1, { from: 300, to: 300 })).length, 1);
      await opened.dispose();
    },
  );
}
