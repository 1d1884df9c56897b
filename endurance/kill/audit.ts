// The verdict: each acknowledged call is held against what the server has in the end.
import assert from "node:assert/strict";
import { setTimeout as pass } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type HistoryEvent, historyFaults } from "./history-check.ts";
import type { CatalogueRecord, ExecutionRecord, Ledger } from "./ledger.ts";
import { machineArn } from "./machines.ts";
import { endOf } from "./scenarios.ts";
import type { World } from "./world.ts";

export interface Verdict {
  readonly lost: string[];
  readonly stuck: string[];
  readonly wrong: string[];
  readonly gaps: string[];
  events: number;
}

const readers = 8;
const expressPatienceMs = 30_000;

export async function audit(world: World): Promise<Verdict> {
  const { ledger } = world;
  const verdict: Verdict = { lost: [], stuck: [], wrong: [...ledger.wrong], gaps: [], events: 0 };
  await each(ledger.executions.values(), (record) => verifyExecution(world, record, verdict));
  await each(ledger.catalogue, ([subject, record]) => verifyCatalogue(world, { subject, record }, verdict));
  for (const root of await expressWithoutEnd(ledger))
    verdict.lost.push(`the Express execution ${root} never came to its end`);
  for (const machine of ["child", "grandchild"]) await verifyChildren(world, machine, verdict);
  return verdict;
}

/** Nobody is told of their ends, and the last server has begun those anew that its predecessor had not brought to theirs. */
async function expressWithoutEnd({ express, done }: Ledger): Promise<readonly string[]> {
  const without = (): readonly string[] => [...express].filter((root) => !done.has(`${root} Done`));
  for (const until = Date.now() + expressPatienceMs; without().length > 0 && Date.now() < until;) await pass(100);
  return without();
}

async function verifyExecution(world: World, record: ExecutionRecord, verdict: Verdict): Promise<void> {
  const { arn, seen, status, output, stopCause, startedBy } = record;
  const { body } = await world.lives.call("DescribeExecution", { executionArn: arn });
  if (body["__type"] !== undefined) {
    verdict.lost.push(`${arn}: ${JSON.stringify(body)}`);
    return;
  }
  const end = endOf(body);
  const events = await historyOf(world, arn);
  const text = JSON.stringify(events);
  verdict.events += events.length;
  if (end.status === "RUNNING") {
    verdict.stuck.push(`${arn} runs on after ${events.at(-1)?.type}`);
    return;
  }
  const wrong = (what: string): void => void verdict.wrong.push(`${arn} ${what}`);
  if (end.status !== status) wrong(`ended with ${end.status}, not ${status}: ${end.cause ?? end.output ?? ""}`);
  if (seen !== undefined && !isDeepStrictEqual(seen, end))
    wrong(`ended as ${JSON.stringify(seen)}, and now as ${JSON.stringify(end)}`);
  if (output !== undefined && !isDeepStrictEqual(JSON.parse(end.output ?? "null"), output)) wrong(`gave ${end.output}`);
  if (record.isAnswered && !record.maybeNonces.some((nonce) => holds(end.output, nonce)))
    wrong(`gave ${end.output}, which nobody answered`);
  if (startedBy !== undefined) {
    const { stateMachineAliasArn, stateMachineVersionArn } = body;
    if (stateMachineAliasArn !== startedBy.alias || stateMachineVersionArn !== startedBy.version)
      wrong(`ran ${String(stateMachineVersionArn)} by ${String(stateMachineAliasArn)}`);
  }
  for (const nonce of record.nonces) if (!holds(text, nonce)) verdict.lost.push(`${arn}: ${nonce}`);
  if (stopCause !== undefined && end.cause !== stopCause) verdict.lost.push(`${arn}: ${stopCause}`);
  const redrives = events.filter(({ type }) => type === "ExecutionRedriven").length;
  if (redrives < record.redrives) verdict.lost.push(`${arn}: ${record.redrives - redrives} redrives`);
  if (redrives > record.redrives) wrong(`was redriven ${redrives} times, not ${record.redrives}`);
  verdict.gaps.push(...historyFaults(events, record).map((fault) => `${arn}: ${fault}`));
}

/** Whether a JSON text, or one within one, holds the nonce and not just one that begins like it. */
function holds(text: string | undefined, nonce: string): boolean {
  return text !== undefined && new RegExp(String.raw`${nonce}\\*"`).test(text);
}

async function historyOf(world: World, executionArn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: unknown;
  do {
    const page = { executionArn, maxResults: 1000, ...(nextToken !== undefined && { nextToken }) };
    const { body } = await world.lives.call("GetExecutionHistory", page);
    assert.ok(Array.isArray(body["events"]), JSON.stringify(body));
    events.push(...(body["events"] as readonly HistoryEvent[]));
    nextToken = body["nextToken"];
  } while (nextToken !== undefined);
  return events;
}

async function verifyCatalogue(
  world: World,
  { subject, record }: { readonly subject: string; readonly record: CatalogueRecord },
  { lost }: Verdict,
): Promise<void> {
  const { status, body } = await world.lives.call(record.action, record.input);
  if (record.members === undefined) {
    if (status === 200) lost.push(`${subject} was deleted and is there`);
    return;
  }
  for (const [name, value] of Object.entries(record.members))
    if (!isDeepStrictEqual(body[name], value)) lost.push(`${subject} has not the ${name} that was acknowledged`);
}

/** Each parent has one child, however often the server died while it was started. */
async function verifyChildren(world: World, machine: string, verdict: Verdict): Promise<void> {
  const roots = new Map<string, string>();
  let nextToken: unknown;
  do {
    const input = { stateMachineArn: machineArn(machine), ...(nextToken !== undefined && { nextToken }) };
    const { body } = await world.lives.call("ListExecutions", input);
    const executions = body["executions"] as readonly { readonly executionArn: string }[];
    await each(executions, async ({ executionArn }) => {
      const { body } = await world.lives.call("DescribeExecution", { executionArn });
      const { root } = JSON.parse(String(body["input"])) as { readonly root: string };
      const other = roots.get(root);
      if (other !== undefined) verdict.wrong.push(`${root} has two children: ${executionArn} and ${other}`);
      roots.set(root, executionArn);
      if (body["status"] !== "SUCCEEDED") verdict.wrong.push(`${executionArn} of ${root} is ${String(body["status"])}`);
    });
    nextToken = body["nextToken"];
  } while (nextToken !== undefined);
}

async function each<Item>(items: Iterable<Item>, act: (item: Item) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: readers }, async () => {
      for (let next = iterator.next(); next.done !== true; next = iterator.next()) await act(next.value);
    }),
  );
}
