// The half of the store contract that concerns state machines, revisions and activities.
import assert from "node:assert/strict";
import { continued, type Prove, started } from "./contract-fixtures.ts";
import type { ActivityRecord, StateMachineRecord } from "./catalogue.ts";
import type { Store } from "./store.ts";

const revision = { createdAt: 5, definition: '{"StartAt":"A"}', roleArn: "role" } as const;

async function create(store: Store, name: string): Promise<StateMachineRecord> {
  const machine = await store.catalogue.createStateMachine(
    { name, type: "STANDARD", createdAt: 5, tags: {} },
    revision,
  );
  assert.ok(machine);
  return machine;
}

export function catalogueContract(prove: Prove): void {
  machineContract(prove);
  machineListContract(prove);
  openExecutionsContract(prove);
  activityContract(prove);
}

function machineContract(prove: Prove): void {
  prove("a machine and its first revision are created together, once per name", async ({ store, reopen }) => {
    const tags = { team: "blue", __proto__x: "1" };
    const given = { name: "m", type: "EXPRESS", createdAt: 9, tags } as const;
    const created = await store.catalogue.createStateMachine(given, {
      ...revision,
      loggingConfiguration: '{"level":"ALL"}',
    });
    assert.ok(created);
    assert.deepEqual(created, { ...given, id: created.id, revisionId: created.revisionId, status: "ACTIVE" });
    assert.equal(await store.catalogue.createStateMachine(given, revision), undefined);
    const reopened = await reopen();
    assert.deepEqual(await reopened.catalogue.findStateMachine("m"), created);
    assert.deepEqual(await reopened.catalogue.readStateMachine(created.id), created);
    assert.deepEqual(await reopened.catalogue.readRevision(created.revisionId), {
      ...revision,
      id: created.revisionId,
      stateMachineId: created.id,
      loggingConfiguration: '{"level":"ALL"}',
    });
    assert.equal(await reopened.catalogue.findStateMachine("M"), undefined);
    assert.equal(await reopened.catalogue.readStateMachine(99), undefined);
    assert.equal(await reopened.catalogue.readRevision(99), undefined);
  });

  prove("a new revision becomes the machine's and the old one stays readable", async ({ store, reopen }) => {
    const machine = await create(store, "m");
    const next = {
      stateMachineId: machine.id,
      publicId: "0c5d",
      createdAt: 6,
      definition: "{}",
      roleArn: "other",
      loggingConfiguration: "1",
      tracingConfiguration: "2",
      encryptionConfiguration: "3",
    };
    const added = await store.catalogue.addRevision(next);
    assert.ok(added.id > machine.revisionId);
    const reopened = await reopen();
    assert.deepEqual(await reopened.catalogue.readRevision(added.id), { ...next, id: added.id });
    assert.equal((await reopened.catalogue.readRevision(machine.revisionId))?.definition, revision.definition);
    assert.deepEqual(await reopened.catalogue.findStateMachine("m"), { ...machine, revisionId: added.id });
    await assert.rejects(reopened.catalogue.addRevision({ ...next, stateMachineId: 99 }));
  });

  prove("a machine keeps its name while it is being deleted and gives it up afterwards", async ({ store, reopen }) => {
    const machine = await create(store, "m");
    await store.catalogue.updateStateMachine(machine.id, { status: "DELETING" });
    assert.equal((await store.catalogue.findStateMachine("m"))?.status, "DELETING");
    assert.equal(await store.catalogue.createStateMachine({ ...machine }, revision), undefined);
    await store.catalogue.updateStateMachine(machine.id, { status: "DELETED" });
    assert.equal(await store.catalogue.findStateMachine("m"), undefined);
    const successor = await create(store, "m");
    assert.notEqual(successor.id, machine.id);
    const reopened = await reopen();
    assert.equal((await reopened.catalogue.readStateMachine(machine.id))?.status, "DELETED");
    assert.equal((await reopened.catalogue.findStateMachine("m"))?.id, successor.id);
    // Somebody who has not heard deletes it once more.
    await reopened.catalogue.updateStateMachine(machine.id, { status: "DELETING" });
    assert.equal((await reopened.catalogue.readStateMachine(machine.id))?.status, "DELETED");
  });
}

