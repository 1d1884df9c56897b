// Which keys open an encrypted store, and how a plain one becomes encrypted.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync, statSync } from "node:fs";
import { allEvents, continued, passed, started, startedEvent } from "../contract-fixtures.ts";
import { SealBrokenError, StoreKeyError } from "../errors.ts";
import type { Store } from "../store.ts";
import {
  assertFilled,
  edit,
  encrypted,
  fill,
  filesWith,
  first,
  marker,
  prove,
  second,
  select,
  within,
} from "./encrypted-fixtures.ts";
import { toSchemaVersion3 } from "./old-store-fixtures.ts";
import { openSqliteStore, type SqliteOptions } from "./sqlite-store.ts";

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

prove(
  "an opening that is refused leaves the file as it is, so that the version that wrote it still opens it",
  async (file) => {
    await within(file, encrypted, fill);
    toSchemaVersion3(file);
    const contents = readFileSync(file);
    const refused: readonly (readonly [why: string, options: SqliteOptions, name: string])[] = [
      ["it is in use", { ...encrypted, lockPatienceMs: 0, tryLock: () => undefined }, "StoreInUseError"],
      ["it has a key", {}, "StoreKeyError"],
      ["it has another key", { masterKeys: [second] }, "StoreKeyError"],
    ];
    for (const [why, options, name] of refused) {
      await assert.rejects(openSqliteStore(file, options), { name }, why);
      assert.ok(readFileSync(file).equals(contents), why);
    }
    await within(file, encrypted, assertFilled);
  },
);

prove("a new first key takes over at the next opening, and the former one opens nothing any more", async (file) => {
  await within(file, encrypted, fill);
  const wrapped = select(file, "SELECT hex(wrapped) FROM data_key WHERE id = 1") as string;
  assert.equal(filesWith(file, Buffer.from(wrapped, "hex")).length, 1);
  const notices: string[] = [];
  const onNotice = (notice: string): void => void notices.push(notice);
  await within(file, { masterKeys: [second, first], onNotice }, async (store) => {
    assert.match(notices.join("\n"), new RegExp(`^pawl\\.db is opened by the key ${second.fingerprint} alone`));
    assert.deepEqual(filesWith(file, Buffer.from(wrapped, "hex")), [], "what the former key can open");
    await assertFilled(store);
  });
  await assert.rejects(openSqliteStore(file, encrypted), StoreKeyError);
  await within(file, { masterKeys: [second], onNotice }, assertFilled);
  assert.equal(notices.length, 1, "it is said once");
  await within(file, { masterKeys: [first, second] }, assertFilled);
});

/** More rows than one batch seals. */
async function fillMuch(file: string): Promise<void> {
  await within(file, {}, async (store) => {
    await fill(store);
    const text = JSON.stringify(`${marker} ${"x".repeat(500)}`);
    for (let id = 3; id < 2503; id += 500) {
      await store.journal.append(
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
    const [start] = await allEvents(store.journal, id);
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
  await store.journal.append([started({ id: 5000 })]);
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

prove("plain text that somebody without a key puts into an encrypted store is not taken for its own", async (file) => {
  await within(file, encrypted, fill);
  copyFileSync(file, `${file}-good`);
  for (const state of [0, 1, 2, 3]) {
    copyFileSync(`${file}-good`, file);
    edit(file, `UPDATE revision SET definition = '"forged"', sealed_definition = NULL WHERE id = 1`);
    edit(file, `UPDATE partition SET encryption = ${state}`);
    const reading = within(file, encrypted, async (store) => void (await store.catalogue.readRevision(1)));
    await assert.rejects(reading, SealBrokenError, `encryption = ${state}`);
  }
});

prove("the log of a process that died holds plain text too, and is not forgotten", async (file) => {
  const store = await openSqliteStore(`${file}-lived`);
  await fill(store);
  // The log grows by the same pages again and again, and is then longer than all that the file will ever hold.
  await store.journal.append([started({ id: 3 })]);
  for (let eventId = 2; eventId < 300; eventId++) {
    await store.journal.append([continued({ id: 3, lastEventId: eventId }, [passed(eventId, `"${marker}"`)])]);
  }
  for (const suffix of ["", "-wal"]) copyFileSync(`${file}-lived${suffix}`, `${file}${suffix}`);
  await store.close();
  rmSync(`${file}-lived`);
  assert.ok(statSync(`${file}-wal`).size > 1_000_000);
  await within(file, encrypted, async (opened) => {
    assert.deepEqual(filesWith(file, marker), []);
    await assertFilled(opened);
  });
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
