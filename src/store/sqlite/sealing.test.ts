// An encrypted store before those who read its file and those who write to it.
import assert from "node:assert/strict";
import { cpSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type PawlServer, startServer } from "../../server/start-server.ts";
import { eventually, type ServerAnswer } from "../../testing/server-process.ts";
import { allEvents, started, startedEvent } from "../contract-fixtures.ts";
import { SealBrokenError } from "../errors.ts";
import {
  assertFilled,
  edit,
  encrypted,
  fill,
  filesWith,
  first,
  marker,
  prove,
  select,
  within,
} from "./encrypted-fixtures.ts";
import { openSqliteStore } from "./sqlite-store.ts";

prove("no data of a workflow are readable in any file of an encrypted store, open or closed", async (file) => {
  const store = await openSqliteStore(file, encrypted);
  await fill(store);
  await assertFilled(store);
  assert.deepEqual(readdirSync(dirname(file)).length, 4, "the log is there, and the lock");
  for (const text of [marker, store.secret]) assert.deepEqual(filesWith(file, text), []);
  await store.close();
  assert.deepEqual(filesWith(file, marker), []);
  await within(file, encrypted, assertFilled);
});

prove("a store that is not encrypted is readable: the proofs here find what they look for", async (file) => {
  await within(file, {}, fill);
  assert.deepEqual(filesWith(file, marker), ["pawl.db"]);
});

prove("an opening that seals takes a data key of its own, and another after so many texts", async (file) => {
  const count = (): unknown => select(file, "SELECT count(*) FROM data_key");
  await within(file, encrypted, fill);
  assert.equal(count(), 1);
  await within(file, encrypted, assertFilled);
  assert.equal(count(), 1, "reading needs none");
  await within(file, { ...encrypted, sealsPerDataKey: 2 }, async (store) => {
    for (const id of [3, 4, 5, 6]) await store.journal.append([started({ id })]);
  });
  assert.equal(count(), 3);
  await within(file, encrypted, async (store) => {
    await assertFilled(store);
    for (const id of [3, 4, 5, 6]) assert.equal((await allEvents(store.journal, id)).length, 1);
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
      await assert.rejects(allEvents(store.journal, 1), (error: unknown) => {
        assert.ok(error instanceof SealBrokenError, change);
        assert.ok(
          error.message.includes(`is damaged: what stands at journal.events/${place} was not sealed`),
          error.message,
        );
        assert.ok(!error.message.includes(marker));
        return true;
      });
      assert.equal((await allEvents(store.journal, 2)).length, 3);
      await store.journal.append([started({ id: 3 })]);
    });
  }
  edit(file, "UPDATE revision SET sealed_definition = (SELECT sealed_definition FROM revision WHERE id = 2)");
  await within(file, encrypted, async (store) => {
    await assert.rejects(store.catalogue.readRevision(1), SealBrokenError);
    assert.equal((await store.catalogue.readRevision(2))?.definition, `"${marker} second"`);
  });
  edit(file, "UPDATE data_key SET wrapped = zeroblob(60)");
  await assert.rejects(openSqliteStore(file, encrypted), /pawl\.db is damaged at data key 1: restore it from a backup/);
});