function machineListContract(prove: Prove): void {
  prove("an update changes what it names and nothing else", async ({ store }) => {
    const machine = await create(store, "m");
    await store.catalogue.updateStateMachine(machine.id, { tags: { a: "1" } });
    assert.deepEqual(await store.catalogue.readStateMachine(machine.id), { ...machine, tags: { a: "1" } });
    await store.catalogue.updateStateMachine(machine.id, { status: "DELETING" });
    assert.deepEqual(await store.catalogue.readStateMachine(machine.id), {
      ...machine,
      tags: { a: "1" },
      status: "DELETING",
    });
  });

  prove("machines are listed by name in pages, deleted ones left out", async ({ store }) => {
    const names = ["c", "e", "a", "d", "b"];
    const ids: number[] = [];
    for (const name of names) ids.push((await create(store, name)).id);
    await store.catalogue.updateStateMachine(ids[3] ?? 0, { status: "DELETED" });
    await store.catalogue.updateStateMachine(ids[1] ?? 0, { status: "DELETING" });
    const first = await store.catalogue.listStateMachines({ limit: 2 });
    assert.deepEqual(namesOf(first), ["a", "b"]);
    const second = await store.catalogue.listStateMachines({ limit: 9, after: first[1]?.id });
    assert.deepEqual(namesOf(second), ["c", "e"]);
    assert.equal(await store.catalogue.countStateMachines(), 4);
  });
}

function openExecutionsContract(prove: Prove): void {
  prove("what runs of Standard machines is counted over all of them, Express not", async ({ store, reopen }) => {
    assert.equal(await store.journal.countOpen(), 0);
    const [first, second, leaving] = [await create(store, "a"), await create(store, "b"), await create(store, "c")];
    const express = { name: "x", type: "EXPRESS", createdAt: 5, tags: {} } as const;
    const quick = await store.catalogue.createStateMachine(express, revision);
    assert.ok(quick);
    assert.equal(await store.journal.countOpen(), 0);
    await store.journal.append([
      started({ id: 1, stateMachineId: first.id }),
      started({ id: 2, stateMachineId: first.id, status: "FAILED" }),
      started({ id: 3, stateMachineId: second.id }),
      started({ id: 4, stateMachineId: second.id }),
      started({ id: 5, stateMachineId: leaving.id }),
      started({ id: 6, stateMachineId: quick.id, type: "EXPRESS" }),
    ]);
    await store.catalogue.updateStateMachine(leaving.id, { status: "DELETING" });
    const reopened = await reopen();
    assert.equal(await reopened.journal.countOpen(), 4);
    await reopened.journal.append([continued({ id: 4, stateMachineId: second.id, status: "SUCCEEDED" })]);
    assert.equal(await reopened.journal.countOpen(), 3);
  });
}

function activity(name: string): ActivityRecord {
  return { name, createdAt: 3, tags: { of: name } };
}

function namesOf(page: readonly { readonly name: string }[]): readonly string[] {
  return page.map(({ name }) => name);
}

function activityContract(prove: Prove): void {
  prove("activities are created, found, tagged, listed by name and deleted", async ({ store, reopen }) => {
    const encrypted: ActivityRecord = { ...activity("d"), encryptionConfiguration: "{}" };
    for (const given of [activity("c"), activity("a"), activity("b"), encrypted])
      await store.catalogue.createActivity(given);
    await store.catalogue.createActivity({ ...activity("a"), createdAt: 99 });
    await store.catalogue.updateActivityTags("b", { x: "y" });
    await store.catalogue.deleteActivity("c");
    await store.catalogue.deleteActivity("nobody");
    const reopened = await reopen();
    assert.deepEqual(await reopened.catalogue.findActivity("a"), activity("a"), "created twice: the first one stays");
    assert.deepEqual(await reopened.catalogue.findActivity("b"), { ...activity("b"), tags: { x: "y" } });
    assert.deepEqual(await reopened.catalogue.findActivity("d"), encrypted);
    assert.equal(await reopened.catalogue.findActivity("c"), undefined);
    assert.deepEqual(namesOf(await reopened.catalogue.listActivities({ limit: 2 })), ["a", "b"]);
    assert.deepEqual(namesOf(await reopened.catalogue.listActivities({ limit: 2, after: "b" })), ["d"]);
    assert.equal(await reopened.catalogue.countActivities(), 3);
  });
}
