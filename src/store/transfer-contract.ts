// The contract of the roles by which data go from one store into another, as one test suite for each pair of stores.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CopyFigures, copyStore } from "./copy-store.ts";
import { allEvents, continued, passed, started, startedEvent } from "./contract-fixtures.ts";
import { type MasterKey, masterKeyOf } from "./envelope.ts";
import { StoreInUseError } from "./errors.ts";
import type { Store } from "./store.ts";
import type { PageBounds, TransferSource, TransferTarget } from "./transfer.ts";
import { besideSealed, transferTables } from "./transfer-tables.ts";

/** A database of one partition that a proof opens in turn as a server does, and to be copied. */
export interface TransferDatabase {
  /** Opens it as a server does, for as long as `act` takes. */
  serve<T>(act: (store: Store) => Promise<T>): Promise<T>;
  source(): Promise<TransferSource>;
  /** @param masterKeys those that it has elsewhere, by default. */
  target(masterKeys?: readonly MasterKey[]): Promise<TransferTarget>;
  dispose(): Promise<void>;
}
export type CreateDatabase = () => Promise<TransferDatabase>;

type ProveCopy = (sentence: string, body: (from: TransferDatabase, to: TransferDatabase) => Promise<void>) => void;

/** A content that has something of everything, and how it is read. */
export interface GoldenContent {
  readonly write: (store: Store) => Promise<void>;
  readonly read: (store: Store) => Promise<unknown>;
}

interface Pair {
  readonly from: CreateDatabase;
  readonly to: CreateDatabase;
  readonly golden: GoldenContent;
}

/** Proves that all of one store comes into the other. `name` stands before every sentence. */
export function transferContract(name: string, pair: Pair): void {
  wholeContract(proofsOf(name, pair), contentWith(pair.golden));
}

/** Proves what does not depend on how texts are stored. */
export function troubledTransferContract(name: string, pair: Pair): void {
  const [prove, content] = [proofsOf(name, pair), contentWith(pair.golden)];
  interruptionContract(prove, content);
  refusalContract(prove, content);
}

function proofsOf(name: string, pair: Pair): ProveCopy {
  return (sentence, body) => {
    void test(`${name}: ${sentence}`, async () => {
      const [from, to] = [await pair.from(), await pair.to()];
      try {
        await body(from, to);
      } finally {
        await from.dispose();
        await to.dispose();
      }
    });
  };
}

function contentWith(golden: GoldenContent): GoldenContent {
  return { write: (store) => fill(store, golden), read: (store) => contentOf(store, golden) };
}

const small: PageBounds = { mostRows: 3, mostBytes: 20_000 };

