// The SQLite store beyond the contract: the lease, files it must refuse, a full disk, checkpoints, a killed writer.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Payload } from "../../asl/payload.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { allEvents, continued, idsOf, passed, started } from "../contract-fixtures.ts";
import { LeaseLostError, StoreInUseError } from "../errors.ts";
import type { Store } from "../store.ts";
import { openConnection } from "./connection.ts";
import { openSqliteStore, openStoreOn } from "./sqlite-store.ts";

/** Runs a proof in a directory of its own. */
function prove(sentence: string, body: (file: string) => Promise<void>): void {
  void test(sentence, async () => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-sqlite-"));
    try {
      await body(join(directory, "pawl.db"));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

const machine = { name: "m", type: "STANDARD", createdAt: 1, tags: {} } as const;
const revision = { createdAt: 1, definition: "{}", roleArn: "role" } as const;

prove("a store that a live process has open is refused, with what to do", async (file) => {
  const first = await openSqliteStore(file);
  await assert.rejects(openSqliteStore(file, { lockPatienceMs: 0 }), (error: unknown) => {
    assert.ok(error instanceof StoreInUseError);
    assert.match(error.message, new RegExp(`${file} is in use by process ${process.pid}: stop that process`));
    return true;
  });
  edit(file, "UPDATE partition SET host = 'h', pid = 7");
  const other = /pawl\.db is in use by process 7 of the host h: stop that process/;
  await assert.rejects(openSqliteStore(file, { lockPatienceMs: 0 }), other, "in another container");
  await first.journal.append([started({ id: 1 })]);
  await first.close();
  await (await openSqliteStore(file)).close();
});

prove("a process that is about to end is waited for, and who waits says so", async (file) => {
  const first = await openSqliteStore(file);
  const told = Promise.withResolvers<string>();
  const second = openSqliteStore(file, { lockPatienceMs: 60_000, onNotice: told.resolve });
  assert.match(
    await told.promise,
    /pawl\.db is in use by process \d+\. If that is about to end: waiting 60 s for it\./,
  );
  await first.close();
  await (await second).close();
});

prove(
  "a link to a store is that store: it is in use when the store is, and its log stands beside the store",
  async (file) => {
    symlinkSync(file, `${file}-link`);
    await assert.rejects(openSqliteStore(`${file}-link`), /pawl\.db-link is a link to .*pawl\.db, which is not there/);
    const first = await openSqliteStore(file);
    await assert.rejects(openSqliteStore(`${file}-link`, { lockPatienceMs: 0 }), /pawl\.db is in use/);
    await first.close();
  },
);

/** Stands for a disk whose locks do not reach another machine. */
const unreached = { tryLock: () => ({ release: () => undefined }) };

prove("a process that lost the data finds out with its next write, and writes nothing", async (file) => {
  const first = await openSqliteStore(file);
  await first.journal.append([started({ id: 1 })]);
  const second = await openSqliteStore(file, unreached);
  await assert.rejects(first.journal.append([started({ id: 2 })]), LeaseLostError);
  await assert.rejects(first.catalogue.createStateMachine(machine, revision), LeaseLostError);
  await second.journal.append([started({ id: 2, key: "second" })]);
  await first.close();
  await second.journal.append([continued({ id: 2, lastEventId: 2 }, [passed(2, "{}")])]);
  assert.equal((await second.journal.readRecord(2))?.key, "second");
  assert.equal(await second.catalogue.findStateMachine("m"), undefined);
  await second.close();
});

prove("a process that lost the data finds out also when it writes nothing, and is told once", async (file) => {
  const told: string[] = [];
  const lost = Promise.withResolvers<void>();
  const first = await openSqliteStore(file, {
    leaseCheckMs: 1,
    onLost({ message }) {
      told.push(message);
      lost.resolve();
    },
  });
  const second = await openSqliteStore(file, unreached);
  await lost.promise;
  await assert.rejects(first.journal.append([started({ id: 2 })]), LeaseLostError);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /another process has taken .*pawl\.db over/);
  await first.close();
  await second.close();
});

for (const [name, take] of [
  ["moved", (file: string) => renameSync(file, `${file}-elsewhere`)],
  ["deleted", (file: string) => rmSync(file)],
  ["replaced", (file: string) => cpSync(file, `${file}-copy`) ?? renameSync(`${file}-copy`, file)],
] as const) {
  prove(`a process whose file is ${name} finds out`, async (file) => {
    const lost = Promise.withResolvers<string>();
    const store = await openSqliteStore(file, { leaseCheckMs: 1, onLost: ({ message }) => lost.resolve(message) });
    take(file);
    assert.match(await lost.promise, /pawl\.db was moved, replaced or deleted while it was in use/);
    await store.close();
  });
}

prove("a store that a process left without closing it is free, whatever the process was", async (file) => {
  const first = await openSqliteStore(file);
  copyFileSync(file, `${file}-copy`);
  copyFileSync(`${file}-wal`, `${file}-copy-wal`);
  await first.close();
  edit(`${file}-copy`, `UPDATE partition SET owner = 'one', process = 'an earlier one', pid = ${process.pid}`);
  await (await openSqliteStore(`${file}-copy`)).close();
});

prove("a file of a newer version is refused and left as it was", async (file) => {
  await (await openSqliteStore(file)).close();
  edit(file, "PRAGMA user_version = 99");
  const before = readFileSync(file);
  await assert.rejects(openSqliteStore(file), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, new RegExp(`${file} was written by a newer version of Pawl: its schema is version 99`));
    return true;
  });
  assert.deepEqual(readFileSync(file), before);
});

