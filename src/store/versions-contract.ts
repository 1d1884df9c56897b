// The part of the store contract that concerns versions and aliases.
import assert from "node:assert/strict";
import type { Prove } from "./contract-fixtures.ts";
import type { StateMachineRecord } from "./catalogue.ts";
import type { Store } from "./store.ts";
import type { AliasRecord, Route, VersionRecord } from "./versions.ts";

const revision = { createdAt: 5, definition: '{"StartAt":"A"}', roleArn: "role" } as const;

export function versionsContract(prove: Prove): void {
  publishContract(prove);
  versionListContract(prove);
  aliasContract(prove);
  aliasListContract(prove);
}

async function create(store: Store, name: string, description?: string): Promise<StateMachineRecord> {
  const machine = await store.catalogue.createStateMachine(
    { name, type: "STANDARD", createdAt: 5, tags: {}, initialVersionDescription: description },
    revision,
  );
  assert.ok(machine);
  return machine;
}

/** A machine of as many published revisions, by the first number of which the others follow. */
async function published(store: Store, name: string, count: number): Promise<StateMachineRecord> {
  const machine = await create(store, name);
  for (let i = 0; i < count; i++) await publish(store, machine);
  return machine;
}

/** Publishes a new revision of the machine. */
async function publish(store: Store, { id }: StateMachineRecord): Promise<VersionRecord> {
  const added = await store.catalogue.addRevision({ ...revision, stateMachineId: id, publicId: "p" });
  return store.versions.publishVersion({ stateMachineId: id, revisionId: added.id, createdAt: 6 });
}

const numbersOf = (versions: readonly VersionRecord[]): readonly number[] => versions.map(({ number }) => number);
const namesOf = (aliases: readonly AliasRecord[]): readonly string[] => aliases.map(({ name }) => name);

function publishContract(prove: Prove): void {
  prove("a machine may be created with its first version", async ({ store, reopen }) => {
    const bare = await create(store, "bare");
    const empty = await create(store, "empty", "");
    const described = await create(store, "described", "first");
    const reopened = await reopen();
    assert.equal(await reopened.versions.findVersion(bare.id, 1), undefined);
    assert.equal((await reopened.catalogue.findStateMachine("bare"))?.initialVersionDescription, undefined);
    assert.equal((await reopened.catalogue.findStateMachine("empty"))?.initialVersionDescription, "");
    assert.equal((await reopened.catalogue.findStateMachine("described"))?.initialVersionDescription, "first");
    const version = (await reopened.versions.findVersion(empty.id, 1)) ?? {};
    assert.deepEqual(
      { description: undefined, ...version },
      {
        stateMachineId: empty.id,
        number: 1,
        revisionId: empty.revisionId,
        createdAt: 5,
        description: undefined,
      },
    );
    assert.equal((await reopened.versions.findVersion(described.id, 1))?.description, "first");
  });

  prove("a revision has one version, and every revision its own", async ({ store, reopen }) => {
    const { id, revisionId } = await create(store, "m");
    const given = { stateMachineId: id, revisionId, createdAt: 7, description: "one" };
    const first = await store.versions.publishVersion(given);
    assert.deepEqual(first, { ...given, number: 1 });
    assert.deepEqual(await store.versions.publishVersion({ ...given, createdAt: 8, description: "again" }), first);
    const next = await store.catalogue.addRevision({ ...revision, stateMachineId: id, publicId: "p" });
    const second = await store.versions.publishVersion({ stateMachineId: id, revisionId: next.id, createdAt: 9 });
    assert.equal(second.number, 2);
    const reopened = await reopen();
    assert.deepEqual(await reopened.versions.findVersion(id, 1), first);
    assert.deepEqual(await reopened.versions.findVersionOf(id, revisionId), first);
    assert.equal((await reopened.versions.findVersionOf(id, next.id))?.number, 2);
    assert.equal(await reopened.versions.findVersion(id, 3), undefined);
    assert.equal(await reopened.versions.findVersion(99, 1), undefined);
    assert.equal(await reopened.versions.findVersionOf(id, 99), undefined);
    assert.equal(await reopened.versions.countVersions(id), 2);
    assert.equal(await reopened.versions.countVersions(99), 0);
  });

  prove("the number of a deleted version is never given again", async ({ store, reopen }) => {
    const machine = await published(store, "m", 2);
    const { id } = machine;
    assert.deepEqual(await store.versions.deleteVersion(id, 2), []);
    assert.deepEqual(await store.versions.deleteVersion(id, 2), [], "it is gone already");
    const reopened = await reopen();
    assert.equal(await reopened.versions.findVersion(id, 2), undefined);
    assert.equal(await reopened.versions.countVersions(id), 1);
    assert.equal((await publish(reopened, machine)).number, 3);
    const current = await reopened.catalogue.readStateMachine(id);
    await reopened.versions.deleteVersion(id, 3);
    const { number } = await reopened.versions.publishVersion({
      stateMachineId: id,
      revisionId: current?.revisionId ?? 0,
      createdAt: 9,
    });
    assert.equal(number, 4, "the same revision, published again");
  });
}

