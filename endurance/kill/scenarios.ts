// The clients of the kill run: each starts an execution of one kind, does to it what belongs to its kind, and sees it end.
import { setTimeout as pass } from "node:timers/promises";
import type { Json } from "../../src/asl/json.ts";
import type { End, ExecutionRecord } from "./ledger.ts";
import { CutOff, type Reply } from "../lives.ts";
import { activityArn, machineArn, machines, revision, roleArn, space } from "./machines.ts";
import type { World } from "./world.ts";

export interface Scenario {
  readonly name: string;
  /** One round. `name` is new in each. */
  live(world: World, name: string): Promise<void>;
}

const pollMs = 200;
const items = Array.from({ length: 10 }, (_, index) => index);

export const scenarios: readonly Scenario[] = [
  toItsEnd("parent", (root) => ({ root: { root } })),
  toItsEnd("grandchild", (root) => ({ root: { root } })),
  toItsEnd("callback-url"),
  toItsEnd("callback-module"),
  toItsEnd("callback-command"),
  toItsEnd("activity"),
  { name: "wait", live: wait },
  toItsEnd("retry", (root) => ({ root: { root } })),
  toItsEnd("map", () => ({ output: { items } })),
  toItsEnd("parallel"),
  { name: "redrive", live: redrive },
  { name: "stop", live: (world, name) => stop(world, "stop", name) },
  { name: "stop-parent", live: (world, name) => stop(world, "stop-parent", name) },
  { name: "express", live: express },
  { name: "express-sync", live: expressSync },
  { name: "alias", live: alias },
  { name: "catalogue", live: catalogue },
];

/** Machines whose outputs are told by the world's answers. */
const answered = new Set(["callback-url", "callback-module", "callback-command", "activity", "parallel"]);

/** Creates what the scenarios share. */
export async function prepare(world: World): Promise<void> {
  await created(world, "CreateActivity", { name: "endurance" });
  for (const { name, type = "STANDARD", definition } of machines) {
    const text = JSON.stringify(definition);
    await created(world, "CreateStateMachine", { name, type, roleArn, definition: text });
    const input = { stateMachineArn: machineArn(name) };
    world.ledger.catalogue.set(machineArn(name), {
      action: "DescribeStateMachine",
      input,
      members: { definition: text, status: "ACTIVE" },
    });
  }
  world.ledger.catalogue.set(activityArn, { action: "DescribeActivity", input: { activityArn }, members: {} });
}

/** An execution that is started and ends by itself; `expect` says what of its output is known. */
function toItsEnd(
  machine: string,
  expect: (root: string) => { readonly root?: Json; readonly output?: Json } = () => ({}),
): Scenario {
  return {
    name: machine,
    async live(world, name) {
      const { output } = expect(name);
      const record = await start(world, machine, name, { ...(output !== undefined && { output }) });
      await seeEnd(world, record);
    },
  };
}

async function start(
  world: World,
  machine: string,
  name: string,
  expected: Partial<ExecutionRecord> & { readonly input?: object; readonly by?: string } = {},
): Promise<ExecutionRecord> {
  const arn = `${space}:execution:${machine}:${name}`;
  const { input = {}, by = machineArn(machine), ...rest } = expected;
  const record = world.ledger.open({ arn, scenario: machine, isAnswered: answered.has(machine), ...rest });
  const reply = await world.call("StartExecution", {
    stateMachineArn: by,
    name,
    input: JSON.stringify({ root: name, items, ...input }),
  });
  verify(world, arn, reply, ["ExecutionAlreadyExists"]);
  return record;
}

/** Waits for the end and notes it: what a client has seen stays. */
async function seeEnd(world: World, record: ExecutionRecord): Promise<End> {
  for (;;) {
    const { body } = await world.lives.call("DescribeExecution", { executionArn: record.arn });
    if (body["status"] !== "RUNNING") {
      const end = endOf(body);
      record.seen = end;
      return end;
    }
    await pass(pollMs);
  }
}

export function endOf(body: Readonly<Record<string, unknown>>): End {
  const text = (name: string): string | undefined => (body[name] === undefined ? undefined : String(body[name]));
  return {
    status: String(body["status"] ?? body["__type"]),
    output: text("output"),
    cause: text("cause"),
    stopDate: Number(body["stopDate"]),
  };
}

async function wait(world: World, name: string): Promise<void> {
  const seconds = world.random.below(3);
  const notBefore = Date.now() + world.random.below(4_000);
  const input = { seconds, timestamp: new Date(notBefore).toISOString() };
  await seeEnd(world, await start(world, "wait", name, { input, notBefore }));
}

/** Fails twice and is redriven twice, which a client token makes once each. */
async function redrive(world: World, name: string): Promise<void> {
  const record = await start(world, "redrive", name, { status: "FAILED" });
  for (const round of [1, 2]) {
    const { status } = await seeEnd(world, record);
    if (status !== "FAILED") return;
    delete record.seen;
    if (round === 2) record.status = "SUCCEEDED";
    const input = { executionArn: record.arn, clientToken: `${name}-${round}` };
    const reply = await world.call("RedriveExecution", input);
    if (verify(world, record.arn, reply, [])) record.redrives++;
  }
  await seeEnd(world, record);
}

