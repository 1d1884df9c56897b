// How many state machines and activities an account may have: what is refused, and that a repeated create is no new one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";

interface Kind {
  readonly create: string;
  readonly remove: string;
  readonly list: string;
  readonly arnMember: string;
  readonly listMember: string;
  readonly count: "countStateMachines" | "countActivities";
  readonly refusal: string;
}

const kinds: readonly Kind[] = [
  {
    create: "CreateStateMachine",
    remove: "DeleteStateMachine",
    list: "ListStateMachines",
    arnMember: "stateMachineArn",
    listMember: "stateMachines",
    count: "countStateMachines",
    refusal:
      "400 StateMachineLimitExceeded: The maximum number of state machines has been reached: 2. " +
      "Delete one that is not needed, or raise limits.stateMachines in pawl.config.json.",
  },
  {
    create: "CreateActivity",
    remove: "DeleteActivity",
    list: "ListActivities",
    arnMember: "activityArn",
    listMember: "activities",
    count: "countActivities",
    refusal:
      "400 ActivityLimitExceeded: The maximum number of activities has been reached: 2. " +
      "Delete one that is not needed, or raise limits.activities in pawl.config.json.",
  },
];

const limits = { maxStateMachines: 2, maxActivities: 2 };
const rest = { definition: "{}", roleArn: "arn:aws:iam::000000000000:role/r" };

/** The outcome of a create. */
async function outcomeOf(server: FakeServer, { create, arnMember }: Kind, name: string): Promise<string> {
  const { status, body } = await server.send(create, create === "CreateActivity" ? { name } : { name, ...rest });
  return status === 200 ? String(body[arnMember]) : `${status} ${String(body["__type"])}: ${String(body["message"])}`;
}

/** The fake leaves a deleted machine DELETING, and it is there until it has gone. */
async function finishDeletion(server: FakeServer, name: string): Promise<void> {
  const machine = await server.catalogue.findStateMachine(name);
  if (machine !== undefined) await server.catalogue.updateStateMachine(machine.id, { status: "DELETED" });
}

for (const kind of kinds) {
  test(`${kind.create} is refused where there are as many as may be, unless it creates nothing`, async (t) => {
    const server = await startFakeServer(t, { limits });
    const arn = await outcomeOf(server, kind, "a");
    await outcomeOf(server, kind, "b");
    assert.equal(await outcomeOf(server, kind, "c"), kind.refusal);
    assert.equal(await outcomeOf(server, kind, "a"), arn, "what is there is created again");
    await server.send(kind.remove, { [kind.arnMember]: arn });
    await finishDeletion(server, "a");
    assert.match(await outcomeOf(server, kind, "c"), /:c$/);
    assert.equal(await outcomeOf(server, kind, "d"), kind.refusal);
  });

  test(`${kind.create} at the same time creates no more than may be`, async (t) => {
    const server = await startFakeServer(t, { limits });
    const { [kind.count]: count } = server.catalogue;
    const slowly = async (): Promise<number> => {
      const counted = await count();
      for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
      return counted;
    };
    Object.assign(server.catalogue, { [kind.count]: slowly });
    await Promise.all(["a", "b", "c", "d"].map((name) => outcomeOf(server, kind, name)));
    const { body } = await server.send(kind.list, {});
    assert.equal((body[kind.listMember] as readonly unknown[]).length, 2);
  });
}