function versionListContract(prove: Prove): void {
  prove("versions are listed newest first in pages", async ({ store }) => {
    const { id } = await published(store, "m", 12);
    await published(store, "other", 3);
    await store.versions.deleteVersion(id, 11);
    const first = await store.versions.listVersions(id, { limit: 3 });
    assert.deepEqual(numbersOf(first), [12, 10, 9]);
    assert.deepEqual(numbersOf(await store.versions.listVersions(id, { limit: 2, after: 9 })), [8, 7]);
    assert.deepEqual(numbersOf(await store.versions.listVersions(id, { limit: 9, after: 3 })), [2, 1]);
    assert.deepEqual(await store.versions.listVersions(99, { limit: 9 }), []);
  });

  prove("the versions and aliases of a deleted machine go with it", async ({ store, reopen }) => {
    const { id } = await published(store, "m", 1);
    const other = await published(store, "other", 1);
    await store.versions.createAlias(alias(id, "a", [{ versionNumber: 1, weight: 100 }]));
    await store.versions.createAlias(alias(other.id, "a", [{ versionNumber: 1, weight: 100 }]));
    await store.catalogue.updateStateMachine(id, { status: "DELETING" });
    assert.deepEqual([await store.versions.countVersions(id), await store.versions.countAliases(id)], [1, 1]);
    await store.catalogue.updateStateMachine(id, { status: "DELETED" });
    const reopened = await reopen();
    assert.deepEqual([await reopened.versions.countVersions(id), await reopened.versions.countAliases(id)], [0, 0]);
    assert.deepEqual(
      [await reopened.versions.countVersions(other.id), await reopened.versions.countAliases(other.id)],
      [1, 1],
    );
    assert.equal((await create(reopened, "m", "")).name, "m");
    assert.equal((await reopened.catalogue.findStateMachine("m"))?.initialVersionDescription, "");
  });
}

function alias(stateMachineId: number, name: string, routes: readonly Route[]): AliasRecord {
  return { stateMachineId, name, routes, createdAt: 6, updatedAt: 6 };
}

