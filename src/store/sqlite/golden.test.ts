import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type GoldenMapRuns, heldMapRuns, liveOnMapRuns } from "../../testing/golden-map-runs.ts";
import { goldenKey, type GoldenRecord, heldBy, liveOn, openGoldenWorld } from "../../testing/golden-store.ts";
import { copyStore } from "../copy-store.ts";
import type { MasterKey } from "../envelope.ts";
import { StoreKeyError } from "../errors.ts";
import { edit } from "./encrypted-fixtures.ts";
import { openSqliteSource } from "./transfer-source.ts";
import { openSqliteTarget } from "./transfer-target.ts";

// These files stand for files on disks: where one of these tests fails, the code is wrong and never the file.
// A later build that writes differently gets files of its own, by scripts/write-golden-stores.ts.
const openings = [
  { name: "plain", how: "as it is", isSecretKept: true },
  { name: "encrypted", how: "with its key", masterKeys: [goldenKey], isSecretKept: true },
  // A secret that once stood in the open is none any more.
  { name: "plain", how: "with a key from now on", masterKeys: [goldenKey], isSecretKept: false },
];

/** Gives a proof a copy of a golden file in a directory of its own. */
async function withCopy<Recorded = GoldenRecord>(
  name: string,
  prove: (file: string, record: Recorded) => Promise<void>,
): Promise<void> {
  const folder = new URL("golden/", import.meta.url);
  const directory = mkdtempSync(join(tmpdir(), "pawl-golden-"));
  try {
    const file = join(directory, "pawl.db");
    writeFileSync(file, gunzipSync(readFileSync(new URL(`${name}.db.gz`, folder))));
    await prove(file, JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Recorded);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

for (const { name, how, masterKeys, isSecretKept } of openings) {
  void test(`the ${name} file, opened ${how}, holds what was recorded and comes to the recorded ends`, () =>
    withCopy(name, async (file, record) => {
      const world = await openGoldenWorld(file, { now: record.now, masterKeys });
      try {
        assert.deepEqual(await heldBy(world), record.held);
        assert.equal(world.store.secret === record.secret, isSecretKept);
        assert.deepEqual(await liveOn(world, record), record.ends);
      } finally {
        await world.close();
      }
    }));
}

/** Another file with all that is in a golden one. */
async function copyOf(file: string, masterKeys: readonly MasterKey[] | undefined): Promise<string> {
  const copied = `${file}.copied`;
  const [source, target] = [
    await openSqliteSource(file, { masterKeys }),
    await openSqliteTarget(copied, { masterKeys }),
  ];
  await copyStore({ source, target });
  await Promise.all([source.close(), target.close()]);
  return copied;
}

const keys = [
  { kind: "plain", masterKeys: undefined },
  { kind: "encrypted", masterKeys: [goldenKey] },
];
for (const { kind, masterKeys } of keys) {
  void test(`a copy of the ${kind} file holds what was recorded, and comes to the recorded ends`, () =>
    withCopy(kind, async (file, record) => {
      const world = await openGoldenWorld(await copyOf(file, masterKeys), { now: record.now, masterKeys });
      try {
        assert.deepEqual(await heldBy(world), record.held);
        assert.equal(world.store.secret, record.secret);
        assert.deepEqual(await liveOn(world, record), record.ends);
      } finally {
        await world.close();
      }
    }));

  for (const isCopied of [false, true]) {
    const which = `the ${kind} file of Map Runs${isCopied ? ", copied," : ""}`;
    void test(`${which} holds them as recorded, and they come to the recorded ends`, () =>
      withCopy<GoldenMapRuns>(kind === "plain" ? "map-runs" : "encrypted-map-runs", async (file, record) => {
        const opened = isCopied ? await copyOf(file, masterKeys) : file;
        const world = await openGoldenWorld(opened, { now: record.now, masterKeys });
        try {
          assert.deepEqual(await heldMapRuns(world), record.held);
          assert.deepEqual(await liveOnMapRuns(world), record.ends);
        } finally {
          await world.close();
        }
      }));
  }
}

void test("the encrypted file does not open without its key", () =>
  withCopy("encrypted", async (file, { now }) => {
    await assert.rejects(openGoldenWorld(file, { now }), StoreKeyError);
  }));

void test("a file in which a number became another is found out", () =>
  withCopy("plain", async (file, record) => {
    edit(file, "UPDATE execution SET wake_at = wake_at + 1 WHERE wake_at IS NOT NULL");
    const world = await openGoldenWorld(file, { now: record.now });
    const held = await heldBy(world);
    await world.close();
    assert.notDeepEqual(held, record.held);
  }));
