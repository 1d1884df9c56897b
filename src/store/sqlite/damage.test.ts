// A disk that gives back something else than was written: it is told, and nothing of it is served.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { allEvents, passed, started, startedEvent } from "../contract-fixtures.ts";
import { StoreDamagedError } from "../errors.ts";
import { prove, within } from "./encrypted-fixtures.ts";

/** One execution with a row that is a text, and one with a row that is compressed. */
const texts: readonly string[] = ['"short and plain"', JSON.stringify("long and repeated ".repeat(5_000))];

/** Another bit for one in a cell. */
function flipBit(cell: string | Uint8Array, position: number): string | Uint8Array {
  const bytes = Buffer.from(cell);
  // Bits above the lowest may make ill-formed UTF-8, which SQLite would not give back as it is.
  const index = position % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return typeof cell === "string" ? bytes.toString() : bytes;
}

prove("a bit that has changed in a journal row or a definition is told by name, and the rest is read", async (file) => {
  await within(file, {}, async (store) => {
    for (const [index, text] of texts.entries()) {
      await store.journal.append([started({ id: index + 1 }, { events: [startedEvent("{}"), passed(2, text)] })]);
    }
    await store.journal.append([started({ id: 3 })]);
    await store.catalogue.createStateMachine(
      { name: "m", type: "STANDARD", createdAt: 1, tags: {} },
      { createdAt: 1, definition: '{"StartAt":"A"}', roleArn: "role" },
    );
  });
  for (const [column, id] of [
    ["events", 1],
    ["packed_events", 2],
  ] as const) {
    for (const position of [0, 1, 7, 30, 61, 83, 127, 1_009]) {
      const database = new DatabaseSync(file);
      const row = database.prepare(`SELECT ${column} AS cell FROM journal WHERE id = ?`).get(id);
      const cell = row?.["cell"] as string | Uint8Array;
      assert.ok(cell.length > 0, "the row is stored in the way that is looked at");
      const replace = database.prepare(`UPDATE journal SET ${column} = ? WHERE id = ?`);
      replace.run(flipBit(cell, position), id);
      await within(file, {}, async (store) => {
        await assert.rejects(allEvents(store.journal, id), (error: unknown) => {
          assert.ok(error instanceof StoreDamagedError, String(error));
          assert.match(
            error.message,
            new RegExp(`pawl\\.db: row ${id} of the journal, for execution ${id}, is damaged`),
          );
          return true;
        });
        assert.equal((await allEvents(store.journal, 3)).length, 1);
      });
      replace.run(cell, id);
      database.close();
    }
    await within(file, {}, async (store) => assert.equal((await allEvents(store.journal, id)).length, 2));
  }
  const database = new DatabaseSync(file);
  database.exec(`UPDATE revision SET definition = '{"StartAt":"B"}'`);
  database.close();
  await within(file, {}, (store) => assert.rejects(store.catalogue.readRevision(1), StoreDamagedError));
});

prove("a row that has come into another execution's chain is refused", async (file) => {
  await within(file, {}, (store) => store.journal.append([started({ id: 1 }), started({ id: 2 })]));
  const database = new DatabaseSync(file);
  database.exec("UPDATE execution SET first_journal_id = 2, last_journal_id = 2 WHERE id = 1");
  database.close();
  await within(file, {}, (store) => assert.rejects(allEvents(store.journal, 1), StoreDamagedError));
});
