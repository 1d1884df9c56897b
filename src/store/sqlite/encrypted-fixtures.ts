// The common ground of the proofs of encryption: a store with a marker in everything that is to be unreadable, and looks into its files.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { allEvents, continued, passed, started, startedEvent } from "../contract-fixtures.ts";
import { masterKeyOf } from "../envelope.ts";
import type { MapRunRecord } from "../map-run-row.ts";
import type { Store } from "../store.ts";
import { openSqliteStore, type SqliteOptions } from "./sqlite-store.ts";

/** Runs a proof in a directory of its own. */
export function prove(sentence: string, body: (file: string) => Promise<void>): void {
  void test(sentence, async () => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-encrypted-"));
    try {
      await body(join(directory, "pawl.db"));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

export const first = masterKeyOf(new Uint8Array(32).fill(1));
export const second = masterKeyOf(new Uint8Array(32).fill(2));
export const encrypted: SqliteOptions = { masterKeys: [first] };

/** Stands in everything that is to be unreadable. */
export const marker = "MARKER-a9f1c6";

/** The one is stored as it is, the other compressed. */
const outputOf = (id: number): string => `"${marker} output ${id}${id === 1 ? "" : "x".repeat(50_000)}"`;

export async function fill(store: Store): Promise<void> {
  const machine = await store.catalogue.createStateMachine(
    { name: "m", type: "STANDARD", createdAt: 1, tags: {} },
    { createdAt: 1, definition: `{"Comment":"${marker} first"}`, roleArn: "role" },
  );
  assert.ok(machine);
  await store.catalogue.addRevision({
    stateMachineId: 1,
    createdAt: 1,
    definition: `"${marker} second"`,
    roleArn: "role",
  });
  for (const id of [1, 2]) {
    const traceHeader = `Root=${marker}-${id}`;
    const events = [startedEvent(`"${marker} input ${id}"`), passed(2, outputOf(id))];
    const mapRuns = [{ kind: "begin", run: mapRunOf(id) }] as const;
    await store.journal.append([started({ id, traceHeader }, { events, mapRuns })]);
    const failed = { kind: "ExecutionFailed", id: 3, previousEventId: 2, at: 3, error: "E", cause: marker } as const;
    await store.journal.append([continued({ id, status: "FAILED", lastEventId: 3 }, [failed])]);
  }
}

function mapRunOf(id: number): MapRunRecord {
  const state = { stateName: `${marker} state`, childType: "STANDARD" } as const;
  const place = { executionId: id, startedEventId: 2, stateMachineId: 1, label: "L", uuid: `uuid-${id}` };
  return { id, ...place, status: "RUNNING", isOpen: true, startedAt: 1, state };
}

export async function assertFilled(store: Store): Promise<void> {
  // A file of an earlier version has none.
  const hasMapRuns = store.mapRuns.newMapRunId() > 1;
  assert.equal((await store.catalogue.readRevision(1))?.definition, `{"Comment":"${marker} first"}`);
  assert.equal((await store.catalogue.readRevision(2))?.definition, `"${marker} second"`);
  for (const id of [1, 2]) {
    assert.equal((await store.journal.readRecord(id))?.traceHeader, `Root=${marker}-${id}`);
    if (hasMapRuns) assert.deepEqual(await store.mapRuns.readMapRun(id), mapRunOf(id));
    const [start, exit, end] = await allEvents(store.journal, id);
    assert.equal(start?.kind === "ExecutionStarted" && start.input.text, `"${marker} input ${id}"`);
    assert.equal(exit?.kind === "StateExited" && exit.output.text, outputOf(id));
    assert.equal(end?.kind === "ExecutionFailed" && end.cause, marker);
  }
}

/** The files of the store that hold a text. */
export function filesWith(file: string, text: string | Buffer): readonly string[] {
  return readdirSync(dirname(file)).filter((name) => readFileSync(join(dirname(file), name)).includes(text));
}

export function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

export function select(file: string, sql: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return Object.values(database.prepare(sql).get() ?? {})[0];
  } finally {
    database.close();
  }
}

/** Opens, looks and closes. */
export async function within(
  file: string,
  options: SqliteOptions,
  look: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openSqliteStore(file, options);
  try {
    await look(store);
  } finally {
    await store.close();
  }
}
