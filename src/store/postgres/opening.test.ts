// Opening a PostgreSQL store: servers and databases that Pawl cannot work with are refused by name, with what to do; keys;
// nodes that open a new database together; poolers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { allEvents, started } from "../contract-fixtures.ts";
import { masterKeyOf } from "../envelope.ts";
import { StoreAwayError, StoreKeyError } from "../errors.ts";
import { checkServer } from "./database.ts";
import { openPostgresStore } from "./postgres-store.ts";
import { asked, openWhole } from "./store-fixtures.ts";

const databases = testDatabases();

/** Runs a proof with a database of its own. */
function prove(sentence: string, body: (url: string) => Promise<void>): void {
  test(sentence, { skip: databases === undefined ? noPostgres : false }, async () => {
    const database = await databases?.create();
    assert.ok(database);
    try {
      await body(database.url);
    } finally {
      await database.drop();
    }
  });
}

const revision = { createdAt: 1, definition: '{"Comment":"hush"}', roleArn: "role\u0000 \ud800" } as const;
const machine = { name: "m", type: "STANDARD", createdAt: 1, tags: {}, initialVersionDescription: "a\u0000b" } as const;

prove("nodes that open a new database together make its tables once, and have one secret", async (url) => {
  const nodes = await Promise.all([1, 2, 3].map(() => openPostgresStore(url, { partitions: 8 })));
  const secrets = new Set(nodes.map(({ shared }) => shared.secret));
  assert.equal(secrets.size, 1);
  for (const node of nodes) {
    assert.equal(node.partitions.count, 8);
    await node.shared.verifyWritable();
    await node.close();
  }
  const again = await openPostgresStore(url, { partitions: 16 });
  assert.equal(again.partitions.count, 8, "a database keeps the partitions that it was made with");
  assert.ok(secrets.has(again.shared.secret));
  await again.close();
});

prove("a database of a newer version is refused, and left as it was", async (url) => {
  await (await openPostgresStore(url)).close();
  await asked(url, "UPDATE pawl.database SET schema_version = 99");
  await assert.rejects(openPostgresStore(url), /was last opened by a newer version of Pawl: its schema is version 99/);
  const [row] = await asked(url, "SELECT schema_version FROM pawl.database");
  assert.equal(row?.["schema_version"], 99);
});

prove("a server that forgets what it acknowledged is refused, unless that is said to be meant", async (url) => {
  const forgetful = `${url}&options=${encodeURIComponent("-c synchronous_commit=off")}`;
  await assert.rejects(openPostgresStore(forgetful), /has synchronous_commit off: .* Set it to on/);
  await (await openPostgresStore(forgetful, { allowsAsynchronousCommit: true })).close();
});

prove("a database that is not there is named, and what to do", async (url) => {
  const other = url.replace(/pawl_test_\w+/, "pawl_test_nowhere");
  await assert.rejects(openPostgresStore(other), /database pawl_test_nowhere, has no such database: make it/);
});

for (const [what, settings, problem] of [
  [
    "an old server",
    { version: 140_012, version_name: "14.12" },
    /is PostgreSQL 14\.12: Pawl needs version 15 or newer/,
  ],
  ["another encoding", { encoding: "SQL_ASCII" }, /has the encoding SQL_ASCII: make a database for Pawl with ENCODING/],
  ["a standby", { is_standby: true }, /is a standby: name the primary in the URL/],
] as const) {
  test(`${what} is refused`, async () => {
    const good = { version: 150_000, encoding: "UTF".concat("8"), synchronous_commit: "on", is_standby: false };
    await checkServer({ run: async () => [good] }, "PostgreSQL at h", {});
    const run = async () => [{ ...good, ...settings }];
    await assert.rejects(checkServer({ run }, "PostgreSQL at h", {}), problem);
  });
}