function aliasContract(prove: Prove): void {
  prove("an alias is read back as it was written, and changes where an update says so", async ({ store, reopen }) => {
    const { id } = await published(store, "m", 3);
    const split = [
      { versionNumber: 3, weight: 30 },
      { versionNumber: 1, weight: 70 },
    ];
    const full = { ...alias(id, "full", split), description: "both" };
    const bare = alias(id, "bare", [{ versionNumber: 2, weight: 100 }]);
    assert.deepEqual(await store.versions.createAlias(full), full);
    assert.deepEqual(await store.versions.createAlias(bare), bare);
    const reopened = await reopen();
    assert.deepEqual(await reopened.versions.findAlias(id, "full"), full);
    assert.deepEqual(await reopened.versions.findAlias(id, "bare"), bare);
    assert.equal(await reopened.versions.findAlias(id, "Full"), undefined);
    assert.equal(await reopened.versions.findAlias(99, "full"), undefined);

    const described = { ...bare, description: "now", updatedAt: 8 };
    assert.deepEqual(await reopened.versions.updateAlias(id, "bare", { updatedAt: 8, description: "now" }), described);
    const routed = { ...described, routes: split, updatedAt: 9 };
    assert.deepEqual(await reopened.versions.updateAlias(id, "bare", { updatedAt: 9, routes: split }), routed);
    const single = [{ versionNumber: 1, weight: 100 }];
    const last = { ...bare, routes: single, updatedAt: 10 };
    assert.deepEqual(
      await reopened.versions.updateAlias(id, "bare", { updatedAt: 10, routes: single, description: "" }),
      last,
    );
    assert.deepEqual(await (await reopen()).versions.findAlias(id, "bare"), last);
  });

  prove("an alias is refused whose name is taken or whose version is not there", async ({ store }) => {
    const { id } = await published(store, "m", 1);
    const other = await published(store, "other", 2);
    const first = alias(id, "a", [{ versionNumber: 1, weight: 100 }]);
    const missing = [
      { versionNumber: 1, weight: 50 },
      { versionNumber: 2, weight: 50 },
    ];
    assert.equal(await store.versions.createAlias({ ...first, routes: missing }), "versionMissing");
    assert.equal(await store.versions.findAlias(id, "a"), undefined);
    await store.versions.createAlias(first);
    assert.equal(await store.versions.createAlias({ ...first, description: "other" }), "nameTaken");
    assert.equal(await store.versions.updateAlias(id, "a", { updatedAt: 9, routes: missing }), "versionMissing");
    assert.equal(await store.versions.updateAlias(id, "b", { updatedAt: 9, description: "x" }), "aliasMissing");
    assert.deepEqual(await store.versions.findAlias(id, "a"), first);
    assert.notEqual(await store.versions.createAlias({ ...first, stateMachineId: other.id }), "nameTaken");
  });

  prove("a version stays while an alias refers to it", async ({ store }) => {
    const { id } = await published(store, "m", 3);
    const other = await published(store, "other", 2);
    await store.versions.createAlias(alias(other.id, "elsewhere", [{ versionNumber: 2, weight: 100 }]));
    const split = [
      { versionNumber: 1, weight: 100 },
      { versionNumber: 2, weight: 0 },
    ];
    await store.versions.createAlias(alias(id, "b", split));
    await store.versions.createAlias(alias(id, "a", [{ versionNumber: 2, weight: 100 }]));
    assert.deepEqual(await store.versions.deleteVersion(id, 2), ["a", "b"]);
    assert.deepEqual(await store.versions.deleteVersion(id, 1), ["b"]);
    assert.equal(await store.versions.countVersions(id), 3);
    await store.versions.updateAlias(id, "b", { updatedAt: 9, routes: [{ versionNumber: 3, weight: 100 }] });
    await store.versions.deleteAlias(id, "a");
    await store.versions.deleteAlias(id, "a");
    assert.deepEqual(await store.versions.deleteVersion(id, 2), []);
    assert.deepEqual(await store.versions.deleteVersion(id, 3), ["b"]);
    assert.deepEqual(numbersOf(await store.versions.listVersions(id, { limit: 9 })), [3, 1]);
  });
}

function aliasListContract(prove: Prove): void {
  prove("aliases are listed by name in pages, all of a machine or those of a version", async ({ store }) => {
    const { id } = await published(store, "m", 2);
    const other = await published(store, "other", 1);
    const both = [
      { versionNumber: 2, weight: 40 },
      { versionNumber: 1, weight: 60 },
    ];
    for (const name of ["d", "b", "a", "c"]) await store.versions.createAlias(alias(id, name, both.slice(0, 1)));
    for (const name of ["e", "Z"]) await store.versions.createAlias(alias(id, name, both));
    await store.versions.createAlias(alias(other.id, "x", both.slice(1)));
    const machine = { stateMachineId: id };
    assert.deepEqual(namesOf(await store.versions.listAliases(machine, { limit: 3 })), ["Z", "a", "b"]);
    assert.deepEqual(namesOf(await store.versions.listAliases(machine, { limit: 9, after: "b" })), ["c", "d", "e"]);
    assert.deepEqual(namesOf(await store.versions.listAliases({ ...machine, versionNumber: 1 }, { limit: 9 })), [
      "Z",
      "e",
    ]);
    assert.deepEqual(
      namesOf(await store.versions.listAliases({ ...machine, versionNumber: 2 }, { limit: 2, after: "c" })),
      ["d", "e"],
    );
    assert.deepEqual(await store.versions.listAliases({ ...machine, versionNumber: 3 }, { limit: 9 }), []);
    assert.equal(await store.versions.countAliases(id), 6);
  });
}