prove("a database of another program is refused and left as it was", async (file) => {
  edit(file, "CREATE TABLE theirs (a)");
  const before = readFileSync(file);
  await assert.rejects(openSqliteStore(file), /pawl\.db is a SQLite database of another program/);
  assert.deepEqual(readFileSync(file), before);
});

prove("what cannot be opened is refused by name", async (file) => {
  writeFileSync(file, "This is a letter to my aunt, and longer than the header of a database. ".repeat(9));
  const cases = [
    { file, message: /pawl\.db is not a SQLite database: name another file/ },
    {
      file: join(file, "..", "missing", "pawl.db"),
      message: /missing\/pawl\.db cannot be opened: its directory must exist/,
    },
    { file: join(file, ".."), message: /is a directory: name a file/ },
  ];
  for (const { file: bad, message } of cases) await assert.rejects(openSqliteStore(bad), message);
});

prove("a new store is readable for its user only", async (file) => {
  const store = await openSqliteStore(file);
  for (const name of [file, `${file}-wal`, `${file}-lock`]) assert.equal(statSync(name).mode & 0o077, 0, name);
  await store.close();
});

prove("damage that is found while reading is reported with the name of the file", async (file) => {
  const store = await openSqliteStore(file);
  for (let id = 1; id <= 50; id++) await store.journal.append([started({ id })]);
  await store.close();
  const bytes = readFileSync(file);
  // The page after the first holds a table's root; from the third on all is overwritten.
  bytes.fill(0x55, 8192);
  writeFileSync(file, bytes);
  const read = async (): Promise<void> => {
    const damaged = await openSqliteStore(file);
    await allEvents(damaged.journal, 1).finally(() => damaged.close());
  };
  await assert.rejects(read(), /pawl\.db is damaged: restore it from a backup/);
});