/** Copies as the command does, each time with both anew. @param trouble lets the target fail. */
async function copied(
  from: TransferDatabase,
  to: TransferDatabase,
  trouble: (target: TransferTarget) => TransferTarget = (target) => target,
): Promise<CopyFigures> {
  const source = await from.source();
  try {
    const target = await to.target();
    try {
      return await copyStore({ source, target: trouble(target), bounds: small });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A text that not every database can have as it is. */
const strange = `half \ud800, none \u0000, "quoted" \\, {braces}, NULL, \u{1f600}`;

async function fill(store: Store, golden: GoldenContent): Promise<void> {
  await golden.write(store);
  const { catalogue, versions, journal } = store;
  const created = { type: "STANDARD", createdAt: 1, tags: { strange }, initialVersionDescription: strange } as const;
  const revision = { createdAt: 1, definition: `{"Comment":"${"é".repeat(9)}"}`, roleArn: strange };
  for (const status of ["DELETED", "DELETING", "ACTIVE"] as const) {
    const machine = await catalogue.createStateMachine({ ...created, name: `of ${status}` }, revision);
    await catalogue.addRevision({ ...revision, stateMachineId: machine?.id ?? 0, publicId: "public" });
    if (status !== "ACTIVE") await catalogue.updateStateMachine(machine?.id ?? 0, { status });
  }
  const routes = [{ versionNumber: 1, weight: 100 }];
  const alias = { stateMachineId: 4, name: "two", description: strange, createdAt: 5, updatedAt: 6 };
  await versions.createAlias({ ...alias, routes });
  for (let id = 7; id < 20; id++) {
    const extra = {
      events: [startedEvent(`"${id}"`)],
      signals: [{ executionId: 4, scheduledEventId: id, childExecutionId: id }],
    };
    await journal.append([
      started({ id, stateMachineId: 4, traceHeader: strange, parent: { executionId: 4, scheduledEventId: id } }, extra),
    ]);
  }
  for (let id = 19; id >= 7; id--) {
    const offers = [{ activityArn: "arn:activity", executionId: id, scheduledEventId: 2 }];
    const text = `"${"a text that is long enough to be compressed; ".repeat(id * 60)}"`;
    await journal.append([continued({ id, stateMachineId: 4, lastEventId: 2 }, [passed(2, text)], { offers })]);
  }
  await journal.append([
    continued({ id: 9, stateMachineId: 4, status: "ABORTED", stoppedAt: 1_763_826_599_000, lastEventId: 3 }),
  ]);
}

/** All that a store holds, as its users read it. */
async function contentOf(store: Store, golden: GoldenContent): Promise<unknown> {
  const { journal, versions, catalogue, signals, offers } = store;
  const page = { limit: 999 };
  const tasks = [];
  for (let offer = await offers.take("arn:activity"); offer !== undefined; offer = await offers.take("arn:activity"))
    tasks.push(offer);
  for (const offer of tasks) await offers.putBack(offer);
  const ids = Array.from({ length: 19 }, (_, i) => i + 1);
  const content = {
    held: await golden.read(store),
    records: await Promise.all(ids.map((id) => journal.readRecord(id))),
    rows: (await journal.readRows(page)).map(({ id, executionId, events }) => [
      id,
      executionId,
      JSON.stringify(events).length,
    ]),
    counts: await Promise.all(ids.map(async (id) => (await allEvents(journal, id)).length)),
    machines: await Promise.all([1, 2, 3, 4].map((id) => catalogue.readStateMachine(id))),
    revisions: await Promise.all([1, 2, 3, 4, 5, 6, 7].map((id) => catalogue.readRevision(id))),
    versions: await versions.listVersions(4, page),
    aliases: await versions.listAliases({ stateMachineId: 4 }, page),
    signals: (await signals.list(page)).map(({ id: _, ...signal }) => signal),
    listed: await journal.listRecords({ stateMachineId: 4 }, page),
    tasks,
  };
  // Half a character is none any more in UTF-8.
  return JSON.parse(
    JSON.stringify(content, (_key, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value)),
  );
}

function wholeContract(prove: ProveCopy, content: GoldenContent): void {
  prove("all that is in one store is in the other, which goes on with new ids", async (from, to) => {
    await from.serve(content.write);
    const figures = await copied(from, to);
    assert.equal(figures?.get("executions"), 19);
    assert.equal(figures?.get("state machines"), 4);
    assert.equal(figures?.get("activity tasks"), 13);
    const held = await from.serve(content.read);
    await to.serve(async (store) => {
      assert.deepEqual(await content.read(store), held);
      const [id, runId] = [store.journal.newExecutionId(), store.mapRuns.newMapRunId()];
      assert.ok(id > 19);
      assert.ok(runId > 40);
      const before = await store.journal.newestRowId();
      const signals = [{ executionId: id, scheduledEventId: 1, childExecutionId: 1 }];
      const offers = [{ activityArn: "arn:activity", executionId: id, scheduledEventId: 2 }];
      await store.journal.append([started({ id }, { signals, offers })]);
      await store.journal.append([continued({ id: 7, stateMachineId: 4, lastEventId: 3 }, [passed(3, "{}")])]);
      assert.equal((await allEvents(store.journal, 7)).length, 3);
      assert.deepEqual(
        (await store.journal.readRows({ limit: 9, after: before })).map(({ executionId }) => executionId),
        [id, 7],
      );
      const machine = await store.catalogue.createStateMachine(
        { name: "new", type: "STANDARD", createdAt: 1, tags: {} },
        { createdAt: 1, definition: "{}", roleArn: "role" },
      );
      assert.equal(machine?.id, 5);
      assert.equal(machine.revisionId, 8);
    });
  });

  prove("a store in which there is nothing is copied as well", async (from, to) => {
    const secret = await from.serve(async (store) => store.secret);
    await copied(from, to);
    assert.equal(await to.serve(async (store) => store.secret), secret);
  });
}

class Interruption extends Error {}

/** A target that fails after some writes, before it has written or after. */
function failing(target: TransferTarget, writes: number, isWritten: boolean): TransferTarget {
  let count = 0;
  const step = async (act: () => Promise<void>): Promise<void> => {
    const isLast = count === writes;
    count += 1;
    if (!isLast || isWritten) await act();
    if (isLast) throw new Interruption("it was drawn to fail");
  };
  return {
    place: target.place,
    begin: (...given) => target.begin(...given),
    write: (...given) => step(() => target.write(...given)),
    written: () => target.written(),
    readBack: (...given) => target.readBack(...given),
    count: (table) => target.count(table),
    complete: () => step(() => target.complete()),
    close: () => target.close(),
  };
}

function interruptionContract(prove: ProveCopy, content: GoldenContent): void {
  for (const isWritten of [false, true]) {
    const when = isWritten ? "behind" : "before";
    prove(`a copy that is interrupted ${when} every single write comes to the same`, async (from, to) => {
      await from.serve(content.write);
      let interruptions = 0;
      // Each attempt gets on by one write.
      const trouble = (target: TransferTarget): TransferTarget => failing(target, isWritten ? 0 : 1, isWritten);
      for (let isOver = false; !isOver;) {
        try {
          await copied(from, to, trouble);
          isOver = true;
        } catch (error) {
          if (!(error instanceof Interruption)) throw error;
          interruptions += 1;
          await assertPart(to, isWritten);
        }
      }
      assert.ok(interruptions > 20, `${interruptions} interruptions`);
      const held = await from.serve(content.read);
      assert.deepEqual(await to.serve(content.read), held);
    });
  }

  prove("a copy that was interrupted before its end goes on where it was", async (from, to) => {
    await from.serve(content.write);
    await assert.rejects(
      copied(from, to, (target) => failing(target, 8, false)),
      Interruption,
    );
    const [source, target] = [await from.source(), await to.target()];
    let resumed = 0;
    await copyStore({ source, target, bounds: small, onResumed: (rows) => (resumed = rows) });
    await Promise.all([source.close(), target.close()]);
    assert.ok(resumed > 8, `${resumed} rows were there`);
    assert.deepEqual(await to.serve(content.read), await from.serve(content.read));
  });
}

/** A server refuses a part by name; the end alone is behind the last write. */
async function assertPart(to: TransferDatabase, mayBeWhole: boolean): Promise<void> {
  const isPart = /holds a part of a copy: run the same pawl copy again/;
  const refusal = await to.serve(async () => undefined).catch(String);
  if (refusal !== undefined || !mayBeWhole) assert.match(String(refusal), isPart);
}

function refusalContract(prove: ProveCopy, content: GoldenContent): void {
  prove("a target that holds anything else is refused, and left as it was", async (from, to) => {
    await from.serve(content.write);
    await to.serve(async ({ catalogue }) => catalogue.createActivity({ name: "mine", createdAt: 1, tags: {} }));
    await assert.rejects(copied(from, to), /holds data already: name an empty one/);
    await to.serve(async ({ catalogue }) => assert.equal(await catalogue.countActivities(), 1));
  });

  prove("what was copied is not copied into again, but for the same copy, which is complete", async (from, to) => {
    await from.serve(content.write);
    await copied(from, to);
    assert.equal(await copied(from, to), undefined);
    await from.serve(async ({ journal }) => journal.append([started({ id: 77 })]));
    await assert.rejects(copied(from, to), /holds data already/);
  });

  prove("data that were copied once stay as they are, whichever keys are named", async (from, to) => {
    await from.serve(content.write);
    await copied(from, to);
    const held = await to.serve(content.read);
    const [source, target] = [await from.source(), await to.target([masterKeyOf(new Uint8Array(32).fill(9))])];
    assert.equal(await copyStore({ source, target }), undefined);
    await Promise.all([source.close(), target.close()]);
    assert.deepEqual(await to.serve(content.read), held);
  });

  prove("a part is not gone on with when a server has worked with its source", async (from, to) => {
    await from.serve(content.write);
    await assert.rejects(
      copied(from, to, (target) => failing(target, 5, true)),
      Interruption,
    );
    await from.serve(async ({ journal }) => journal.append([started({ id: 77 })]));
    await assert.rejects(
      copied(from, to),
      /holds a part of a copy of the same data, with which a server has worked since/,
    );
  });

  prove("neither a source nor a target that a server works with is copied", async (from, to) => {
    await from.serve(async () => assert.rejects(copied(from, to), StoreInUseError));
    await to.serve(async () => assert.rejects(copied(from, to), StoreInUseError));
  });

  prove("what differs at the end is found, and nobody may work with it", async (from, to) => {
    await from.serve(content.write);
    const losing = (target: TransferTarget): TransferTarget => ({
      ...failing(target, 9_999, true),
      write: (table, rows, position) =>
        target.write(table, table.name === "journal_mark" ? rows.slice(1) : rows, position),
    });
    await assert.rejects(copied(from, to, losing), /misses the row 1\/2 of journal_mark: the copy is not right/);
    await assertPart(to, false);
  });

  prove("one row that says something else is found", async (from, to) => {
    await from.serve(content.write);
    const changing = (target: TransferTarget): TransferTarget => ({
      ...failing(target, 9_999, true),
      write: (table, rows, position) =>
        target.write(
          table,
          table.name === "journal" ? rows.map((row) => (row["id"] === 5 ? { ...row, events: "[]" } : row)) : rows,
          position,
        ),
    });
    await assert.rejects(copied(from, to, changing), /has another events in the row 5 of journal/);
  });
}

/** Proves that a table or column that is new in a schema is copied. @param columns such as `execution.id`, of all tables. */
export function requireCopied(columns: readonly string[], reasons: Readonly<Record<string, string>>): void {
  const copiedColumns = new Set(
    transferTables.flatMap((table) =>
      [...Object.keys(table.columns), ...besideSealed(table)].map((column) => `${table.name}.${column}`),
    ),
  );
  const isExplained = (column: string): boolean =>
    [column, column.replace(/\..*/, ""), column.replace(/.*\./, "*.")].some((name) => reasons[name] !== undefined);
  const left = columns.filter((column) => !copiedColumns.has(column) && !isExplained(column));
  assert.deepEqual(left, [], "copy them (transfer-tables.ts), or say in the test why they are not");
  assert.ok(columns.length > copiedColumns.size);
}