test("no message has the password of the URL in it, nor anything of a URL that cannot be read", async () => {
  const isDiscreet = (error: unknown): true => {
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /geheim/);
    return true;
  };
  const unreachable = "postgres://pawl:geheim@127.0.0.1:1/data?application_name=x";
  await assert.rejects(openPostgresStore(unreachable), (error) => {
    assert.ok(error instanceof StoreAwayError);
    assert.match(error.message, /^PostgreSQL at 127\.0\.0\.1:1, database data, refuses connections: see that it runs/);
    return isDiscreet(error);
  });
  for (const unreadable of ["postgres://pawl:geheim@:x y", "mysql://pawl:geheim@h/d", "geheim"]) {
    await assert.rejects(openPostgresStore(unreadable), (error) => {
      assert.match(String(error), /cannot be read: it must look like postgres:\/\/user:password@host/);
      return isDiscreet(error);
    });
  }
});

prove("an encrypted database opens with its key alone, and has nothing of a workflow in the open", async (url) => {
  const keys = [masterKeyOf(new Uint8Array(32).fill(1)), masterKeyOf(new Uint8Array(32).fill(2))];
  const [old, young] = keys;
  assert.ok(old && young);
  const opened = async (masterKeys: readonly (typeof old)[], sealsPerDataKey?: number) =>
    openWhole(async () => ({ url, drop: async () => undefined }), { masterKeys, sealsPerDataKey })();
  const first = await opened([old], 1);
  const { secret } = first.store;
  for (let id = 1; id <= 3; id++)
    await first.store.journal.append([started({ id, traceHeader: "hush" }, { events: started({ id }).events })]);
  await first.store.catalogue.createStateMachine(machine, revision);
  await first.dispose();
  await assert.rejects(openPostgresStore(url), StoreKeyError);
  await assert.rejects(openPostgresStore(url, { masterKeys: [young] }), StoreKeyError);
  const rotated = await opened([young, old]);
  assert.equal((await allEvents(rotated.store.journal, 3)).length, 1);
  await rotated.dispose();
  const last = await opened([young]);
  assert.equal(last.store.secret, secret);
  assert.equal((await last.store.journal.readRecord(2))?.traceHeader, "hush");
  assert.equal((await last.store.catalogue.readRevision(1))?.roleArn, revision.roleArn);
  await last.dispose();
  const [plain] = await asked(
    url,
    `SELECT (SELECT string_agg(events || coalesce(packed_events::text, ''), '') FROM pawl.journal) AS events,
      (SELECT string_agg(coalesce(trace_header, ''), '') FROM pawl.execution) AS headers,
      (SELECT string_agg(definition, '') FROM pawl.revision) AS definitions, secret FROM pawl.database`,
  );
  assert.deepEqual(plain, { events: "", headers: "", definitions: "", secret: "" });
  const [{ n = 0 } = {}] = await asked(url, "SELECT count(*)::int AS n FROM pawl.data_key");
  assert.ok((n as number) >= 4, "a data key seals no more than it may");
});

prove("a database that is in use in the open is not encrypted by naming a key", async (url) => {
  const plain = await openWhole(async () => ({ url, drop: async () => undefined }))();
  await plain.store.catalogue.createStateMachine(machine, revision);
  await plain.dispose();
  const masterKeys = [masterKeyOf(new Uint8Array(32).fill(1))];
  await assert.rejects(openPostgresStore(url, { masterKeys }), /encryption begins with an empty database/);
  const still = await openWhole(async () => ({ url, drop: async () => undefined }))();
  assert.deepEqual(await still.store.catalogue.readRevision(1), { ...revision, id: 1, stateMachineId: 1 });
  assert.equal((await still.store.versions.findVersion(1, 1))?.description, "a\u0000b");
  await still.dispose();
});

prove("behind a pooler nothing stays prepared and nobody listens", async (url) => {
  const opened = await openWhole(async () => ({ url, drop: async () => undefined }), { isPooled: true })();
  await opened.store.journal.append([started({ id: 1 })]);
  assert.equal((await opened.store.journal.readRecord(1))?.id, 1);
  const sessions = await asked(
    url,
    "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  assert.ok(sessions.length > 2);
  assert.ok(sessions.every(({ query }) => !String(query).includes("LISTEN")));
  await opened.dispose();
});