prove("a full disk refuses an append as a whole, and later appends work when there is space again", async (file) => {
  const connection = openConnection(file);
  const store = await openStoreOn(connection, {});
  await store.journal.append([started({ id: 1 })]);
  const setLimit = (sql: string): void => connection.database.exec(`PRAGMA max_page_count = ${sql}`);
  setLimit("1");

  const big = Payload.ofText(JSON.stringify(randomBytes(100_000).toString("hex")));
  const events: readonly JournalEvent[] = [
    { kind: "ExecutionSucceeded", id: 2, previousEventId: 1, at: 2, output: big },
  ];
  const change = continued({ id: 1, status: "SUCCEEDED", lastEventId: 2 }, events);
  await assert.rejects(store.journal.append([started({ id: 2 }), change]), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, /pawl\.db cannot grow: the disk is full/);
    assert.ok(error.cause instanceof Error);
    return true;
  });
  assert.equal((await store.journal.readRecord(1))?.status, "RUNNING");
  assert.equal((await allEvents(store.journal, 1)).length, 1);
  assert.equal(await store.journal.readRecord(2), undefined);

  setLimit("1000000");
  await store.journal.append([started({ id: 2 }), change]);
  assert.equal((await store.journal.readEvents(1, "ends")).at(-1)?.kind, "ExecutionSucceeded");
  await store.close();
  const reopened = await openSqliteStore(file);
  assert.deepEqual(idsOf(await reopened.journal.listRecords({ stateMachineId: 1 }, { limit: 9 })), [2, 1]);
  await reopened.close();
});

prove("committed pages move into the file while the store is open, and the WAL stays short", async (file) => {
  const problems: Error[] = [];
  const walBytes = 256 * 1024;
  const store = await openSqliteStore(file, {
    checkpointBytes: walBytes,
    onProblem: (problem) => problems.push(problem),
  });
  // Such as no compression makes shorter.
  const text = JSON.stringify(randomBytes(15_000).toString("base64"));
  let id = 0;
  // Writes until the file holds much more than the WAL does, which it never would if the WAL did not begin anew.
  const hasMoved = (): boolean =>
    statSync(file).size > 8 * walBytes && statSync(file).size > 2 * statSync(`${file}-wal`).size;
  const deadline = Date.now() + 30_000;
  while (!hasMoved() && Date.now() < deadline) {
    id += 1;
    await store.journal.append([started({ id }, { events: [passed(1, text), passed(2, `${text} `)] })]);
    await turn();
  }
  assert.ok(hasMoved());
  for (const some of [1, Math.ceil(id / 2), id]) assert.equal((await allEvents(store.journal, some)).length, 2);
  await store.close();
  assert.deepEqual(problems, []);
});

/** Appends one execution after the other and prints the id of each when it is durable. */
const writerSource = `
  import { openSqliteStore } from ${JSON.stringify(new URL("./sqlite-store.ts", import.meta.url).href)};
  import { started } from ${JSON.stringify(new URL("../contract-fixtures.ts", import.meta.url).href)};
  const store = await openSqliteStore(process.argv[1], { checkpointBytes: 200_000 });
  for (let id = 1; ; id++) {
    await store.journal.append([started({ id: 2 * id }), started({ id: 2 * id + 1 })]);
    console.log(id);
    if (id % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }`;

async function idsAfterKill(
  file: string,
  commits: number,
): Promise<{ readonly acknowledged: number; readonly store: Store }> {
  const writer = spawn(process.execPath, ["--input-type=module", "-e", writerSource, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let acknowledged = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === commits) writer.kill("SIGKILL");
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
  return { acknowledged, store: await openSqliteStore(file) };
}

prove("what was acknowledged is there after the writer was killed, and no batch is there in part", async (file) => {
  const { acknowledged, store } = await idsAfterKill(file, 400);
  assert.ok(acknowledged >= 400);
  const found = new Set(idsOf(await store.journal.listRecords({ stateMachineId: 1 }, { limit: 1_000_000 })));
  for (let id = 1; id <= acknowledged; id++) {
    assert.ok(found.has(2 * id) && found.has(2 * id + 1), `batch ${id} of ${acknowledged}`);
    assert.equal((await allEvents(store.journal, 2 * id)).length, 1);
  }
  assert.equal(found.size % 2, 0);
  await store.close();
});