async function stop(world: World, machine: string, name: string): Promise<void> {
  const cause = `stopped ${name}`;
  const record = await start(world, machine, name, { status: "ABORTED" });
  await pass(world.random.below(1_500));
  const reply = await world.call("StopExecution", { executionArn: record.arn, cause });
  if (verify(world, record.arn, reply, [])) record.stopCause = cause;
  await seeEnd(world, record);
}

/** A start of an Express machine is not made again: its name does not make it one with the first. */
async function express(world: World, root: string): Promise<void> {
  const stateMachineArn = machineArn("express");
  const reply = await once(world, "StartExecution", { stateMachineArn, input: JSON.stringify({ root }) });
  if (reply !== undefined && verify(world, root, reply, [])) world.ledger.express.add(root);
  await pass(pollMs);
}

async function expressSync(world: World, root: string): Promise<void> {
  const stateMachineArn = machineArn("express-sync");
  const reply = await once(world, "StartSyncExecution", { stateMachineArn, input: JSON.stringify({ root }) });
  if (reply === undefined || !verify(world, root, reply, [])) return;
  const { status, output } = reply.body;
  const isRight = status === "SUCCEEDED" && (JSON.parse(String(output)) as { root: unknown }).root === root;
  if (!isRight) world.ledger.wrong.push(`${root} was answered with ${JSON.stringify(reply.body)}`);
}

async function once(world: World, action: string, input: object): Promise<Reply | undefined> {
  try {
    const reply = await world.lives.callOnce(action, input);
    if (reply.status === 200) world.ledger.acknowledged++;
    return reply;
  } catch (error) {
    if (error instanceof CutOff) return undefined;
    throw error;
  }
}

/** A machine that is published again and again behind an alias, and started by it: what the alias names is what runs. */
async function alias(world: World, name: string): Promise<void> {
  const stateMachineArn = machineArn(name);
  const aliasArn = `${stateMachineArn}:live`;
  const describe = (versionArn: string): void =>
    void world.ledger.catalogue.set(aliasArn, {
      action: "DescribeStateMachineAlias",
      input: { stateMachineAliasArn: aliasArn },
      members: { routingConfiguration: [{ stateMachineVersionArn: versionArn, weight: 100 }] },
    });
  const first = { name, roleArn, definition: JSON.stringify(revision(1)), publish: true };
  const creation = await created(world, "CreateStateMachine", first);
  let version = String(creation.body["stateMachineVersionArn"]);
  const routing = (): object => [{ stateMachineVersionArn: version, weight: 100 }];
  await created(world, "CreateStateMachineAlias", { name: "live", routingConfiguration: routing() });
  describe(version);
  for (const number of [1, 2, 3]) {
    if (number > 1) {
      const definition = JSON.stringify(revision(number));
      const update = await created(world, "UpdateStateMachine", { stateMachineArn, definition, publish: true });
      version = String(update.body["stateMachineVersionArn"]);
      const moved = { stateMachineAliasArn: aliasArn, routingConfiguration: routing() };
      await created(world, "UpdateStateMachineAlias", moved);
      describe(version);
      const members = { definition };
      world.ledger.catalogue.set(stateMachineArn, {
        action: "DescribeStateMachine",
        input: { stateMachineArn },
        members,
      });
    }
    const expected = { by: aliasArn, output: { revision: number }, startedBy: { alias: aliasArn, version } };
    const record = await start(world, name, `${name}-${number}`, expected);
    await seeEnd(world, record);
  }
}

/** Creates, tags and deletes; every answer says what must be there from then on. */
async function catalogue(world: World, name: string): Promise<void> {
  const arn = `${space}:activity:${name}`;
  const { isRepeated } = await created(world, "CreateActivity", { name });
  world.ledger.catalogue.set(arn, { action: "DescribeActivity", input: { activityArn: arn }, members: { name } });
  const tags = [{ key: "round", value: name }];
  await created(world, "TagResource", { resourceArn: arn, tags });
  const listing = { action: "ListTagsForResource", input: { resourceArn: arn }, members: { tags } };
  world.ledger.catalogue.set(`${arn} tags`, listing);
  await pass(pollMs);
  if (world.random.isLucky(50)) return;
  world.ledger.catalogue.delete(`${arn} tags`);
  await created(world, "DeleteActivity", { activityArn: arn });
  // A node that stood still may yet do what it was asked first, and was asked of another when it did not answer.
  if (isRepeated) world.ledger.catalogue.delete(arn);
  else world.ledger.catalogue.set(arn, { action: "DescribeActivity", input: { activityArn: arn }, members: undefined });
}

async function created(world: World, action: string, input: object): Promise<Reply> {
  const reply = await world.call(action, input);
  verify(world, `${action} ${JSON.stringify(input).slice(0, 200)}`, reply, []);
  return reply;
}

/** @returns true for an acknowledgement. Other errors are taken where a call before was cut off and may have done it. */
function verify(world: World, subject: string, { status, body, isRepeated }: Reply, taken: readonly string[]): boolean {
  const isTaken = isRepeated && taken.includes(String(body["__type"]));
  if (status !== 200 && !isTaken) world.ledger.wrong.push(`${subject} was answered with ${JSON.stringify(body)}`);
  return status === 200 || isTaken;
}