prove(
  "a damaged execution is an internal failure to its callers alone, and an operator reads where the damage is",
  async (file) => {
    const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Wait", Seconds: 1, End: true } } });
    const logged: string[] = [];
    const options = {
      host: "127.0.0.1",
      port: 0,
      db: file,
      arns: { partition: "aws", region: "us-east-1", account: "123456789012" },
      functions: new Map(),
      environment: {},
      masterKeys: [first],
      log: (message: string, error?: unknown) => logged.push(`${message} ${String(error)}`),
    };
    const send = async (server: PawlServer, action: string, input: object): Promise<ServerAnswer> => {
      const headers = { "x-amz-target": `AWSStepFunctions.${action}` };
      const response = await fetch(server.url, { method: "POST", headers, body: JSON.stringify(input) });
      return { status: response.status, body: (await response.json()) as ServerAnswer["body"] };
    };
    let server = await startServer(options);
    const created = await send(server, "CreateStateMachine", {
      name: "m",
      definition,
      roleArn: "arn:aws:iam::123456789012:role/r",
    });
    const { stateMachineArn } = created.body;
    const [damaged, whole] = await Promise.all(
      ["damaged", "whole"].map(async (name) => {
        const { body } = await send(server, "StartExecution", { stateMachineArn, name, input: `"${marker}"` });
        return { executionArn: body["executionArn"] };
      }),
    );
    assert.ok(damaged && whole);
    await server.close();
    edit(
      file,
      "UPDATE journal SET sealed_events = zeroblob(99) WHERE execution_id = (SELECT id FROM execution WHERE key = 'damaged')",
    );

    server = await startServer(options);
    await server.recovered;
    for (const action of ["DescribeExecution", "GetExecutionHistory"]) {
      const { status, body } = await send(server, action, damaged);
      assert.deepEqual([status, body["__type"]], [500, "InternalFailure"], action);
      assert.doesNotMatch(JSON.stringify(body), /journal|pawl\.db/);
    }
    assert.match(
      logged.join("\n"),
      /DescribeExecution failed .*SealBrokenError: .*pawl\.db is damaged: what stands at journal\.events/,
    );
    // Its timer rings, and that of the other one too.
    await eventually("the timer of the damaged execution has rung", () =>
      logged.find((line) => /Execution \d+ could not go on/.test(line)),
    );
    await eventually("the other execution has ended", async () => {
      const { body } = await send(server, "DescribeExecution", whole);
      return body["status"] === "SUCCEEDED" ? true : undefined;
    });
    const { body } = await send(server, "ListExecutions", { stateMachineArn });
    assert.equal((body["executions"] as readonly unknown[]).length, 2);
    assert.equal((await send(server, "StopExecution", damaged)).status, 200, "its record alone is enough to end it");
    assert.ok(!logged.join("\n").includes(marker));
    await server.close();
  },
);

prove("a damaged trace header is reported and left out: timers and lists of all executions go on", async (file) => {
  await within(file, encrypted, fill);
  edit(file, "UPDATE execution SET sealed_trace_header = zeroblob(99), status = 0, wake_at = 1 WHERE id = 1");
  const problems: Error[] = [];
  await within(file, { ...encrypted, onProblem: (problem) => problems.push(problem) }, async (store) => {
    assert.deepEqual(
      (await store.journal.listRecords({ stateMachineId: 1 }, { limit: 9 })).map(({ traceHeader }) => traceHeader),
      [`Root=${marker}-2`, undefined],
    );
    assert.equal((await store.journal.dueRecords(5, 9)).length, 1);
  });
  assert.match(problems[0]?.message ?? "", /execution\.trace_header\/1/);
  assert.ok(problems.every((problem) => problem instanceof SealBrokenError));
});

prove("a reader that follows the journal passes over a damaged row, which is reported", async (file) => {
  await within(file, encrypted, fill);
  edit(file, "UPDATE journal SET sealed_events = zeroblob(99) WHERE id = 2");
  const problems: Error[] = [];
  await within(file, { ...encrypted, onProblem: (problem) => problems.push(problem) }, async (store) => {
    const rows = await store.journal.readRows({ limit: 9 });
    assert.deepEqual(
      rows.map(({ id, events }) => `${id}: ${events.length}`),
      ["1: 2", "2: 0", "3: 2", "4: 1"],
    );
  });
  assert.match(problems.join("\n"), /SealBrokenError: .*journal\.events\/2\/1/);
  assert.equal(problems.length, 1);
});

prove("the same text is never sealed to the same bytes twice", async (file) => {
  const text = '"always the same"';
  await within(file, encrypted, async (store) => {
    for (const id of [1, 2, 3]) await store.journal.append([started({ id }, { events: [startedEvent(text)] })]);
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
  "journal.packed_events": "sealed_events",
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
  "quarantine.version": "of Pawl",
  "map_run.uuid": "an id: found by it",
  "map_run.label": "a label: part of names that are listed",
  "map_run.state": "sealed_state",
  "alias.name": "a name",
  "alias.description": "a label",
  "activity.name": "a name",
  "copy.source": "a hash",
  "copy.position": "a place: ids and names",
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
