// What an encrypted store keeps from those who read its file, what it refuses, and how a plain one becomes encrypted.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { continued, passed, started, startedEvent } from "../contract-fixtures.ts";
import { masterKeyOf } from "../envelope.ts";
import { SealBrokenError, type Store, StoreKeyError } from "../store.ts";
import { openSqliteStore, type SqliteOptions } from "./sqlite-store.ts";

/** Runs a proof in a directory of its own. */
function prove(sentence: string, body: (file: string) => Promise<void>): void {
  void test(sentence, async () => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-encrypted-"));
    try {
      await body(join(directory, "pawl.db"));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

const first = masterKeyOf(new Uint8Array(32).fill(1));
const second = masterKeyOf(new Uint8Array(32).fill(2));
const encrypted: SqliteOptions = { masterKeys: [first] };

/** Stands in everything that is to be unreadable. */
const marker = "MARKER-a9f1c6";

async function fill(store: Store): Promise<void> {
  const machine = await store.createStateMachine(
    { name: "m", type: "STANDARD", createdAt: 1, tags: {} },
    { createdAt: 1, definition: `{"Comment":"${marker} first"}`, roleArn: "role" },
  );
  assert.ok(machine);
  await store.addRevision({ stateMachineId: 1, createdAt: 1, definition: `"${marker} second"`, roleArn: "role" });
  for (const id of [1, 2]) {
    const traceHeader = `Root=${marker}-${id}`;
    const events = [startedEvent(`"${marker} input ${id}"`), passed(2, `"${marker} output ${id}"`)];
    await store.append([started({ id, traceHeader }, { events })]);
    const failed = { kind: "ExecutionFailed", id: 3, previousEventId: 2, at: 3, error: "E", cause: marker } as const;
    await store.append([continued({ id, status: "FAILED", lastEventId: 3 }, [failed])]);
  }
}

async function assertFilled(store: Store): Promise<void> {
  assert.equal((await store.readRevision(1))?.definition, `{"Comment":"${marker} first"}`);
  assert.equal((await store.readRevision(2))?.definition, `"${marker} second"`);
  for (const id of [1, 2]) {
    assert.equal((await store.readRecord(id))?.traceHeader, `Root=${marker}-${id}`);
    const [start, exit, end] = await store.readEvents(id, "all");
    assert.equal(start?.kind === "ExecutionStarted" && start.input.text, `"${marker} input ${id}"`);
    assert.equal(exit?.kind === "StateExited" && exit.output.text, `"${marker} output ${id}"`);
    assert.equal(end?.kind === "ExecutionFailed" && end.cause, marker);
  }
}

/** The files of the store that hold a text. */
function filesWith(file: string, text: string | Buffer): readonly string[] {
  return readdirSync(dirname(file)).filter((name) => readFileSync(join(dirname(file), name)).includes(text));
}

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function select(file: string, sql: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return Object.values(database.prepare(sql).get() ?? {})[0];
  } finally {
    database.close();
  }
}

/** Opens, looks and closes. */
async function within(file: string, options: SqliteOptions, look: (store: Store) => Promise<void>): Promise<void> {
  const store = await openSqliteStore(file, options);
  try {
    await look(store);
  } finally {
    await store.close();
  }
}

prove("no data of a workflow are readable in any file of an encrypted store, open or closed", async (file) => {
  const store = await openSqliteStore(file, encrypted);
  await fill(store);
  await assertFilled(store);
  assert.deepEqual(readdirSync(dirname(file)).length, 3, "the log is there");
  for (const text of [marker, store.secret]) assert.deepEqual(filesWith(file, text), []);
  await store.close();
  assert.deepEqual(filesWith(file, marker), []);
  await within(file, encrypted, assertFilled);
});

prove("a store that is not encrypted is readable: the proofs here find what they look for", async (file) => {
  await within(file, {}, fill);
  assert.deepEqual(filesWith(file, marker), ["pawl.db"]);
});

prove("an encrypted store is refused without its key and with another, and says what to do", async (file) => {
  await within(file, encrypted, fill);
  await assert.rejects(openSqliteStore(file), (error: unknown) => {
    assert.ok(error instanceof StoreKeyError);
    assert.match(error.message, /pawl\.db is encrypted: name its key file, .*PAWL_KEY_FILE/);
    return true;
  });
  await assert.rejects(openSqliteStore(file, { masterKeys: [second] }), (error: unknown) => {
    assert.ok(error instanceof StoreKeyError);
    const { message } = error;
    assert.match(
      message,
      new RegExp(`encrypted with the key ${first.fingerprint}.* it holds ${second.fingerprint}\\.`),
    );
    return true;
  });
  await within(file, encrypted, assertFilled);
});

prove("a new first key takes over at the next opening, and the former one opens nothing any more", async (file) => {
  await within(file, encrypted, fill);
  const wrapped = select(file, "SELECT hex(wrapped) FROM data_key WHERE id = 1") as string;
  assert.equal(filesWith(file, Buffer.from(wrapped, "hex")).length, 1);
  await within(file, { masterKeys: [second, first] }, assertFilled);
  assert.deepEqual(filesWith(file, Buffer.from(wrapped, "hex")), [], "what the former key can open");
  await assert.rejects(openSqliteStore(file, encrypted), StoreKeyError);
  await within(file, { masterKeys: [second] }, assertFilled);
  await within(file, { masterKeys: [first, second] }, assertFilled);
});

prove("an opening that seals takes a data key of its own, and another after so many texts", async (file) => {
  const count = (): unknown => select(file, "SELECT count(*) FROM data_key");
  await within(file, encrypted, fill);
  assert.equal(count(), 1);
  await within(file, encrypted, assertFilled);
  assert.equal(count(), 1, "reading needs none");
  await within(file, { ...encrypted, sealsPerDataKey: 2 }, async (store) => {
    for (const id of [3, 4, 5, 6]) await store.append([started({ id })]);
  });
  assert.equal(count(), 3);
  await within(file, encrypted, async (store) => {
    await assertFilled(store);
    for (const id of [3, 4, 5, 6]) assert.equal((await store.readEvents(id, "all")).length, 1);
  });
});

prove("what was changed, moved or slipped in is refused by name, and everything else goes on", async (file) => {
  await within(file, encrypted, fill);
  const rows: readonly (readonly [edit: string, place: string])[] = [
    [
      "UPDATE journal SET sealed_events = CAST(substr(sealed_events, 1, length(sealed_events) - 1) || x'00' AS BLOB) WHERE id = 1",
      "1/1",
    ],
    ["UPDATE journal SET sealed_events = x'01' WHERE id = 1", "1/1"],
    ["UPDATE journal SET sealed_events = zeroblob(100) WHERE id = 1", "1/1"],
    ["UPDATE journal SET sealed_events = CAST(x'0100000063' || zeroblob(100) AS BLOB) WHERE id = 1", "1/1"],
    ["UPDATE journal SET sealed_events = (SELECT sealed_events FROM journal WHERE id = 3) WHERE id = 1", "1/1"],
    ["UPDATE journal SET sealed_events = (SELECT sealed_events FROM journal WHERE id = 2) WHERE id = 1", "1/1"],
    ["UPDATE execution SET first_journal_id = 3, last_journal_id = 4 WHERE id = 1", "3/1"],
    [
      'UPDATE journal SET sealed_events = NULL, events = \'{"v":1,"at":0,"payloads":[],"events":[]}\n\' WHERE id = 1',
      "1/1",
    ],
  ];
  for (const [index, [change, place]] of rows.entries()) {
    const copy = `${file}-${index}`;
    cpSync(file, copy);
    edit(copy, change);
    await within(copy, encrypted, async (store) => {
      await assert.rejects(store.readEvents(1, "all"), (error: unknown) => {
        assert.ok(error instanceof SealBrokenError, change);
        assert.ok(
          error.message.includes(`is damaged: what stands at journal.events/${place} was not sealed`),
          error.message,
        );
        assert.ok(!error.message.includes(marker));
        return true;
      });
      assert.equal((await store.readEvents(2, "all")).length, 3);
      await store.append([started({ id: 3 })]);
    });
  }
  edit(file, "UPDATE revision SET sealed_definition = (SELECT sealed_definition FROM revision WHERE id = 2)");
  await within(file, encrypted, async (store) => {
    await assert.rejects(store.readRevision(1), SealBrokenError);
    assert.equal((await store.readRevision(2))?.definition, `"${marker} second"`);
  });
  edit(file, "UPDATE data_key SET wrapped = zeroblob(60)");
  await assert.rejects(openSqliteStore(file, encrypted), /pawl\.db is damaged at data key 1: restore it from a backup/);
});

prove("a damaged trace header is reported and left out: timers and lists of all executions go on", async (file) => {
  await within(file, encrypted, fill);
  edit(file, "UPDATE execution SET sealed_trace_header = zeroblob(99), status = 0, wake_at = 1 WHERE id = 1");
  const problems: Error[] = [];
  await within(file, { ...encrypted, onProblem: (problem) => problems.push(problem) }, async (store) => {
    assert.deepEqual(
      (await store.listRecords({ stateMachineId: 1 }, { limit: 9 })).map(({ traceHeader }) => traceHeader),
      [`Root=${marker}-2`, undefined],
    );
    assert.equal((await store.dueRecords(5, 9)).length, 1);
  });
  assert.match(problems[0]?.message ?? "", /execution\.trace_header\/1/);
  assert.ok(problems.every((problem) => problem instanceof SealBrokenError));
});

/** More rows than one batch seals. */
async function fillMuch(file: string): Promise<void> {
  await within(file, {}, async (store) => {
    await fill(store);
    const text = JSON.stringify(`${marker} ${"x".repeat(500)}`);
    for (let id = 3; id < 2503; id += 500) {
      await store.append(
        Array.from({ length: 500 }, (_, i) =>
          started({ id: id + i }, { events: [startedEvent(text), passed(2, text)] }),
        ),
      );
    }
  });
}

async function assertFilledMuch(store: Store): Promise<void> {
  await assertFilled(store);
  for (const id of [3, 1000, 2502]) {
    const [start] = await store.readEvents(id, "all");
    assert.ok(start?.kind === "ExecutionStarted" && start.input.text.startsWith(`"${marker} x`));
  }
}

prove("a plain store that is opened with a key is encrypted, and no plain text is left in its files", async (file) => {
  await fillMuch(file);
  const secret = select(file, "SELECT secret FROM partition") as string;
  const notices: string[] = [];
  const options = { ...encrypted, onNotice: (notice: string) => notices.push(notice) };
  const store = await openSqliteStore(file, options);
  for (const text of [marker, secret, store.secret]) assert.deepEqual(filesWith(file, text), []);
  await assertFilledMuch(store);
  await store.append([started({ id: 5000 })]);
  await store.close();
  assert.deepEqual(filesWith(file, marker), []);
  assert.equal(notices[0], "pawl.db is being encrypted. If this is interrupted, the next start goes on with it.");
  assert.match(
    notices.join("\n"),
    /: \d0 % of its history is sealed\.\n[^]*written anew[^]* is encrypted\. Copies and/,
  );
  notices.length = 0;
  await within(file, options, assertFilledMuch);
  assert.deepEqual(notices, [], "it is done once");
});

prove(
  "the encryption of a plain store may be interrupted anywhere; from its beginning on the key is needed",
  async (file) => {
    await fillMuch(file);
    let interruptions = 0;
    for (let isDone = false; !isDone; interruptions++) {
      let notices = 0;
      const onNotice = (): void => {
        // The later, the more often it was interrupted before.
        if (notices++ === interruptions) throw new Error("interrupted");
      };
      const opened = openSqliteStore(file, { ...encrypted, onNotice });
      isDone = await opened.then(
        async (store) => {
          await store.close();
          return true;
        },
        (error: unknown) => {
          assert.match(String(error), /interrupted/);
          return false;
        },
      );
      await assert.rejects(openSqliteStore(file), StoreKeyError);
      await assert.rejects(openSqliteStore(file, { masterKeys: [second] }), StoreKeyError);
    }
    assert.ok(interruptions >= 4, String(interruptions));
    assert.deepEqual(filesWith(file, marker), []);
    await within(file, encrypted, assertFilledMuch);
  },
);

const converterSource = `
  import { openSqliteStore } from ${JSON.stringify(new URL("./sqlite-store.ts", import.meta.url).href)};
  import { masterKeyOf } from ${JSON.stringify(new URL("../envelope.ts", import.meta.url).href)};
  const masterKeys = [masterKeyOf(new Uint8Array(32).fill(1))];
  await openSqliteStore(process.argv[1], { masterKeys, onNotice: (notice) => console.log(notice) });
  console.log("open");`;

prove(
  "a process that is killed while it encrypts a store loses nothing, and the next one ends its work",
  async (file) => {
    await fillMuch(file);
    // Each one is killed one notice later than the one before.
    for (let patience = 1; patience <= 6; patience++) {
      const converter = spawn(process.execPath, ["--input-type=module", "-e", converterSource, file], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let notices = "";
      converter.stdout.setEncoding("utf8").on("data", (text: string) => {
        notices += text;
        if (notices.split("\n").length > patience) converter.kill("SIGKILL");
      });
      await once(converter, "close");
      assert.notEqual(notices, "");
    }
    await within(file, encrypted, assertFilledMuch);
    assert.deepEqual(filesWith(file, marker), []);
  },
);

prove("the same text is never sealed to the same bytes twice", async (file) => {
  const text = Payload.ofText('"always the same"').text;
  await within(file, encrypted, async (store) => {
    for (const id of [1, 2, 3]) await store.append([started({ id }, { events: [startedEvent(text)] })]);
  });
  assert.equal(select(file, "SELECT count(DISTINCT substr(sealed_events, 18)) FROM journal"), 3);
  assert.equal(select(file, "SELECT count(DISTINCT substr(sealed_events, 6, 12)) FROM journal"), 3, "nonces");
});

/** Every column that can hold a text, and why it may be read in an encrypted store. */
const readable: Readonly<Record<string, string>> = {
  "partition.owner": "the process",
  "partition.host": "the process",
  "partition.process": "the process",
  "partition.secret": "sealed_secret",
  "data_key.master_key": "a fingerprint",
  "data_key.wrapped": "wrapped by the master key",
  "execution.key": "a name: listed, and found by it",
  "execution.alias_name": "a name: listed, and filtered by",
  "execution.trace_header": "sealed_trace_header",
  "journal.events": "sealed_events",
  "activity_offer.activity_arn": "an ARN: found by it",
  "state_machine.name": "a name",
  "state_machine.tags": "tags are labels: AWS asks not to put secrets into them",
  "state_machine.initial_version_description": "a label",
  "revision.public_id": "an id",
  "revision.definition": "sealed_definition",
  "revision.role_arn": "an ARN",
  "revision.logging_configuration": "a setting",
  "revision.tracing_configuration": "a setting",
  "revision.encryption_configuration": "a setting",
  "version.description": "a label",
  "alias.name": "a name",
  "alias.description": "a label",
  "activity.name": "a name",
  "activity.tags": "tags are labels",
  "activity.encryption_configuration": "a setting",
};

prove("every column that can hold a text is sealed, or has a reason not to be", async (file) => {
  await within(file, encrypted, fill);
  const database = new DatabaseSync(file);
  const columns = database
    .prepare(
      `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND c.type NOT IN ('INTEGER', 'REAL')`,
    )
    .all()
    .map((row) => String(row["name"]));
  database.close();
  const unexplained = columns.filter((column) => !column.includes(".sealed_") && readable[column] === undefined);
  assert.deepEqual(unexplained, [], "seal them (encryption.ts), or say here why they may be read");
});
